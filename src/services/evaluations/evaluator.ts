import { AppError, badField } from "../../base/errors.ts";
import { listedChoices, readAnswer, referenceLetter } from "../../domain/answers/read.ts";
import { answerPart } from "../../domain/answers/thinking.ts";
import type { Evaluation, EvaluationJudging } from "../../domain/evaluation.ts";
import type { Caller } from "../../domain/permissions.ts";
import type { Scorable } from "../../metrics/metric.ts";
import type { EvaluationStore } from "../../store/evaluations.ts";
import type { MetricCatalogue, ReadyMetric } from "../catalogues/metrics.ts";
import type { Judges, ScoringPolicy } from "../scoring/judges.ts";
import { scoreInTurns } from "../scoring/scoring.ts";
import { type Authored, evaluationOf, type Judging, listOf, rowOf } from "./record.ts";

/** Returns the choices that the question's own text lists, if all references are letters. */
const choicesOf = (input: string, expected: readonly string[] = []): string[] | undefined =>
  expected.length > 0 && expected.every((reference) => referenceLetter(reference) !== undefined)
    ? listedChoices(input)
    : undefined;

/** Returns the sample that metrics score; a metric that needs more is refused with 400. */
function scorableOf({ input, output, ...item }: Authored): Scorable {
  const expected = listOf(item.expected);
  const context = listOf(item.context);
  const { answer, finding } = readAnswer(output, { choices: choicesOf(input, expected), expected });
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

function refuseIfMissing({ name: metric, requires }: ReadyMetric, sample: Scorable): void {
  const missing = requires.find(
    (need) => (need === "expected" || need === "context") && sample[need] === undefined,
  );
  if (missing) throw badField(missing, `is required by the metric '${metric}'`, { metric });
}

/** Scores outputs and stores the results. */
export function createEvaluator(store: EvaluationStore, catalogue: MetricCatalogue, judges: Judges) {
  return {
    /** Looks up and checks what all outputs share, before any call is paid. */
    async prepare(request: EvaluationJudging): Promise<Judging> {
      const judge = judges.find(request.judge);
      const metrics = await catalogue.resolve(request.metrics, judge !== undefined);
      refuseMeasurements(metrics);
      judges.check(metrics, judge);
      judges.requireConfigured(metrics, judge);
      return { request, metrics, judge };
    },
    /**
     * Scores one output, stores the evaluation and publishes it. Throws BAD_REQUEST, before any call is paid, if a metric
     * needs something that the output does not have.
     */
    async evaluate(
      caller: Caller,
      judging: Judging,
      { output, policy }: { output: Authored; policy: ScoringPolicy },
    ): Promise<Evaluation> {
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
