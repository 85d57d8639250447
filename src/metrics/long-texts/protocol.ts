import type { MetricOrigin, Scorable, Score } from "../metric.ts";

/** The command with which this program runs as the process that scores long texts; see `main.ts`. */
export const LONG_TEXTS_COMMAND = "score-long-texts";
/** The most time of one score, in milliseconds. */
export const SCORE_MS = 30_000;

/** A sample to score. `metric` is computed without a judge. */
export interface ScoreOrder {
  metric: MetricOrigin;
  sample: Scorable;
}

export type ScoreReport = { score: Score } | { fault: string };
