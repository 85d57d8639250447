import { protocolFor } from "../datasets/protocols.ts";
import { badField, notFound } from "../domain/errors.ts";
import type { CreateEvaluation, Evaluation, EvaluationRecord } from "../domain/evaluation.ts";
import { newId, now } from "../domain/fields.ts";
import type { Page, PageRequest } from "../domain/page.ts";
import { authorize, type Caller } from "../domain/permissions.ts";
import type { PluginUsed } from "../domain/plugin.ts";
import type { Metric, Scorable, Score } from "../metrics/metric.ts";
import type { EvaluationStore } from "../store/evaluations.ts";
import type { MetricCatalogue } from "./metric-catalogue.ts";

/** What an evaluation can give a metric; the rest is missing and named in a 400. */
function scorableOf(request: CreateEvaluation): Scorable {
  const { input, output } = request;
  const expected = request.expected === undefined ? {} : { expected: [request.expected] };
  const context = request.context === undefined ? {} : { context: [request.context].flat() };
  const answer = protocolFor({}).extract(output, { id: "", input, ...expected });
  return { input, output, answer, ...expected, ...context };
}

function refuseIfMissing(metric: Metric, sample: Scorable): void {
  const missing = metric.requires.find((field) =>
    field === "usage" || field === "timing" ? true : sample[field] === undefined,
  );
  if (!missing) return;
  if (missing === "expected" || missing === "context") {
    throw badField(missing, `is required by the metric '${metric.name}'`, { metric: metric.name });
  }
  throw badField(
    "metrics",
    `'${metric.name}' measures a call and needs a benchmark; an evaluation calls no model`,
    {
      metric: metric.name,
    },
  );
}

/** Mean of the metrics that were scored and are ratios in 0 to 1; null if there is none. */
function meanScore(metrics: readonly Metric[], scores: readonly Score[]): number | null {
  const values = scores.flatMap(({ value }, index) => {
    const [low, high] = metrics[index]?.range ?? [null, null];
    return value !== null && low === 0 && high === 1 ? [value] : [];
  });
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}

const byName = <Value>(
  metrics: readonly Metric[],
  pick: (metric: Metric, index: number) => Value | undefined,
) =>
  Object.fromEntries(
    metrics.flatMap((metric, index) => {
      const value = pick(metric, index);
      return value === undefined ? [] : [[metric.name, value] as const];
    }),
  );

/** Which plugins had a hand in it; null if none. */
function pluginsAmong(metrics: readonly Metric[]): PluginUsed[] | null {
  const plugins = metrics.flatMap(({ plugin }) => plugin ?? []);
  return plugins.length === 0
    ? null
    : plugins.map(({ name, version, content_hash }) => ({ name, version, content_hash }));
}

export function createEvaluations(store: EvaluationStore, catalogue: MetricCatalogue) {
  return {
    /** Scores one output by every metric named, stores the result and tells those who listen. */
    async create(caller: Caller, request: CreateEvaluation): Promise<Evaluation> {
      authorize(caller, "evaluations.create");
      const metrics = await catalogue.resolve(request.metrics);
      const sample = scorableOf(request);
      for (const metric of metrics) refuseIfMissing(metric, sample);
      const scores = await Promise.all(metrics.map((metric) => metric.score(sample)));
      const evaluation: Evaluation = {
        score: meanScore(metrics, scores),
        metrics: byName(metrics, (_, index) => scores[index]?.value ?? null),
        evaluation_id: newId(),
        created_at: now(),
        methods: byName(metrics, (metric) => metric.method),
        reasons: byName(metrics, (_, index) => {
          const score = scores[index];
          return score?.value === null ? score.reason : undefined;
        }),
      };
      const { provider, model, input, output, expected = null } = request;
      const judged = {
        provider,
        model,
        input,
        output,
        expected,
        context: sample.context ? [...sample.context] : null,
        plugins: pluginsAmong(metrics),
      };
      const event = { topic: "evaluation.results", data: evaluation } as const;
      await store.add({ ...evaluation, ...judged, created_by: caller.id }, event);
      return evaluation;
    },
    async list(caller: Caller, page: PageRequest): Promise<Page<EvaluationRecord>> {
      authorize(caller, "evaluations.read");
      return store.list(page);
    },
    async get(caller: Caller, id: string): Promise<EvaluationRecord> {
      authorize(caller, "evaluations.read");
      const row = await store.find(id);
      if (!row) throw notFound("evaluation", id);
      return row;
    },
  };
}

export type Evaluations = ReturnType<typeof createEvaluations>;
