import { integer, primaryKey, real, sqliteTable, text } from "drizzle-orm/sqlite-core";
import type { Outcome } from "../../domain/benchmarks/trial.ts";
import type { FinishReason, Usage } from "../../domain/completions/completion.ts";

/** `run` counts the benchmark's runs from 0, `position` the dataset's samples. */
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
    /** The beginning of the SHA-256 of the messages that the model was sent; null where it was not asked. */
    prompt_hash: text(),
    /** The model's name as the provider returned it; null where there was no answer. */
    answered_model: text(),
    /** Null where there was no answer. */
    finish_reason: text().$type<FinishReason>(),
    output: text(),
    answer: text(),
    scores: text({ mode: "json" }).$type<Record<string, number | null>>().notNull(),
    /** Null where no metric had anything to note. */
    notes: text({ mode: "json" }).$type<Record<string, string>>(),
    /** What corpus metrics add up, by metric; null where there is none. */
    parts: text({ mode: "json" }).$type<Record<string, readonly number[]>>(),
    usage: text({ mode: "json" }).$type<Usage>(),
    latency_ms: real(),
    /** Null where no metric asked for it, or the provider can't stream. */
    ttft_ms: real(),
    cost_usd: real(),
    /** Of the judge's calls that were not cached; null where it was not called. */
    judge_usage: text({ mode: "json" }).$type<Usage>(),
    judge_cost_usd: real(),
    embedding_usage: text({ mode: "json" }).$type<Usage>(),
    embedding_cost_usd: real(),
    /** All that the trial may have cost, retries and judges too; null where the benchmark has no budget. */
    spent_usd: real(),
    error: text(),
  },
  (table) => [primaryKey({ columns: [table.benchmark_id, table.run, table.repeat, table.position] })],
);
