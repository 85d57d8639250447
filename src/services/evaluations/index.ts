import { badField, requireFound } from "../../base/errors.ts";
import { idsFrom } from "../../base/ids.ts";
import type {
  CreateEvaluation,
  Evaluation,
  EvaluationBatch,
  EvaluationFilter,
  EvaluationListing,
  EvaluationQuery,
  EvaluationRecord,
  UncheckedBatch,
} from "../../domain/evaluation.ts";
import { parseSince } from "../../domain/fields.ts";
import type { Page, PageRequest } from "../../domain/page.ts";
import { authorize, type Caller } from "../../domain/permissions.ts";
import type { EvaluationStore } from "../../store/evaluations.ts";
import type { Log } from "../../telemetry/log.ts";
import type { MetricCatalogue } from "../catalogues/metrics.ts";
import type { Judges } from "../scoring/judges.ts";
import { createBatchEvaluation } from "./batch.ts";
import { createEvaluator, metricsOf } from "./evaluator.ts";
import { listingOf, recordOf } from "./record.ts";
import { refuseTooMuchWork, workOf } from "./work.ts";

type ListQuery = Omit<EvaluationQuery, "page" | "page_size">;

const numberOf = (text: string | undefined): number | undefined =>
  text === undefined ? undefined : Number(text);

/** Converts the query of a list to the store's filter. Throws BAD_REQUEST naming the field at fault. */
function filterOf({ provider, model, caller, since, ...bounds }: ListQuery): EvaluationFilter {
  const min_score = numberOf(bounds.min_score);
  const max_score = numberOf(bounds.max_score);
  if (min_score !== undefined && max_score !== undefined && min_score > max_score)
    throw badField("min_score", `must not exceed 'max_score', which is ${max_score}`);
  const from_id = since === undefined ? undefined : idsFrom(parseSince(since, "since"));
  return { provider, model, caller, from_id, min_score, max_score };
}

interface CreateOptions {
  signal?: AbortSignal;
  /** Adds the work to that of the caller's request, which may create several evaluations. Returns the sum. */
  spend?(work: number): number;
}

interface EvaluationServices {
  store: EvaluationStore;
  catalogue: MetricCatalogue;
  judges: Judges;
  log: Log;
}

/** Scores outputs that exist already, and keeps and lists the results. */
export function createEvaluations({ store, catalogue, judges, log }: EvaluationServices) {
  const evaluator = createEvaluator(store, catalogue, judges);
  const evaluateBatch = createBatchEvaluation(evaluator, log);
  return {
    /** Scores one output by every requested metric, stores the result and publishes it. */
    async create(
      caller: Caller,
      request: CreateEvaluation,
      { signal, spend }: CreateOptions = {},
    ): Promise<Evaluation> {
      authorize(caller, "evaluations.create");
      const prepared = await evaluator.prepare(request, request);
      const work = workOf(metricsOf(prepared), [request]);
      refuseTooMuchWork(spend ? spend(work) : work);
      const policy = { priority: "interactive", ...(signal ? { signal } : {}) } as const;
      return evaluator.evaluate(caller, prepared, { output: request, policy });
    },
    /**
     * Scores up to 1,000 outputs. A fault of an item becomes the outcome of that item; a fault of the batch is thrown
     * before any call is paid. Once the signal fires, no further item is begun; finished items are kept.
     */
    async createBatch(caller: Caller, batch: UncheckedBatch, signal?: AbortSignal): Promise<EvaluationBatch> {
      authorize(caller, "evaluations.create");
      return evaluateBatch(caller, batch, signal);
    },
    /** Lists evaluations, newest first, without their long fields. */
    async list(caller: Caller, page: PageRequest, query: ListQuery = {}): Promise<Page<EvaluationListing>> {
      authorize(caller, "evaluations.read");
      const rows = await store.list(page, filterOf(query));
      return { ...rows, items: rows.items.map(listingOf) };
    },
    async get(caller: Caller, id: string): Promise<EvaluationRecord> {
      authorize(caller, "evaluations.read");
      return recordOf(requireFound(await store.find(id), "evaluation", id));
    },
  };
}

export type Evaluations = ReturnType<typeof createEvaluations>;
