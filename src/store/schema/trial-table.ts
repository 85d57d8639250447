import { integer, primaryKey, real, sqliteTable, text } from "drizzle-orm/sqlite-core";
import type { ReadBy } from "../../domain/answers/rules.ts";
import type { Outcome } from "../../domain/benchmarks/trial.ts";
import type { FinishReason, Usage } from "../../domain/completions/completion.ts";

/** `run` is the index of the benchmark's run, and `position` that of the dataset's sample, both from 0. */
export const trials = sqliteTable(
  "trials",
  {
    benchmark_id: text().notNull(),
    run: integer().notNull(),
    repeat: integer().notNull(),
    position: integer().notNull(),
    sample_id: text().notNull(),
    group: text(),
    outcome: text().$type<Outcome>().notNull(),
    /** The first digits of the SHA-256 of the messages sent to the model; null if it was not called. */
    prompt_hash: text(),
    /** The model's name as the provider returned it; null without an answer. */
    answered_model: text(),
    /** Null without an answer. */
    finish_reason: text().$type<FinishReason>(),
    output: text(),
    answer: text(),
    /** The rule that read the answer; null without an answer, and in trials from before it was stored. */
    read_by: text().$type<ReadBy>(),
    scores: text({ mode: "json" }).$type<Record<string, number | null>>().notNull(),
    /** Remarks of metrics on their scores, or reasons for having none; null if there are none. */
    notes: text({ mode: "json" }).$type<Record<string, string>>(),
    /** The counts that corpus metrics add up over all trials, by metric; null without such metrics. */
    parts: text({ mode: "json" }).$type<Record<string, readonly number[]>>(),
    usage: text({ mode: "json" }).$type<Usage>(),
    latency_ms: real(),
    /** Null if no metric needs it, or the provider can't stream. */
    ttft_ms: real(),
    cost_usd: real(),
    /** The tokens of the judge's calls that were not cached; null if it was not called. */
    judge_usage: text({ mode: "json" }).$type<Usage>(),
    judge_cost_usd: real(),
    embedding_usage: text({ mode: "json" }).$type<Usage>(),
    embedding_cost_usd: real(),
    /** The most that the trial may have cost, including retries and judges; null without a budget. */
    spent_usd: real(),
    error: text(),
  },
  (table) => [primaryKey({ columns: [table.benchmark_id, table.run, table.repeat, table.position] })],
);
