import { index, real, sqliteTable, text } from "drizzle-orm/sqlite-core";
import type { CallAccount, JudgeReport } from "../../domain/judge.ts";
import type { Method, MetricRequest } from "../../domain/metric.ts";
import type { PluginUsed } from "../../domain/plugin.ts";

export const evaluations = sqliteTable(
  "evaluations",
  {
    evaluation_id: text().primaryKey(),
    score: real(),
    metrics: text({ mode: "json" }).$type<Record<string, number | null>>().notNull(),
    methods: text({ mode: "json" }).$type<Record<string, Method>>().notNull(),
    reasons: text({ mode: "json" }).$type<Record<string, string>>().notNull(),
    provider: text().notNull(),
    model: text().notNull(),
    input: text().notNull(),
    output: text().notNull(),
    /** The reference, if there is exactly one. */
    expected: text(),
    /** The references, if there are several. */
    references: text({ mode: "json" }).$type<string[]>(),
    context: text({ mode: "json" }).$type<string[]>(),
    /** The metrics as the request named them. */
    metric_requests: text({ mode: "json" }).$type<MetricRequest[]>(),
    /** The plugins among the metrics. */
    plugins: text({ mode: "json" }).$type<PluginUsed[]>(),
    notes: text({ mode: "json" }).$type<Record<string, string>>(),
    /** Null if they were not requested. */
    explanations: text({ mode: "json" }).$type<Record<string, string>>(),
    judge: text({ mode: "json" }).$type<JudgeReport>(),
    embedding: text({ mode: "json" }).$type<CallAccount>(),
    created_by: text().notNull(),
    created_at: text().notNull(),
  },
  // Each index is enough to count and to page by its column, without reading rows of up to megabytes of text.
  (table) => [
    index("evaluations_provider").on(table.provider, table.evaluation_id),
    index("evaluations_model").on(table.model, table.evaluation_id),
    index("evaluations_created_by").on(table.created_by, table.evaluation_id),
    index("evaluations_score").on(table.score, table.evaluation_id),
  ],
);
