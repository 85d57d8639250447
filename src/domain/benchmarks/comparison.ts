import { type Static, t } from "elysia";
import { Id, Integer, Nullable } from "../fields.ts";
import { MetricName } from "../metric.ts";

const PAIRED_TESTS = [
  "mcnemar_midp",
  "paired_bootstrap_t",
  "paired_t",
  "paired_t_clustered",
  "paired_bootstrap",
] as const;
export type PairedTestName = (typeof PAIRED_TESTS)[number];

const VERDICTS = ["better", "worse", "equivalent", "inconclusive"] as const;
export type Verdict = (typeof VERDICTS)[number];

const Label = t.String({ minLength: 1, maxLength: 400 });
const Margin = t.Number({ exclusiveMinimum: 0 });
const Interval95 = Nullable(t.Tuple([t.Number(), t.Number()]));
const PValue = Nullable(t.Number({ minimum: 0, maximum: 1 }));

/** Compares two runs in one metric, over the trials that both runs have scored. The verdict is about `a`. */
export const Comparison = t.Object({
  metric: t.String(),
  a: t.String(),
  b: t.String(),
  difference: Nullable(
    t.Number({
      description:
        "The mean of `a` minus the mean of `b`. For corpus metrics (bleu, chrf): the difference of the values over all these trials.",
    }),
  ),
  ci95: Interval95,
  p_value: PValue,
  p_adjusted: Nullable(
    t.Number({
      description:
        "The p-value after Holm's correction over all pairs compared in this metric. It decides the verdict.",
    }),
  ),
  p_exact: t.Optional(
    t.Number({ description: "The p-value of McNemar's exact test; `p_value` is the mid-p." }),
  ),
  p_equivalent: t.Optional(
    Nullable(
      t.Number({ description: "The p-value of two one-sided tests (TOST) against the equivalence margin." }),
    ),
  ),
  p_equivalent_adjusted: t.Optional(
    Nullable(
      t.Number({
        description:
          "After Holm over all pairs compared in this metric: below 0.05, the two are `equivalent`.",
      }),
    ),
  ),
  test: t.Union(PAIRED_TESTS.map((name) => t.Literal(name))),
  n: Integer({ description: "The number of pairs of trials." }),
  verdict: Nullable(t.Union(VERDICTS.map((verdict) => t.Literal(verdict)))),
  verdict_reason: t.Optional(t.String({ description: "Why there is no verdict, if it is null." })),
  note: t.Optional(t.String({ description: "Where interval and p-value disagree." })),
  n_needed: Nullable(
    Integer({
      description:
        "The number of samples that would detect this difference with 80 % power, at a level of 5 % divided by the number of pairs of runs.",
    }),
  ),
});
export type Comparison = Static<typeof Comparison>;

/** How tables show a comparison without a verdict. */
export const NO_VERDICT = "no verdict";

/** Returns what tables say below the comparisons: each reason for no verdict once, and each note with its runs. */
export function remarksOf(comparisons: readonly Comparison[]): string[] {
  const reasons = new Map<string, Set<string>>();
  for (const { metric, verdict_reason } of comparisons)
    if (verdict_reason !== undefined)
      reasons.set(verdict_reason, (reasons.get(verdict_reason) ?? new Set()).add(metric));
  const notes = comparisons.flatMap(({ metric, a, b, note }) =>
    note === undefined ? [] : [`${metric}, ${a} and ${b}: ${note}`],
  );
  return [
    ...[...reasons].map(([reason, metrics]) => `${NO_VERDICT} on ${[...metrics].join(", ")}: ${reason}`),
    ...notes,
  ];
}

/** The smallest difference that matters: one for all metrics on a bounded scale, or one by metric. */
export const EquivalenceMargin = t.Union([Margin, t.Record(MetricName, Margin, { minProperties: 1 })]);
export type EquivalenceMargin = Static<typeof EquivalenceMargin>;

export const CLUSTERINGS = ["sample", "group"] as const;
export type Clustering = (typeof CLUSTERINGS)[number];

/** Names a run of this benchmark by its label, or a run of another benchmark that has ended. */
export const RunReference = t.Union([
  Label,
  t.Object({ benchmark_id: Id, run: Label }, { additionalProperties: false }),
]);
export type RunReference = Static<typeof RunReference>;

export const ASSERTIONS_MAX = 100;

/** A condition that must hold for a benchmark to pass. It has exactly one of `min`, `max` and `not_worse_than`. */
export const Assertion = t.Object(
  {
    metric: MetricName,
    run: t.Optional(Label),
    min: t.Optional(t.Number()),
    max: t.Optional(t.Number()),
    not_worse_than: t.Optional(RunReference),
    margin: t.Optional(Margin),
  },
  { additionalProperties: false },
);
export type Assertion = Static<typeof Assertion>;

/** An assertion about one run, and whether it holds. */
export const AssertionResult = t.Object({
  metric: t.String(),
  run: t.String(),
  min: t.Optional(t.Number()),
  max: t.Optional(t.Number()),
  not_worse_than: t.Optional(RunReference),
  margin: t.Optional(t.Number()),
  value: Nullable(t.Number({ description: "The run's mean." })),
  passed: t.Boolean(),
  reason: t.String(),
});
export type AssertionResult = Static<typeof AssertionResult>;

/** Worst-case bounds of the mean: all unscored trials at the worst, or at the best, value. */
export const Bounds = t.Object({
  unscored: Integer({
    description:
      "The number of trials without a score: the provider or the judge failed, or the trial was skipped.",
  }),
  worst: t.Number(),
  best: t.Number(),
});
export type Bounds = Static<typeof Bounds>;

const ComparedDataset = t.Object({ name: t.String(), content_hash: t.String() });

/** Compares two benchmarks over the samples that both asked, run by run. The verdicts are about the first, `a`. */
export const BenchmarkComparison = t.Object({
  benchmark_id: Id,
  other_id: Id,
  dataset: ComparedDataset,
  other_dataset: ComparedDataset,
  comparisons: t.Array(Comparison),
  pairs: t.Array(
    t.Object({
      a: t.String(),
      b: t.String(),
      paired: Integer({
        description:
          "The number of trials with the same sample and repeat in both runs. Samples are the same if their input, choices, expected answer and context are.",
      }),
      unpaired_a: Integer({ description: "The number of trials of run `a` without a counterpart." }),
      unpaired_b: Integer({ description: "The number of trials of run `b` without a counterpart." }),
    }),
  ),
  unmatched: t.Object(
    { a: t.Array(t.String()), b: t.Array(t.String()) },
    { description: "The runs of each benchmark whose label does not occur in the other." },
  ),
});
export type BenchmarkComparison = Static<typeof BenchmarkComparison>;
