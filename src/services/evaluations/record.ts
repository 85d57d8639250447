import { newId } from "../../base/ids.ts";
import type {
  Evaluation,
  EvaluationItem,
  EvaluationJudging,
  EvaluationListing,
  EvaluationRecord,
  LongEvaluationField,
} from "../../domain/evaluation.ts";
import { JUDGE_VARIABLES } from "../../domain/judge.ts";
import type { Method } from "../../domain/metric.ts";
import type { PluginUsed } from "../../domain/plugin.ts";
import type { Score } from "../../metrics/metric.ts";
import type { EvaluationRow, ListedEvaluationRow } from "../../store/evaluations.ts";
import type { ReadyMetric } from "../catalogues/metrics.ts";
import { NO_CALLS } from "../scoring/call-account.ts";
import type { Judge, JudgeAccount, Scoring } from "../scoring/judges.ts";
import { promptVersionsOf, usesJudge } from "../scoring/scoring.ts";

/** How outputs are scored: looked up and checked, for any number of outputs. */
export interface Judging {
  request: EvaluationJudging;
  metrics: readonly ReadyMetric[];
  judge: Judge | undefined;
}

/** An output with its author. */
export type Authored = EvaluationItem & { provider: string; model: string };

/** Returns the texts of a field that may hold one or several. */
export const listOf = (texts: string | string[] | undefined): string[] | undefined =>
  texts === undefined ? undefined : [texts].flat();

/** A metric's part of the mean: in 0 to 1, and the more the better. Lexical stand-ins for a judge have none. */
function shareOf({ range: [low, high], better, method }: ReadyMetric, { value }: Score): number | undefined {
  if (value === null || low !== 0 || high !== 1 || method === "lexical") return undefined;
  return better === "higher" ? value : 1 - value;
}

function meanScore(metrics: readonly ReadyMetric[], scores: readonly Score[]): number | null {
  const shares = metrics.flatMap((metric, index) => shareOf(metric, scores[index] as Score) ?? []);
  return shares.length === 0 ? null : shares.reduce((sum, share) => sum + share, 0) / shares.length;
}

/** Returns what `pick` returns for each metric, by its key; undefined values are left out. */
const byMetric = <Value>(
  metrics: readonly ReadyMetric[],
  scores: readonly Score[],
  pick: (score: Score, metric: ReadyMetric) => Value | undefined,
): Record<string, Value> =>
  Object.fromEntries(
    metrics.flatMap((metric, index) => {
      const value = pick(scores[index] as Score, metric);
      return value === undefined ? [] : [[metric.key, value] as const];
    }),
  );

/** The account of a judge that gave no answer. It is reported all the same, so that the output can be judged again. */
const UNANSWERED: JudgeAccount = { ...NO_CALLS, answered_model: null, warnings: [] };

/** The method by which a metric was computed; undefined if it was not, or if it has only one. */
function methodOf(score: Score, { method }: ReadyMetric, judge: Judge | undefined): Method | undefined {
  if (method === "judge" && !judge) return undefined;
  return method === "lexical" && score.value === null ? undefined : method;
}

const explanationOf = (score: Score) => (score.value === null ? undefined : score.explanation);

/** Builds the evaluation. Its id holds the moment of its `created_at`, by which lists are filtered. */
export function evaluationOf(
  { request, metrics, judge }: Judging,
  scores: readonly Score[],
  scoring: Scoring,
): Evaluation {
  const by = <Value>(pick: (score: Score, metric: ReadyMetric) => Value | undefined) =>
    byMetric(metrics, scores, pick);
  const judged = scoring.judged();
  const created_at = Date.now();
  return {
    score: meanScore(metrics, scores),
    metrics: by(({ value }) => value),
    evaluation_id: newId(created_at),
    created_at: new Date(created_at).toISOString(),
    methods: by((score, metric) => methodOf(score, metric, judge)),
    reasons: by((score) => (score.value === null ? score.reason : undefined)),
    notes: by((score) => (score.value === null ? undefined : score.note)),
    ...(request.explanations ? { explanations: by(explanationOf) } : {}),
    judge:
      judge && metrics.some(usesJudge) ? { ...reportOf(judge, metrics), ...(judged ?? UNANSWERED) } : null,
    embedding: scoring.embedded(),
  };
}

const NAME_ANOTHER =
  `The model judges its own output, and models favour their own: name another one in 'judge', or set ` +
  `${JUDGE_VARIABLES.join(" and ")}.`;

const reportOf = ({ provider, model, params, self }: Judge, metrics: readonly ReadyMetric[]) => ({
  provider: provider.listing.name,
  model,
  params,
  prompt_versions: promptVersionsOf(metrics),
  ...(self ? { self: true as const, advice: NAME_ANOTHER } : {}),
});

/** Returns the plugins among the metrics; null if there are none. */
function pluginsAmong(metrics: readonly ReadyMetric[]): PluginUsed[] | null {
  const used = metrics.flatMap(({ plugin }) => plugin ?? []);
  if (used.length === 0) return null;
  return used.map(({ name, version, content_hash }) => ({ name, version, content_hash }));
}

/** Returns the row of an evaluation, with everything that scoring it again needs. */
export function rowOf(
  {
    created_by,
    metrics,
    ...authored
  }: Authored & { created_by: string } & Pick<EvaluationJudging, "metrics">,
  evaluation: Evaluation,
  scoredBy: readonly ReadyMetric[],
): EvaluationRow {
  const { provider, model, input, output, expected = null } = authored;
  return {
    ...evaluation,
    explanations: evaluation.explanations ?? null,
    provider,
    model,
    input,
    output,
    expected: typeof expected === "string" ? expected : null,
    references: Array.isArray(expected) ? expected : null,
    context: listOf(authored.context) ?? null,
    metric_requests: metrics,
    plugins: pluginsAmong(scoredBy),
    created_by,
  };
}

/** Converts a row to the record that callers see. */
export function recordOf({ references, explanations, ...row }: EvaluationRow): EvaluationRecord {
  return {
    ...row,
    expected: references ?? row.expected,
    notes: row.notes ?? {},
    judge: row.judge && { ...row.judge, warnings: row.judge.warnings ?? [] },
    metric_requests: row.metric_requests ?? Object.keys(row.metrics),
    ...(explanations ? { explanations } : {}),
  };
}

/** The column of several references is a field of its own in the table alone. */
const fieldOf = (column: ListedEvaluationRow["left_out"][number]): LongEvaluationField =>
  column === "references" ? "expected" : column;

/** Converts a row of a list. A long field is null and named; a field that the row never had is filled in. */
export function listingOf({ left_out, references, ...row }: ListedEvaluationRow): EvaluationListing {
  const isLong = (field: LongEvaluationField) => left_out.includes(field);
  const { explanations, ...fields } = row;
  return {
    ...fields,
    expected: references ?? row.expected,
    notes: row.notes ?? (isLong("notes") ? null : {}),
    metric_requests: row.metric_requests ?? (isLong("metric_requests") ? null : Object.keys(row.metrics)),
    ...(explanations || isLong("explanations") ? { explanations } : {}),
    left_out: left_out.map(fieldOf),
  };
}
