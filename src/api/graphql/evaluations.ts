import { GraphQLError } from "graphql";
import { nextTurn } from "../../base/event-loop.ts";
import { charactersIn } from "../../base/json/json.ts";
import {
  CreateEvaluation,
  type Evaluation,
  type EvaluationListing,
  EvaluationQuery,
  type EvaluationRecord,
  type LongEvaluationField,
} from "../../domain/evaluation.ts";
import type { JudgeReport } from "../../domain/judge.ts";
import { pageRequest } from "../../domain/page.ts";
import type { Evaluations } from "../../services/evaluations/index.ts";
import { toGraphql } from "./names.ts";
import { nullIfNotFound, type Resolver, reader } from "./resolver.ts";

type ScoredFields = Pick<EvaluationListing, "metrics" | "methods" | "reasons" | "notes" | "explanations">;

/** Returns one entry per metric, because GraphQL has no maps. */
const scoresOf = ({ metrics, methods, reasons, notes, explanations }: ScoredFields) =>
  Object.entries(metrics).map(([name, value]) => ({
    name,
    value,
    method: methods[name] ?? null,
    reason: reasons?.[name] ?? null,
    note: notes?.[name] ?? null,
    explanation: explanations?.[name] ?? null,
  }));

const judgeOf = (judge: JudgeReport | null) =>
  judge && toGraphql({ ...judge, ...judge.usage, self: judge.self ?? false });

const evaluationOf = <Scored extends ScoredFields & { judge: JudgeReport | null }>(evaluation: Scored) => ({
  ...toGraphql(evaluation),
  metrics: scoresOf(evaluation),
  judge: judgeOf(evaluation.judge),
});

const nodeOf = ({ expected, ...record }: EvaluationRecord | EvaluationListing) => ({
  ...evaluationOf(record),
  expected: expected === null ? null : [expected].flat(),
  leftOut: "left_out" in record ? record.left_out.flatMap((field) => NODE_FIELDS[field] ?? []) : [],
});

/** The fields of a node that a list may leave out, by their name in REST. The other names are not in the schema. */
const NODE_FIELDS: { readonly [Field in LongEvaluationField]?: string } = {
  input: "input",
  output: "output",
  expected: "expected",
  context: "context",
  reasons: "metrics.reason",
  notes: "metrics.note",
  explanations: "metrics.explanation",
};

/**
 * Returns the error for an evaluation without a score: in the schema, `score` cannot be null. The error's extensions
 * hold the id under which the evaluation is stored, and the metrics that were scored.
 */
function withoutScore({ evaluation_id, metrics, reasons }: Evaluation): GraphQLError {
  const isScored = Object.values(metrics).some((value) => value !== null);
  const message = isScored
    ? "No scored metric takes part in the overall score: each has another range than 0 to 1, or is lexical."
    : "No metric could be scored. 'reasons' says why.";
  return new GraphQLError(message, {
    extensions: { code: "SERVICE_UNAVAILABLE", evaluation_id, metrics, reasons },
  });
}

const SCORE_DIGITS = 17;

/** Writes a number as in a URL's query, without an exponent. */
const digitsOf = (value: number): string =>
  /e-/.test(String(value)) ? value.toFixed(SCORE_DIGITS) : String(value);

export function evaluationResolvers(evaluations: Evaluations) {
  const readEvaluation = reader(CreateEvaluation);
  const readQuery = reader(EvaluationQuery);

  const createEvaluation: Resolver<{ input: object }> = async (_, { input }, { caller, request, budget }) => {
    const options = { signal: request.signal, spend: budget.spendWork };
    const evaluation = await evaluations.create(caller, readEvaluation(input), options);
    if (evaluation.score === null) throw withoutScore(evaluation);
    return evaluationOf(evaluation);
  };

  // A query may have many of these fields, and all of them begin at once.
  const evaluation: Resolver<{ id: string }> = async (_, { id }, { caller, budget }) => {
    await nextTurn();
    const record = await evaluations.get(caller, id).catch(nullIfNotFound);
    budget.spendBytes(charactersIn(record));
    return record && nodeOf(record);
  };

  /** The query's schema is that of a URL, where numbers are text. */
  const listEvaluations: Resolver<Record<string, unknown>> = async (_, fieldArguments, { caller }) => {
    const texts = Object.entries(fieldArguments).map(([name, value]) => [
      name,
      typeof value === "number" ? digitsOf(value) : value,
    ]);
    const query = readQuery(Object.fromEntries(texts));
    await nextTurn();
    const page = await evaluations.list(caller, pageRequest(query), query);
    return { ...toGraphql(page), items: page.items.map(nodeOf) };
  };

  return { queries: { evaluation, evaluations: listEvaluations }, mutations: { createEvaluation } };
}
