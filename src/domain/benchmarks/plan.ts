import { type Static, t } from "elysia";
import { Integer, Nullable } from "../fields.ts";
import { CreateBenchmark } from "./benchmark.ts";

/** The request of a benchmark, and the difference between two runs that it should detect. */
export const PlanBenchmark = t.Object(
  {
    ...CreateBenchmark.properties,
    detect: t.Optional(
      t.Number({
        minimum: 0.001,
        maximum: 1,
        description:
          "The difference in accuracy that the benchmark should detect, such as 0.05 for five percentage points.",
      }),
    ),
  },
  { additionalProperties: false },
);
export type PlanBenchmark = Static<typeof PlanBenchmark>;

/** An estimated quantity. `expected` and `high` are null if they cannot be estimated. */
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
  description: "Why a quantity, or a part of it, is null. The keys are the names of the quantities.",
});

export const PlannedRun = t.Object({
  run: t.String(),
  provider: t.String(),
  model: t.String(),
  trials: Integer({ description: "The run's `iterations`." }),
  ...QUANTITIES,
  basis: t.Record(t.String(), t.String(), { description: "What the estimate of each quantity is based on." }),
  reasons: Reasons,
});
export type PlannedRun = Static<typeof PlannedRun>;

/** The smallest difference with a low, or a high, share of discordant samples that is plausible, too. */
const DetectableAt = t.Object({
  discordant: t.Number(),
  difference: Nullable(t.Number({ description: "Null if even the largest possible one stays undetected." })),
});

/** The smallest difference between two runs that this benchmark would detect with 80 % power. */
export const Detectable = t.Object({
  metric: Nullable(t.String()),
  difference: Nullable(t.Number()),
  samples: Integer({
    description: "The number of different samples per run. Repeats of a sample add no independent evidence.",
  }),
  power: t.Number(),
  alpha: t.Number({
    description: "The significance level of the strictest step of Holm's procedure over all pairs of runs.",
  }),
  discordant: Nullable(
    t.Number({ description: "The share of samples that exactly one of the two runs answers correctly." }),
  ),
  basis: Nullable(t.String({ description: "What the estimate of `discordant` is based on." })),
  low: Nullable(DetectableAt),
  high: Nullable(DetectableAt),
  reason: Nullable(t.String()),
});
export type Detectable = Static<typeof Detectable>;

/** How many different samples are needed with a low, or a high, share of discordant samples. */
const NeededAt = t.Object({ discordant: t.Number(), samples: Integer() });

export const Recommendation = t.Object({
  detect: t.Number(),
  iterations: Nullable(
    Integer({ description: "The smallest `iterations` that detects the difference with 80 % power." }),
  ),
  samples: Nullable(
    Integer({ description: "How many different samples are needed, also if the dataset has fewer." }),
  ),
  low: Nullable(NeededAt),
  high: Nullable(NeededAt),
  reason: Nullable(t.String()),
});
export type Recommendation = Static<typeof Recommendation>;

/** An estimate of a benchmark's calls, cost and duration, made without calling a model. */
export const Plan = t.Object({
  dataset: t.String(),
  trials: Integer({ description: "`iterations` times the runs." }),
  runs: t.Array(PlannedRun),
  totals: t.Object({ ...QUANTITIES, reasons: Reasons }),
  least_budget_usd: Nullable(
    t.Number({ description: "The smallest `budget_usd` with which the benchmark can start." }),
  ),
  detectable: Detectable,
  recommendation: Nullable(Recommendation),
  warnings: t.Array(t.String(), { description: "The reasons why the benchmark could not start now." }),
});
export type Plan = Static<typeof Plan>;
