import { AppError, badField } from "../../base/errors.ts";
import { choicesAskedBy, readAnswer } from "../../domain/answers/read.ts";
import { answerPart } from "../../domain/answers/thinking.ts";
import type { Evaluation, EvaluationJudging } from "../../domain/evaluation.ts";
import type { Caller } from "../../domain/permissions.ts";
import type { Scorable } from "../../metrics/metric.ts";
import type { EvaluationStore } from "../../store/evaluations.ts";
import type { MetricCatalogue, ReadyMetric } from "../catalogues/metrics.ts";
import type { Judge, Judges, ScoringPolicy } from "../scoring/judges.ts";
import { scoreInTurns, usesJudge } from "../scoring/scoring.ts";
import { type Authored, evaluationOf, type Judging, listOf, rowOf } from "./record.ts";

/** Returns the sample that metrics score; a metric that needs more is refused with 400. */
function scorableOf({ input, output, ...item }: Authored): Scorable {
  const expected = listOf(item.expected);
  const context = listOf(item.context);
  const { answer, finding } = readAnswer(output, { choices: choicesAskedBy(input, expected), expected });
  return {
    input,
    output: answerPart(output).text,
    answer,
    ...(finding === undefined ? {} : { finding }),
    ...(expected ? { expected } : {}),
    ...(context ? { context } : {}),
  };
}

/** The needs that an evaluation can meet. All others are measured in a call of the model. */
const AVAILABLE_NEEDS: readonly ReadyMetric["requires"][number][] = [
  "expected",
  "context",
  "judge",
  "embedding",
];

function refuseMeasurements(metrics: readonly ReadyMetric[]): void {
  for (const [index, { name: metric, requires }] of metrics.entries()) {
    if (requires.every((need) => AVAILABLE_NEEDS.includes(need))) continue;
    const fault = `'${metric}' needs a benchmark: it measures a call, and an evaluation makes none`;
    throw badField(`metrics.${index}`, fault, { metric });
  }
}

/** A metric that scores null without a judge says in its reason what it lacks. */
function refuseIfMissing({ name: metric, requires, optional_judge }: ReadyMetric, sample: Scorable): void {
  if (optional_judge) return;
  const missing = requires.find(
    (need) => (need === "expected" || need === "context") && sample[need] === undefined,
  );
  if (missing) throw badField(missing, `is required by the metric '${metric}'`, { metric });
}

const cannotDoWithout = (metric: ReadyMetric): boolean => usesJudge(metric) && !metric.optional_judge;

/** What is the same for every output of a request. */
export interface PreparedJudging {
  request: EvaluationJudging;
  /** The judge of all outputs; if undefined, each output's author judges it, as far as it can. */
  judge: Judge | undefined;
  judged: readonly ReadyMetric[];
  unjudged: readonly ReadyMetric[];
}

/**
 * Returns the metrics whose work a request may cause. If no judge is named, these are the forms without a judge: the
 * output's author may be no judge either, and these forms are at least as slow.
 */
export const metricsOf = ({ judge, judged, unjudged }: PreparedJudging): readonly ReadyMetric[] =>
  judge ? judged : unjudged;

type Author = Pick<Authored, "provider" | "model">;
/** The author where it plays no part. */
const NOBODY: Author = { provider: "", model: "" };

/** Scores outputs and stores the results. */
export function createEvaluator(store: EvaluationStore, catalogue: MetricCatalogue, judges: Judges) {
  /** Chooses judge and metrics for the outputs of an author. Throws for what they could not ask. */
  function judgingOf({ request, judge: named, judged, unjudged }: PreparedJudging, author: Author): Judging {
    const judge = named ?? (judged.some(usesJudge) ? judges.ownOf(author) : undefined);
    const metrics = judge ? judged : unjudged;
    judges.check(metrics, judge, cannotDoWithout);
    judges.requireConfigured(metrics, judge);
    return { request, metrics, judge };
  }

  return {
    /**
     * Looks up all that is the same for every output, before any call is paid. `author` is given if it is that of all
     * outputs.
     */
    async prepare(request: EvaluationJudging, author?: Author): Promise<PreparedJudging> {
      const judge = judges.find(request.judge);
      const judged = await catalogue.resolve(request.metrics, true);
      const unjudged = judge ? [] : await catalogue.resolve(request.metrics, false);
      refuseMeasurements(judged);
      const prepared = { request, judge, judged, unjudged };
      if (judge || author) judgingOf(prepared, author ?? NOBODY);
      return prepared;
    },
    /**
     * Scores one output, stores the evaluation and publishes it. Throws BAD_REQUEST, before any call is paid, if a metric
     * needs something that the output does not have.
     */
    async evaluate(
      caller: Caller,
      prepared: PreparedJudging,
      { output, policy }: { output: Authored; policy: ScoringPolicy },
    ): Promise<Evaluation> {
      const judging = judgingOf(prepared, output);
      const { metrics, judge, request } = judging;
      const sample = scorableOf(output);
      for (const metric of metrics) refuseIfMissing(metric, sample);
      const scoring = judges.open(judge, policy);
      const scores = await scoreInTurns(metrics, sample, scoring.tools).catch((error: unknown) => {
        throw policy.signal?.aborted ? leftError(error) : error;
      });
      const evaluation = evaluationOf(judging, scores, scoring);
      const order = { ...output, metrics: request.metrics, created_by: caller.id };
      const row = rowOf(order, evaluation, metrics);
      await store.add(row, { topic: "evaluation.results", data: evaluation });
      return evaluation;
    },
  };
}

const leftError = (cause: unknown): AppError =>
  new AppError("SERVICE_UNAVAILABLE", "The caller left before the output was judged.", {}, { cause });

export type Evaluator = ReturnType<typeof createEvaluator>;
