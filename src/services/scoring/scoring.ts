import { yieldToEventLoop } from "../../base/event-loop.ts";
import { isLong, longTexts } from "../../metrics/long-texts/client.ts";
import { JudgeFailure, type Scorable, type Score, type ScoringTools } from "../../metrics/metric.ts";
import type { ReadyMetric } from "../catalogues/metrics.ts";

/** Whether the metric calls a judge. */
export const usesJudge = ({ method, requires }: ReadyMetric): boolean =>
  method === "judge" || requires.includes("judge");

/** Returns the version of the judge's prompt for each metric that has one, by the key of its scores. */
export const promptVersionsOf = (metrics: readonly ReadyMetric[]): Record<string, string> =>
  Object.fromEntries(
    metrics.flatMap(({ key, prompt_version }) =>
      prompt_version === undefined ? [] : [[key, prompt_version]],
    ),
  );

/** Converts a judge's failure to a null score with the reason. Throws any other error. */
function toUnscored(error: unknown): Score {
  if (!(error instanceof JudgeFailure)) throw error;
  return { value: null, reason: error.message, failure: "judge" };
}

const scoreBy = (metric: ReadyMetric, sample: Scorable, tools: ScoringTools): Score | Promise<Score> => {
  if (metric.origin && isLong(sample)) return longTexts.score(metric.origin, sample, tools.signal);
  const scoring = metric.score(sample, tools);
  return scoring instanceof Promise ? scoring.catch(toUnscored) : scoring;
};

const isPromise = (scoring: Score | Promise<Score>): scoring is Promise<Score> => scoring instanceof Promise;

/**
 * Returns the score by each metric; judges are asked in parallel. Most metrics return at once, and a benchmark has many
 * trials: without a judge no turn of the event loop is spent. Throws the signal's reason.
 */
export function scoreAtOnce(
  metrics: readonly ReadyMetric[],
  sample: Scorable,
  tools: ScoringTools,
): Score[] | Promise<Score[]> {
  const scores: (Score | Promise<Score>)[] = metrics.map((metric) => scoreBy(metric, sample, tools));
  return scores.some(isPromise) ? Promise.all(scores) : (scores as Score[]);
}

/** Like `scoreAtOnce`, but yields to the event loop after each metric, which may be slow for a long text. */
export async function scoreInTurns(
  metrics: readonly ReadyMetric[],
  sample: Scorable,
  tools: ScoringTools,
): Promise<Score[]> {
  const scores: (Score | Promise<Score>)[] = [];
  for (const metric of metrics) {
    const scoring = scoreBy(metric, sample, tools);
    // It may fail while others are started; `Promise.all` below meets the failure.
    if (isPromise(scoring)) scoring.catch(() => undefined);
    scores.push(scoring);
    await yieldToEventLoop();
  }
  return Promise.all(scores);
}
