import { AppError, badField, errorWithin } from "../../base/errors.ts";
import { isRecord } from "../../base/json/json.ts";
import { validator } from "../../base/validation.ts";
import {
  type EvaluationBatch,
  EvaluationItem,
  type EvaluationOutcome,
  type UncheckedBatch,
} from "../../domain/evaluation.ts";
import type { Caller } from "../../domain/permissions.ts";
import type { Log } from "../../telemetry/log.ts";
import { type Evaluator, metricsOf } from "./evaluator.ts";
import type { Authored } from "./record.ts";
import { refuseTooMuchWork, workOf } from "./work.ts";

/** How many items are scored at once: enough to keep a judge busy and to commit many items in a group. */
const AT_ONCE = 32;

const checkItem = validator(EvaluationItem);
const INTERNAL = "An internal error of the server ended this item. Its log has the reason.";

/** Checks an item and adds the batch's author if it has none. Throws BAD_REQUEST naming the field within the item. */
function authoredItem(unchecked: unknown, { provider, model }: UncheckedBatch): Authored {
  const item = checkItem(unchecked);
  const author = { provider: item.provider ?? provider, model: item.model ?? model };
  if (author.provider === undefined || author.model === undefined) {
    const field = author.provider === undefined ? "provider" : "model";
    throw badField(field, "is required because the batch does not have it");
  }
  return { ...item, provider: author.provider, model: author.model };
}

/** The author of all items; undefined if an item names its own, or if the batch names none. */
function authorOfAll({ provider, model, items }: UncheckedBatch) {
  const hasOwn = items.some((item) => isRecord(item) && ("provider" in item || "model" in item));
  return hasOwn || provider === undefined || model === undefined ? undefined : { provider, model };
}

/** Calls `work` for all indices below `total`, some at once. Begins no more once the signal has fired. */
async function workThrough(
  total: number,
  work: (index: number) => Promise<void>,
  signal: AbortSignal | undefined,
): Promise<void> {
  let next = 0;
  async function worker(): Promise<void> {
    while (next < total && !signal?.aborted) await work(next++);
  }
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, total) }, worker));
}

const skippedOutcome = (index: number): EvaluationOutcome => ({
  index,
  error: { code: "SERVICE_UNAVAILABLE", message: "The caller left before this item was begun.", details: {} },
});

/** Scores many outputs by the same metrics, each by itself: a bad item does not harm the others. */
export function createBatchEvaluation(evaluator: Evaluator, log: Log) {
  /** Returns the outcome of a failed item. An internal error's details go to the log alone. */
  function outcomeOf(index: number, error: unknown): EvaluationOutcome {
    if (!(error instanceof AppError))
      log.error({ err: error, index }, "evaluating an item of a batch failed");
    const publicError =
      error instanceof AppError
        ? errorWithin(`items.${index}`, error)
        : new AppError("INTERNAL_ERROR", INTERNAL, {}, { cause: error });
    const { code, message, details } = publicError;
    return { index, error: { code, message, details } };
  }

  return async function evaluateBatch(
    caller: Caller,
    batch: UncheckedBatch,
    signal?: AbortSignal,
  ): Promise<EvaluationBatch> {
    const prepared = await evaluator.prepare(batch, authorOfAll(batch));
    refuseTooMuchWork(workOf(metricsOf(prepared), batch.items));
    const outcomes = batch.items.map((_, index) => skippedOutcome(index));
    const policy = { priority: "batch", ...(signal ? { signal } : {}) } as const;

    async function evaluateOne(index: number): Promise<void> {
      try {
        const output = authoredItem(batch.items[index], batch);
        const evaluation = await evaluator.evaluate(caller, prepared, { output, policy });
        outcomes[index] = { index, evaluation };
      } catch (error) {
        outcomes[index] = outcomeOf(index, error);
      }
    }

    await workThrough(batch.items.length, evaluateOne, signal);
    const succeeded = outcomes.filter(({ evaluation }) => evaluation).length;
    return { items: outcomes, succeeded, failed: outcomes.length - succeeded };
  };
}
