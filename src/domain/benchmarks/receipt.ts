import { type Static, t } from "elysia";
import { Id, Integer, Nullable, Timestamp } from "../fields.ts";
import { JudgeChoice } from "../judge.ts";
import { MetricRequest } from "../metric.ts";
import { PluginUsed } from "../plugin.ts";
import { PriceSnapshot } from "../price.ts";
import { Reduce } from "./reduce.ts";
import { Transforms } from "./run.ts";

/** One run in a receipt. */
const ReceiptRun = t.Object({
  run: t.String(),
  provider: t.String(),
  model: t.String(),
  params: t.Record(t.String(), t.Unknown(), {
    description: "The benchmark's parameters, overridden by those of the run.",
  }),
  models: t.Record(t.String(), Integer(), {
    description: "The number of answers for each model name that the provider returned.",
  }),
  transforms: t.Optional(Transforms),
  price: Nullable(PriceSnapshot),
  prompts_hash: t.String(),
});

/** The facts that two benchmarks must share to be the same benchmark. */
export const ReceiptFacts = t.Object({
  server_version: t.String(),
  dataset: t.Object({
    name: t.String(),
    group: Nullable(t.String()),
    samples: Integer(),
    content_hash: t.String(),
  }),
  order: t.Object({
    seed: Integer(),
    iterations: Integer({ description: "Trials per run." }),
    hash: t.String({
      description: "SHA-256 of the samples' positions, in the order of the trials.",
    }),
  }),
  protocols: t.Array(t.String()),
  metrics: t.Array(MetricRequest),
  plugins: t.Optional(t.Array(PluginUsed)),
  transforms: t.Optional(Transforms),
  reduce: t.Optional(Reduce),
  judge: Nullable(JudgeChoice),
  prompt_versions: t.Record(t.String(), t.String(), {
    description: "The version of the judge's prompt, by metric.",
  }),
  runs: t.Array(ReceiptRun),
});
export type ReceiptFacts = Static<typeof ReceiptFacts>;

export const Receipt = t.Object({
  benchmark_id: Id,
  name: t.String(),
  created_at: Timestamp,
  finished_at: Nullable(Timestamp),
  ...ReceiptFacts.properties,
  hash: t.String({
    description: "SHA-256 of all other fields except the id, the name and the times, as canonical JSON.",
  }),
});
export type Receipt = Static<typeof Receipt>;

/** The differences between two receipts. Each of them is another possible cause of different results. */
export const ReceiptComparison = t.Object({
  a: t.Object({ benchmark_id: Id, hash: t.String() }),
  b: t.Object({ benchmark_id: Id, hash: t.String() }),
  same: t.Boolean(),
  differences: t.Array(
    t.Object({
      field: t.String({ description: "A dotted path, in which runs are named by their labels." }),
      a: t.Unknown(),
      b: t.Unknown(),
    }),
  ),
});
export type ReceiptComparison = Static<typeof ReceiptComparison>;
