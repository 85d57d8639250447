import { index, integer, primaryKey, real, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import type { AnswerPattern } from "../../domain/answers/answer-pattern.ts";
import type { BenchmarkSpec, BenchmarkStatus } from "../../domain/benchmarks/benchmark.ts";
import type { BenchmarkResults } from "../../domain/benchmarks/benchmark-results.ts";
import type { ChatMessage, ReasoningDetail, TokenLogprob, ToolCall } from "../../domain/completions/chat.ts";
import type {
  CacheOutcome,
  CompletionParams,
  CompletionRecord,
  FinishReason,
  ProviderCompletion,
  Usage,
} from "../../domain/completions/completion.ts";
import type { Dataset, Sample, Shots } from "../../domain/dataset.ts";
import type { Role } from "../../domain/permissions.ts";

export { evaluations } from "./evaluation-table.ts";
export { pluginCodes, plugins } from "./plugin-tables.ts";
export { trials } from "./trial-table.ts";

/** Columns have the names of the JSON fields, so that rows need no mapping. Times are ISO 8601 text. */

export const users = sqliteTable(
  "users",
  {
    id: text().primaryKey(),
    username: text().notNull(),
    password_hash: text().notNull(),
    role: text().$type<Role>().notNull(),
    disabled: integer({ mode: "boolean" }).notNull(),
    /** Increased with every new password. Tokens of an earlier epoch are invalid. */
    session_epoch: integer().notNull(),
    created_at: text().notNull(),
  },
  (table) => [uniqueIndex("users_username").on(table.username)],
);

export const apiKeys = sqliteTable(
  "api_keys",
  {
    id: text().primaryKey(),
    name: text().notNull(),
    role: text().$type<Role>().notNull(),
    prefix: text().notNull(),
    key_hash: text().notNull(),
    created_by: text().notNull(),
    created_at: text().notNull(),
  },
  (table) => [
    uniqueIndex("api_keys_key_hash").on(table.key_hash),
    index("api_keys_created_by").on(table.created_by),
  ],
);

/** Sessions that ended before their tokens expired. Rows are deleted once the token has expired. */
export const revokedSessions = sqliteTable("revoked_sessions", {
  jti: text().primaryKey(),
  expires_at: text().notNull(),
});

export const completions = sqliteTable(
  "completions",
  {
    request_id: text().notNull(),
    status: text().$type<"completed" | "failed">().notNull(),
    provider: text().notNull(),
    model: text().notNull(),
    answered_provider: text(),
    answered_model: text(),
    messages: text({ mode: "json" }).$type<ChatMessage[]>().notNull(),
    params: text({ mode: "json" }).$type<CompletionParams>().notNull(),
    text: text(),
    finish_reason: text().$type<FinishReason>(),
    usage: text({ mode: "json" }).$type<Usage>(),
    tool_calls: text({ mode: "json" }).$type<ToolCall[]>(),
    reasoning_content: text(),
    reasoning_details: text({ mode: "json" }).$type<ReasoningDetail[]>(),
    refusal: text(),
    alternatives: text({ mode: "json" }).$type<CompletionRecord["alternatives"]>(),
    logprobs: text({ mode: "json" }).$type<TokenLogprob[]>(),
    latency_ms: real(),
    ttft_ms: real(),
    queue_ms: real(),
    retries: integer(),
    cost_usd: real(),
    cache: text().$type<CacheOutcome>().notNull(),
    warnings: text({ mode: "json" }).$type<string[]>().notNull(),
    error: text(),
    created_by: text().notNull(),
    created_at: text().notNull(),
  },
  // The id alone is unique. The columns of the history's filters follow it, so that counting reads no rows. An index for
  // each of them would double the cost of every completion's commit.
  ({ request_id, provider, model, status, created_by }) => [
    primaryKey({ columns: [request_id, provider, model, status, created_by] }),
  ],
);

/** Answers by the hash of the request. */
export const responses = sqliteTable(
  "responses",
  {
    key: text().primaryKey(),
    completion: text({ mode: "json" }).$type<ProviderCompletion>().notNull(),
    created_at: text().notNull(),
  },
  (table) => [index("responses_created_at").on(table.created_at)],
);

export const datasets = sqliteTable(
  "datasets",
  {
    dataset_id: text().primaryKey(),
    name: text().notNull(),
    samples: integer().notNull(),
    fields: text({ mode: "json" }).$type<Dataset["fields"]>().notNull(),
    content_hash: text().notNull(),
    source: text().$type<Dataset["source"]>().notNull(),
    shots: text({ mode: "json" }).$type<Shots>(),
    revision: text(),
    choice_seed: integer(),
    /** Where answers stand in outputs, for all benchmarks over the dataset; null if it has no pattern of its own. */
    answer_pattern: text({ mode: "json" }).$type<AnswerPattern>(),
    created_by: text().notNull(),
    created_at: text().notNull(),
  },
  (table) => [uniqueIndex("datasets_name").on(table.name)],
);

/** Samples are written before the row of their dataset. Samples without that row belong to an aborted import. */
export const datasetSamples = sqliteTable(
  "dataset_samples",
  {
    dataset_id: text().notNull(),
    position: integer().notNull(),
    group: text(),
    sample: text({ mode: "json" }).$type<Sample>().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.dataset_id, table.position] }),
    index("dataset_samples_group").on(table.dataset_id, table.group),
  ],
);

/** The solved examples of datasets. */
export const datasetShots = sqliteTable(
  "dataset_shots",
  {
    dataset_id: text().notNull(),
    position: integer().notNull(),
    sample: text({ mode: "json" }).$type<Sample>().notNull(),
  },
  (table) => [primaryKey({ columns: [table.dataset_id, table.position] })],
);

export const benchmarks = sqliteTable(
  "benchmarks",
  {
    benchmark_id: text().primaryKey(),
    name: text().notNull(),
    status: text().$type<BenchmarkStatus>().notNull(),
    settled: integer().notNull(),
    total: integer().notNull(),
    results: text({ mode: "json" }).$type<BenchmarkResults>(),
    dataset: text().notNull(),
    dataset_id: text().notNull(),
    spec: text({ mode: "json" }).$type<BenchmarkSpec>().notNull(),
    created_by: text().notNull(),
    created_at: text().notNull(),
    started_at: text(),
    finished_at: text(),
    error: text(),
    /** Why the benchmark no longer calls a plugin, by its name in the request. */
    stopped_plugins: text({ mode: "json" }).$type<Record<string, string>>(),
    /** The cost at the last progress update. The exact cost is the sum over the rows of trials and holds. */
    spent_usd: text({ mode: "json" }).$type<number>(),
    lease_owner: text(),
    lease_until: integer(),
  },
  (table) => [
    index("benchmarks_status").on(table.status),
    index("benchmarks_dataset_id").on(table.dataset_id),
  ],
);

/**
 * Parts of a benchmark's budget that no trial's row records: the most that a running call may cost, or the cost of
 * calls whose trial has no row. A hold is written before its call is made.
 */
export const holds = sqliteTable(
  "holds",
  {
    hold_id: text().primaryKey(),
    benchmark_id: text().notNull(),
    usd: real().notNull(),
  },
  (table) => [index("holds_benchmark_id").on(table.benchmark_id)],
);

/** The published events. `seq` is the order of their commits. */
export const events = sqliteTable(
  "events",
  {
    seq: integer().primaryKey(),
    topic: text().notNull(),
    data: text({ mode: "json" }).notNull(),
    timestamp: integer().notNull(),
  },
  (table) => [index("events_timestamp").on(table.timestamp)],
);
