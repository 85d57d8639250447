import type {
  Completion,
  CompletionRecord,
  CreateCompletion,
  Message,
  SamplingParams,
} from "../domain/completion.ts";
import { badField, notFound } from "../domain/errors.ts";
import { newId, now } from "../domain/fields.ts";
import type { Page, PageRequest } from "../domain/page.ts";
import { authorize, type Caller } from "../domain/permissions.ts";
import { ProviderError } from "../providers/provider.ts";
import type { CompletionRow, CompletionStore } from "../store/completions.ts";
import { type ModelCall, type ModelCalls, toAppError } from "./model-calls.ts";

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

function paramsOf({ max_tokens, temperature, top_p, stop, seed }: CreateCompletion): SamplingParams {
  const given = Object.entries({ max_tokens, temperature, top_p, stop, seed }).filter(
    ([, value]) => value !== undefined,
  );
  return Object.fromEntries(given);
}

type Asked = Pick<
  CompletionRow,
  "request_id" | "provider" | "model" | "messages" | "params" | "created_by" | "created_at"
>;

const completed = (asked: Asked, { completion, latency_ms, cost_usd }: ModelCall): CompletionRow => ({
  ...asked,
  status: "completed",
  answered_by: completion.model,
  text: completion.text,
  finish_reason: completion.finish_reason,
  usage: completion.usage,
  latency_ms,
  cost_usd,
  warnings: [...completion.warnings],
  error: null,
});

const failed = (asked: Asked, error: ProviderError): CompletionRow => ({
  ...asked,
  status: "failed",
  answered_by: null,
  text: null,
  finish_reason: null,
  usage: null,
  latency_ms: null,
  cost_usd: null,
  warnings: [],
  error: `${error.reason}: ${error.message}`,
});

export function createCompletions(store: CompletionStore, modelCalls: ModelCalls) {
  return {
    /** Calls the model and answers when the result is stored; a failed call is stored too. */
    async create(caller: Caller, request: CreateCompletion, signal?: AbortSignal): Promise<Completion> {
      authorize(caller, "completions.create");
      const messages = messagesOf(request);
      const provider = modelCalls.require(request.provider, request.model);
      modelCalls.requireConfigured(provider);
      const params = paramsOf(request);
      const { model } = request;
      const asked: Asked = {
        request_id: newId(),
        provider: request.provider,
        model,
        messages,
        params,
        created_by: caller.id,
        created_at: now(),
      };
      const limits = {
        ...(signal ? { signal } : {}),
        ...(request.timeout_ms ? { timeout_ms: request.timeout_ms } : {}),
      };
      try {
        const call = await modelCalls.call(provider, { model, messages, ...params }, limits);
        await store.add(completed(asked, call));
        const { completion, latency_ms, cost_usd } = call;
        const { text, usage, finish_reason, warnings } = completion;
        const { request_id, created_at } = asked;
        const about = {
          provider: asked.provider,
          finish_reason,
          latency_ms,
          cost_usd,
          warnings: [...warnings],
        };
        return { text, model: completion.model, usage, request_id, created_at, ...about };
      } catch (error) {
        if (!(error instanceof ProviderError)) throw error;
        await store.add(failed(asked, error));
        throw toAppError(error);
      }
    },
    async list(caller: Caller, page: PageRequest): Promise<Page<CompletionRecord>> {
      authorize(caller, "completions.read");
      return store.list(page);
    },
    async get(caller: Caller, id: string): Promise<CompletionRecord> {
      authorize(caller, "completions.read");
      const row = await store.find(id);
      if (!row) throw notFound("completion", id);
      return row;
    },
  };
}

export type Completions = ReturnType<typeof createCompletions>;
