import { OUTCOMES, type Outcome } from "../../../domain/benchmarks/trial.ts";
import type { MetricSummary } from "../../../domain/metric.ts";
import type { ScoredTrial } from "../../../store/trials.ts";
import type { ReadyMetric } from "../../catalogues/metrics.ts";
import { createCallCosts } from "./call-costs.ts";

const COUNTED = 20;

/** How often each text came; of many different ones, those that came first. */
function createCounts() {
  const counts = new Map<string, number>();
  return {
    add(text: string | null | undefined): void {
      if (typeof text !== "string") return;
      if (counts.has(text) || counts.size < COUNTED) counts.set(text, (counts.get(text) ?? 0) + 1);
    },
    all: () => Object.fromEntries(counts),
  };
}

/** Trials with one of these say nothing of the model. */
const UNSCORED: readonly Outcome[] = ["provider_error", "judge_failed", "skipped"];

/** What is counted while a run's rows go by, in the order of their key. */
export function createTally(metrics: readonly ReadyMetric[]) {
  const outcomes = Object.fromEntries(OUTCOMES.map((outcome) => [outcome, 0])) as Record<Outcome, number>;
  const usage = { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 };
  const unscored = metrics.map(() => 0);
  let cut_off = 0;
  const notes = metrics.map(createCounts);
  const errors = createCounts();
  const models = createCounts();
  const judge = createCallCosts();
  const embedding = createCallCosts();
  const prompts = new Bun.CryptoHasher("sha256");

  function addScores(row: ScoredTrial): void {
    const silent = UNSCORED.includes(row.outcome);
    for (const [index, { key }] of metrics.entries()) {
      notes[index]!.add(row.notes?.[key]);
      if (silent && typeof row.scores[key] !== "number") unscored[index]! += 1;
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
      if (row.finish_reason === "length") cut_off++;
      judge.add(row.judge_usage, row.judge_cost_usd);
      embedding.add(row.embedding_usage, row.embedding_cost_usd);
      prompts.update(`${row.repeat} ${row.position} ${row.prompt_hash}\n`);
    },
    outcomes,
    usage,
    /** By metric, how many trials might have had a score and have none. */
    unscored,
    errors: errors.all,
    cut_off: () => cut_off,
    models: models.all,
    judge: judge.total,
    embedding: embedding.total,
    /** Ends the hash: to be asked once. */
    prompts_hash: () => prompts.digest("hex"),
    /** The summaries, each with what its metric noted, counted. */
    withNotes: (summaries: Record<string, MetricSummary>): Record<string, MetricSummary> =>
      Object.fromEntries(
        metrics.map(({ key }, index) => {
          const noted = notes[index]!.all();
          const summary = summaries[key]!;
          return [key, Object.keys(noted).length > 0 ? { ...summary, notes: noted } : summary];
        }),
      ),
  };
}
export type Tally = ReturnType<typeof createTally>;
