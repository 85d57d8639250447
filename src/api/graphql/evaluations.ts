import { GraphQLError } from "graphql";
import {
  CreateEvaluation,
  type Evaluation,
  EvaluationQuery,
  type EvaluationRecord,
} from "../../domain/evaluation.ts";
import type { JudgeReport } from "../../domain/judge.ts";
import { pageRequest } from "../../domain/page.ts";
import type { Evaluations } from "../../services/evaluations.ts";
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

/** The document's `score` can't be null, so an evaluation without one is an error that says where it is stored. */
const nothingScored = ({ evaluation_id, reasons }: Evaluation): GraphQLError =>
  new GraphQLError("None of the metrics could be scored.", {
    extensions: { code: "SERVICE_UNAVAILABLE", evaluation_id, reasons },
  });

export function evaluationResolvers(evaluations: Evaluations) {
  const readEvaluation = reader(CreateEvaluation);
  const readQuery = reader(EvaluationQuery);

  const createEvaluation: Resolver<{ input: object }> = async (_, { input }, { caller, request }) => {
    const evaluation = await evaluations.create(caller, readEvaluation(input), request.signal);
    if (evaluation.score === null) throw nothingScored(evaluation);
    return evaluationOf(evaluation);
  };

  const evaluation: Resolver<{ id: string }> = (_, { id }, { caller }) =>
    evaluations.get(caller, id).then(recordOf, nullIfNotFound);

  /** Numbers are those of a URL's query, where they are text. */
  const listEvaluations: Resolver<Record<string, unknown>> = async (_, given, { caller }) => {
    const texts = Object.entries(given).map(([name, value]) => [
      name,
      typeof value === "number" ? String(value) : value,
    ]);
    const query = readQuery(Object.fromEntries(texts));
    const page = await evaluations.list(caller, pageRequest(query), query);
    return { ...toGraphql(page), items: page.items.map(recordOf) };
  };

  return { queries: { evaluation, evaluations: listEvaluations }, mutations: { createEvaluation } };
}
