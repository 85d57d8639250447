import { type Static, t } from "elysia";
import { Id, Integer, Nullable, Timestamp } from "../fields.ts";
import { JudgeChoice } from "../judge.ts";
import { MetricRequest } from "../metric.ts";
import { PluginUsed } from "../plugin.ts";
import { PriceSnapshot } from "../price.ts";
import { Reduce } from "./reduce.ts";
import { Transforms } from "./run.ts";

/** One run of a receipt. */
const ReceiptRun = t.Object({
  run: t.String(),
  provider: t.String(),
  model: t.String(),
  params: t.Record(t.String(), t.Unknown(), { description: "The run's parameters over the benchmark's." }),
  models: t.Record(t.String(), Integer(), {
    description: "The model's names as the provider returned them, counted.",
  }),
  transforms: t.Optional(Transforms),
  price: Nullable(PriceSnapshot),
  prompts_hash: t.String(),
});

/** What of a benchmark has to be the same for it to be the same benchmark. */
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
    iterations: Integer(),
    hash: t.String({
      description: "SHA-256 over the samples' positions in the order in which they are asked.",
    }),
  }),
  protocols: t.Array(t.String()),
  metrics: t.Array(MetricRequest),
  plugins: t.Optional(t.Array(PluginUsed)),
  transforms: t.Optional(Transforms),
  reduce: t.Optional(Reduce),
  judge: Nullable(JudgeChoice),
  prompt_versions: t.Record(t.String(), t.String(), {
    description: "Of each metric by the judge the version of what it is asked.",
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
    description: "SHA-256 over all that is above but the id, the name and the times, as canonical JSON.",
  }),
});
export type Receipt = Static<typeof Receipt>;

/** Where two receipts differ. A benchmark's results can be told from chance only as far as nothing else differs. */
export const ReceiptComparison = t.Object({
  a: t.Object({ benchmark_id: Id, hash: t.String() }),
  b: t.Object({ benchmark_id: Id, hash: t.String() }),
  same: t.Boolean(),
  differences: t.Array(
    t.Object({
      field: t.String({ description: "A dotted path; runs are named by their label." }),
      a: t.Unknown(),
      b: t.Unknown(),
    }),
  ),
});
export type ReceiptComparison = Static<typeof ReceiptComparison>;
