import { badField, notFound } from "../../base/errors.ts";
import type { Message } from "../../domain/completions/chat.ts";
import type {
  Completion,
  CompletionFilter,
  CompletionListing,
  CompletionRecord,
  CreateCompletion,
} from "../../domain/completions/completion.ts";
import { parseSince } from "../../domain/fields.ts";
import type { Page, PageRequest } from "../../domain/page.ts";
import { authorize, type Caller } from "../../domain/permissions.ts";
import { type CompletionRequest, type Provider, ProviderError } from "../../providers/provider.ts";
import type { CompletionStore } from "../../store/completions.ts";
import {
  type CallDelta,
  type CallPolicy,
  limitedTo,
  type ModelCalls,
  toAppError,
} from "../model-calls/index.ts";
import { createPartialAnswer, type Said } from "./partial-answer.ts";
import { answerOf, type CompletionOrder, completed, failed, openRecord } from "./record.ts";

export type { CompletionOrder } from "./record.ts";

/** A piece of a streamed completion; the last is `done`. */
export type CompletionEvent =
  | Exclude<CallDelta, { type: "finish" }>
  | { type: "done"; completion: Completion };

/** One conversation from either form; exactly one of `prompt` and `messages` must be given. */
function messagesOf({ prompt, messages, system }: CreateCompletion): Message[] {
  if ((prompt === undefined) === (messages === undefined)) {
    const fault =
      prompt === undefined
        ? "is required unless 'messages' is given"
        : "can't be given together with 'messages'";
    throw badField("prompt", fault, { accepted: ["prompt", "messages"] });
  }
  const asked: Message[] = messages ?? [{ role: "user", content: prompt ?? "" }];
  return system === undefined ? asked : [{ role: "system", content: system }, ...asked];
}

function orderOf(request: CreateCompletion): CompletionOrder {
  const { provider, model, fallbacks = [], logprobs, top_logprobs = logprobs ? 0 : undefined } = request;
  const { max_tokens, temperature, top_p, stop, seed, response_format } = request;
  const params = { max_tokens, temperature, top_p, stop, seed, response_format, top_logprobs };
  return {
    targets: [{ provider, model }, ...fallbacks],
    messages: messagesOf(request),
    params: Object.fromEntries(Object.entries(params).filter(([, value]) => value !== undefined)),
    cache: request.cache,
    timeout_ms: request.timeout_ms,
  };
}

/** Another provider may do better, unless the request itself is at fault or nobody waits any more. */
const mayFallBack = ({ reason }: ProviderError): boolean =>
  reason !== "invalid_request" && reason !== "cancelled";

export function createCompletions(store: CompletionStore, modelCalls: ModelCalls) {
  /** Every name is looked up before the first call is paid; a fallback without its key is no fallback. */
  function providersOf({ targets }: CompletionOrder): Provider[] {
    return targets.map(({ provider: name, model }, index) => {
      const provider = modelCalls.require(name, model, index === 0 ? "" : `fallbacks.${index - 1}.`);
      modelCalls.requireConfigured(provider);
      return provider;
    });
  }

  const requestOf = ({ targets, messages, params }: CompletionOrder, index: number): CompletionRequest => ({
    ...params,
    model: targets[index]?.model ?? targets[0].model,
    messages,
  });

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

  /** Notes the failure on the record and goes on, or throws it when nobody is left to ask. */
  function orThrow(error: unknown, record: CompletionRecord, last: boolean): void {
    if (!(error instanceof ProviderError) || last || !mayFallBack(error)) throw error;
    record.warnings.push(
      `${error.provider} could not answer (${error.reason}: ${error.message}), so the next was asked.`,
    );
  }

  async function callInTurn(order: CompletionOrder, record: CompletionRecord, policy: CallPolicy) {
    const providers = providersOf(order);
    for (const [index, provider] of providers.entries()) {
      try {
        return { provider, call: await modelCalls.call(provider, requestOf(order, index), policy) };
      } catch (error) {
        orThrow(error, record, index === providers.length - 1);
      }
    }
    throw new Error("There was nobody to ask.");
  }

  /** The streams of all targets in turn: the next one is begun only while nothing was read of those before. */
  async function* streamInTurn(order: CompletionOrder, record: CompletionRecord, policy: CallPolicy) {
    const providers = providersOf(order);
    for (const [index, provider] of providers.entries()) {
      let begun = false;
      try {
        for await (const delta of modelCalls.stream(provider, requestOf(order, index), policy)) {
          begun = true;
          yield { provider, model: requestOf(order, index).model, delta };
        }
        return;
      } catch (error) {
        orThrow(error, record, begun || index === providers.length - 1);
      }
    }
  }

  /** Stores a failure, with what `model` had said until then. */
  async function fail(
    record: CompletionRecord,
    error: ProviderError,
    model = "",
    said?: Said,
  ): Promise<void> {
    const { messages, params } = record;
    const partial = said && {
      ...said,
      ...(await modelCalls.accountFor(error.provider, { ...params, messages, model }, said)),
    };
    await store.add(failed(record, error, partial));
  }

  async function complete(caller: Caller, order: CompletionOrder, signal?: AbortSignal): Promise<Completion> {
    authorize(caller, "completions.create");
    const record = openRecord(caller, order);
    providersOf(order);
    try {
      const { provider, call } = await callInTurn(order, record, policyOf(order, record, signal));
      const done = completed(record, provider, call);
      await store.add(done);
      return answerOf(done);
    } catch (error) {
      if (!(error instanceof ProviderError)) throw error;
      await fail(record, error);
      throw toAppError(error);
    }
  }

  /**
   * The pieces as they come, and when the whole is stored, `done`. Whoever stops reading ends the call; what was
   * produced is recorded either way.
   */
  async function* stream(
    caller: Caller,
    order: CompletionOrder,
    signal?: AbortSignal,
  ): AsyncGenerator<CompletionEvent> {
    authorize(caller, "completions.create");
    const record = openRecord(caller, order);
    const partial = createPartialAnswer();
    let asked: { provider: Provider; model: string } | undefined;
    let open = true;
    try {
      for await (const { provider, model, delta } of streamInTurn(
        order,
        record,
        policyOf(order, record, signal),
      )) {
        asked = { provider, model };
        partial.add(delta);
        if (delta.type !== "finish") {
          yield delta;
          continue;
        }
        open = false;
        const done = completed(record, provider, delta.call);
        await store.add(done);
        yield { type: "done", completion: answerOf(done) };
      }
    } catch (error) {
      if (!(error instanceof ProviderError)) throw error;
      open = false;
      await fail(record, error, asked?.model, partial.said());
      throw toAppError(error);
    } finally {
      if (open && asked) await fail(record, leftBy(asked.provider), asked.model, partial.said());
    }
  }

  return {
    /** Calls the model and answers when the result is stored; a failed call is stored too. */
    create: (caller: Caller, request: CreateCompletion, signal?: AbortSignal): Promise<Completion> =>
      complete(caller, orderOf(request), signal),
    createStream: (
      caller: Caller,
      request: CreateCompletion,
      signal?: AbortSignal,
    ): AsyncGenerator<CompletionEvent> => stream(caller, orderOf(request), signal),
    complete,
    stream,
    /** Newest first, what is long left out. */
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
      const row = await store.find(id);
      if (!row) throw notFound("completion", id);
      return row;
    },
  };
}

/** The reader went away in the middle of an answer. */
const leftBy = ({ listing }: Provider): ProviderError =>
  new ProviderError(listing.name, "cancelled", "The caller left before the answer was complete.");

export type Completions = ReturnType<typeof createCompletions>;
