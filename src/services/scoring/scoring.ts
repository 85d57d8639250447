import { yieldToEventLoop } from "../../base/event-loop.ts";
import { JudgeFailure, type Scorable, type Score, type ScoringTools } from "../../metrics/metric.ts";
import type { ReadyMetric } from "../catalogues/metrics.ts";

/** Whether the metric asks a judge. */
export const usesJudge = ({ method, requires }: ReadyMetric): boolean =>
  method === "judge" || requires.includes("judge");

/** Of every metric by a judge the version of what the judge is asked, by the key of its scores. */
export const promptVersionsOf = (metrics: readonly ReadyMetric[]): Record<string, string> =>
  Object.fromEntries(
    metrics.flatMap(({ key, prompt_version }) =>
      prompt_version === undefined ? [] : [[key, prompt_version]],
    ),
  );

/** A judge that gave no answer is a reason for no score; anything else is no matter of scoring. */
function unscored(error: unknown): Score {
  if (!(error instanceof JudgeFailure)) throw error;
  return { value: null, reason: error.message, failure: "judge" };
}

const scoreBy = (metric: ReadyMetric, sample: Scorable, tools: ScoringTools): Score | Promise<Score> => {
  const scoring = metric.score(sample, tools);
  return scoring instanceof Promise ? scoring.catch(unscored) : scoring;
};

const isPromise = (scoring: Score | Promise<Score>): scoring is Promise<Score> => scoring instanceof Promise;

/**
 * The scores by each metric, judges being asked side by side. Most metrics answer at once, and a benchmark has many
 * trials: no turn of the event loop for those. Throws the signal's reason.
 */
export function scoreAtOnce(
  metrics: readonly ReadyMetric[],
  sample: Scorable,
  tools: ScoringTools,
): Score[] | Promise<Score[]> {
  const scores: (Score | Promise<Score>)[] = metrics.map((metric) => scoreBy(metric, sample, tools));
  return scores.some(isPromise) ? Promise.all(scores) : (scores as Score[]);
}

/** The same, letting others in between: of a long text each metric may take its time. */
export async function scoreInTurns(
  metrics: readonly ReadyMetric[],
  sample: Scorable,
  tools: ScoringTools,
): Promise<Score[]> {
  const scores: (Score | Promise<Score>)[] = [];
  for (const metric of metrics) {
    const scoring = scoreBy(metric, sample, tools);
    // It may fail while others are being started; whoever waits for all of them meets it.
    if (isPromise(scoring)) scoring.catch(() => undefined);
    scores.push(scoring);
    await yieldToEventLoop();
  }
  return Promise.all(scores);
}
