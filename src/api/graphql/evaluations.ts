import { GraphQLError } from "graphql";
import {
  CreateEvaluation,
  type Evaluation,
  EvaluationQuery,
  type EvaluationRecord,
} from "../../domain/evaluation.ts";
import type { JudgeReport } from "../../domain/judge.ts";
import { pageRequest } from "../../domain/page.ts";
import type { Evaluations } from "../../services/evaluations/index.ts";
import { toGraphql } from "./names.ts";
import { nullIfNotFound, type Resolver, reader } from "./resolver.ts";

type Scored = Pick<Evaluation, "metrics" | "methods" | "reasons" | "notes" | "explanations">;

/** GraphQL has no maps: one entry a metric. */
const scoresOf = ({ metrics, methods, reasons, notes, explanations = {} }: Scored) =>
  Object.entries(metrics).map(([name, value]) => ({
    name,
    value,
    method: methods[name] ?? null,
    reason: reasons[name] ?? null,
    note: notes[name] ?? null,
    explanation: explanations[name] ?? null,
  }));

const judgeOf = (judge: JudgeReport | null) => judge && toGraphql({ ...judge, ...judge.usage });

const evaluationOf = <Shown extends Scored & { judge: JudgeReport | null }>(evaluation: Shown) => ({
  ...toGraphql(evaluation),
  metrics: scoresOf(evaluation),
  judge: judgeOf(evaluation.judge),
});

const recordOf = ({ expected, ...record }: EvaluationRecord) => ({
  ...evaluationOf(record),
  expected: expected === null ? null : [expected].flat(),
});

/**
 * The document's `score` can't be null, so an evaluation without one is an error that says where it is stored, and
 * has what was scored all the same.
 */
function withoutScore({ evaluation_id, metrics, reasons }: Evaluation): GraphQLError {
  const isScored = Object.values(metrics).some((value) => value !== null);
  const message = isScored
    ? "None of the metrics that were scored lies in 0 to 1."
    : "None of the metrics could be scored.";
  return new GraphQLError(message, {
    extensions: { code: "SERVICE_UNAVAILABLE", evaluation_id, metrics, reasons },
  });
}

const SCORE_DIGITS = 17;

/** A number as it stands in a URL's query, where it has no exponent. */
const digitsOf = (value: number): string =>
  /e-/.test(String(value)) ? value.toFixed(SCORE_DIGITS) : String(value);

export function evaluationResolvers(evaluations: Evaluations) {
  const readEvaluation = reader(CreateEvaluation);
  const readQuery = reader(EvaluationQuery);

  const createEvaluation: Resolver<{ input: object }> = async (_, { input }, { caller, request }) => {
    const evaluation = await evaluations.create(caller, readEvaluation(input), request.signal);
    if (evaluation.score === null) throw withoutScore(evaluation);
    return evaluationOf(evaluation);
  };

  const evaluation: Resolver<{ id: string }> = (_, { id }, { caller }) =>
    evaluations.get(caller, id).then(recordOf, nullIfNotFound);

  /** Numbers are those of a URL's query, where they are text. */
  const listEvaluations: Resolver<Record<string, unknown>> = async (_, given, { caller }) => {
    const texts = Object.entries(given).map(([name, value]) => [
      name,
      typeof value === "number" ? digitsOf(value) : value,
    ]);
    const query = readQuery(Object.fromEntries(texts));
    const page = await evaluations.list(caller, pageRequest(query), query);
    return { ...toGraphql(page), items: page.items.map(recordOf) };
  };

  return { queries: { evaluation, evaluations: listEvaluations }, mutations: { createEvaluation } };
}
