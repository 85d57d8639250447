import { requireFound } from "../../base/errors.ts";
import { createOpenWork } from "../../base/open-work.ts";
import type { Completion, CompletionRecord, CreateCompletion } from "../../domain/completions/completion.ts";
import type { CompletionFilter, CompletionListing } from "../../domain/completions/completion-list.ts";
import { parseSince } from "../../domain/fields.ts";
import type { Page, PageRequest } from "../../domain/page.ts";
import { authorize, type Caller } from "../../domain/permissions.ts";
import { ProviderError } from "../../providers/provider.ts";
import type { CompletionStore } from "../../store/completions.ts";
import { type CallPolicy, limitedTo, type ModelCalls, toAppError } from "../model-calls/index.ts";
import { type CompletionOrder, orderOf } from "./order.ts";
import { openRecord } from "./record.ts";
import { createRecorder } from "./recorder.ts";
import { type CompletionEvent, streamCompletion } from "./stream.ts";
import { callInTurn, findTargets, type TargetCalls } from "./targets.ts";

export type { CompletionOrder } from "./order.ts";
export type { CompletionEvent } from "./stream.ts";

/** How the calls of an order are made. The record keeps the times of a failed call. */
const policyOf = (
  { cache, timeout_ms }: CompletionOrder,
  record: CompletionRecord,
  signal: AbortSignal | undefined,
): CallPolicy => ({
  signal,
  cache,
  priority: "interactive",
  onFailure: (times) => void Object.assign(record, times),
  limits: limitedTo(timeout_ms),
});

/** Asks models for completions, and keeps and lists the records of them. */
export function createCompletions(store: CompletionStore, modelCalls: ModelCalls) {
  const recorder = createRecorder(store, modelCalls);
  const openWork = createOpenWork();

  /** Authorises an order, and opens its record and the calls of its targets. */
  function open(caller: Caller, order: CompletionOrder, signal: AbortSignal | undefined) {
    authorize(caller, "completions.create");
    const record = openRecord(caller, order);
    const targets = findTargets(modelCalls, order);
    const policy = policyOf(order, record, signal);
    const calls: TargetCalls = { modelCalls, targets, policy, warnings: record.warnings };
    return { record, calls };
  }

  async function complete(caller: Caller, order: CompletionOrder, signal?: AbortSignal): Promise<Completion> {
    const { record, calls } = open(caller, order, signal);
    const end = openWork.begin();
    try {
      const { target, call } = await callInTurn(calls);
      return await recorder.complete(record, target.provider, call);
    } catch (error) {
      if (!(error instanceof ProviderError)) throw error;
      await recorder.fail(record, error);
      throw toAppError(error);
    } finally {
      end();
    }
  }

  async function* stream(
    caller: Caller,
    order: CompletionOrder,
    signal?: AbortSignal,
  ): AsyncGenerator<CompletionEvent> {
    const end = openWork.begin();
    try {
      yield* streamCompletion({ ...open(caller, order, signal), recorder });
    } finally {
      end();
    }
  }

  return {
    /** Calls the model and returns the answer once it is stored. A failed call is stored too. */
    create: (caller: Caller, request: CreateCompletion, signal?: AbortSignal): Promise<Completion> =>
      complete(caller, orderOf(request), signal),
    /** Like `create`, piece by piece; the last piece is `done`. A reader that stops reading ends the call. */
    createStream: (
      caller: Caller,
      request: CreateCompletion,
      signal?: AbortSignal,
    ): AsyncGenerator<CompletionEvent> => stream(caller, orderOf(request), signal),
    /** Resolves once every completion that has begun is recorded. */
    settled: openWork.idle,
    /** Like `create`, for an order. */
    complete,
    /** Like `createStream`, for an order. */
    stream,
    /** Lists completions, newest first, without their long fields. */
    async list(
      caller: Caller,
      page: PageRequest,
      { since, ...filter }: CompletionFilter,
    ): Promise<Page<CompletionListing>> {
      authorize(caller, "completions.read");
      return store.list(
        page,
        since === undefined ? filter : { ...filter, since: parseSince(since, "since") },
      );
    },
    async get(caller: Caller, id: string): Promise<CompletionRecord> {
      authorize(caller, "completions.read");
      return requireFound(await store.find(id), "completion", id);
    },
  };
}

export type Completions = ReturnType<typeof createCompletions>;
