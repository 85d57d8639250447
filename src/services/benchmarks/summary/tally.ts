import { OUTCOMES, type Outcome } from "../../../domain/benchmarks/trial.ts";
import type { MetricSummary } from "../../../domain/metric.ts";
import type { ScoredTrial } from "../../../store/trials.ts";
import type { ReadyMetric } from "../../catalogues/metrics.ts";
import { createCallCosts } from "./call-costs.ts";

const TEXTS_COUNTED = 20;

/** Counts how often each text occurs, for the first 20 different texts. */
function createTextCounts() {
  const counts = new Map<string, number>();
  return {
    add(text: string | null | undefined): void {
      if (typeof text !== "string") return;
      if (counts.has(text) || counts.size < TEXTS_COUNTED) counts.set(text, (counts.get(text) ?? 0) + 1);
    },
    all: () => Object.fromEntries(counts),
  };
}

/** Outcomes that say nothing about the model. */
const UNSCORED: readonly Outcome[] = ["provider_error", "judge_failed", "skipped"];

/** Counts a run's rows. They must be added in the order of their keys. */
export function createTally(metrics: readonly ReadyMetric[]) {
  const outcomes = Object.fromEntries(OUTCOMES.map((outcome) => [outcome, 0])) as Record<Outcome, number>;
  const usage = { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 };
  const unscored = metrics.map(() => 0);
  let cut_off = 0;
  const notes = metrics.map(createTextCounts);
  const errors = createTextCounts();
  const models = createTextCounts();
  const rules = createTextCounts();
  const judge = createCallCosts();
  const embedding = createCallCosts();
  const prompts = new Bun.CryptoHasher("sha256");

  function addScores(row: ScoredTrial): void {
    const isUnscored = UNSCORED.includes(row.outcome);
    for (const [index, { key }] of metrics.entries()) {
      notes[index]!.add(row.notes?.[key]);
      if (isUnscored && typeof row.scores[key] !== "number") unscored[index]! += 1;
    }
  }

  return {
    add(row: ScoredTrial): void {
      outcomes[row.outcome]++;
      usage.prompt_tokens += row.usage?.prompt_tokens ?? 0;
      usage.completion_tokens += row.usage?.completion_tokens ?? 0;
      usage.total_tokens += row.usage?.total_tokens ?? 0;
      addScores(row);
      errors.add(row.error);
      models.add(row.answered_model);
      rules.add(row.read_by);
      if (row.finish_reason === "length") cut_off++;
      judge.add(row.judge_usage, row.judge_cost_usd);
      embedding.add(row.embedding_usage, row.embedding_cost_usd);
      prompts.update(`${row.repeat} ${row.position} ${row.prompt_hash}\n`);
    },
    outcomes,
    usage,
    /** By metric, the number of trials that have no score for a reason outside the model. */
    unscored,
    errors: errors.all,
    cut_off: () => cut_off,
    models: models.all,
    /** By rule, the number of answers that it read. */
    read_by: rules.all,
    judge: judge.total,
    embedding: embedding.total,
    /** Ends the hash, so it can be called only once. */
    prompts_hash: () => prompts.digest("hex"),
    /** Returns the summaries, each with its metric's notes and their counts. */
    withNotes: (summaries: Record<string, MetricSummary>): Record<string, MetricSummary> =>
      Object.fromEntries(
        metrics.map(({ key }, index) => {
          const counts = notes[index]!.all();
          const summary = summaries[key]!;
          return [key, Object.keys(counts).length > 0 ? { ...summary, notes: counts } : summary];
        }),
      ),
  };
}
export type Tally = ReturnType<typeof createTally>;
