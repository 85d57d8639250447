import { type Static, t } from "elysia";
import { Integer, Nullable } from "../fields.ts";
import { CreateBenchmark } from "./benchmark.ts";

/** A benchmark's body, and the difference between two runs that the caller wants to find. */
export const PlanBenchmark = t.Object(
  {
    ...CreateBenchmark.properties,
    detect: t.Optional(
      t.Number({
        minimum: 0.001,
        maximum: 1,
        description: "A difference of shares of right answers, such as 0.05 for five points.",
      }),
    ),
  },
  { additionalProperties: false },
);
export type PlanBenchmark = Static<typeof PlanBenchmark>;

/** A quantity that is not known exactly. `expected` and `high` are null where nothing tells them. */
export const Range = t.Object({
  low: t.Number(),
  expected: Nullable(t.Number()),
  high: Nullable(t.Number()),
});
export type Range = Static<typeof Range>;

const QUANTITIES = {
  prompt_tokens: Nullable(Range),
  completion_tokens: Nullable(Range),
  cost_usd: Nullable(Range),
  duration_ms: Nullable(Range),
};
const Reasons = t.Record(t.String(), t.String(), {
  description: "Why a quantity, or a part of it, is null, by its name.",
});

export const PlannedRun = t.Object({
  run: t.String(),
  provider: t.String(),
  model: t.String(),
  trials: Integer(),
  ...QUANTITIES,
  basis: t.Record(t.String(), t.String(), { description: "What each quantity was worked out from." }),
  reasons: Reasons,
});
export type PlannedRun = Static<typeof PlannedRun>;

/** The smallest difference with a low, or a high, share of discordant samples that is plausible, too. */
const DetectableAt = t.Object({
  discordant: t.Number(),
  difference: Nullable(t.Number({ description: "Null if even the largest possible one stays undetected." })),
});

/** The smallest difference between two runs that the design finds with 80 % power. */
export const Detectable = t.Object({
  metric: Nullable(t.String()),
  difference: Nullable(t.Number()),
  samples: Integer({ description: "That are asked of each run; repeats of a sample are no new evidence." }),
  power: t.Number(),
  alpha: t.Number({ description: "Of the strictest step of Holm's procedure over all pairs of runs." }),
  discordant: Nullable(
    t.Number({ description: "Share of the samples that only one of two runs gets right." }),
  ),
  basis: Nullable(t.String({ description: "What the share of discordant samples was worked out from." })),
  low: Nullable(DetectableAt),
  high: Nullable(DetectableAt),
  reason: Nullable(t.String()),
});
export type Detectable = Static<typeof Detectable>;

/** How many different samples are needed with a low, or a high, share of discordant samples. */
const NeededAt = t.Object({ discordant: t.Number(), samples: Integer() });

export const Recommendation = t.Object({
  detect: t.Number(),
  iterations: Nullable(Integer({ description: "The least that finds the difference with 80 % power." })),
  samples: Nullable(
    Integer({ description: "How many different samples are needed, also if the dataset has fewer." }),
  ),
  low: Nullable(NeededAt),
  high: Nullable(NeededAt),
  reason: Nullable(t.String()),
});
export type Recommendation = Static<typeof Recommendation>;

/** What a benchmark will take, worked out without calling a model. */
export const Plan = t.Object({
  dataset: t.String(),
  trials: Integer(),
  runs: t.Array(PlannedRun),
  totals: t.Object({ ...QUANTITIES, reasons: Reasons }),
  least_budget_usd: Nullable(
    t.Number({ description: "The least `budget_usd` that the benchmark would start with." }),
  ),
  detectable: Detectable,
  recommendation: Nullable(Recommendation),
  warnings: t.Array(t.String(), { description: "What would keep the benchmark from being started now." }),
});
export type Plan = Static<typeof Plan>;
