import type { GenerationField } from "../domain/completions/generation-params.ts";
import type { Dialect } from "./openai-wire/index.ts";
import { adjustToReasoning } from "./openai-wire/reasoning-models.ts";
import type { Provider } from "./provider.ts";
import { createWired, type RemoteSettings } from "./remote.ts";
import { keyedVendor } from "./vendor.ts";

/** What OpenAI's models take, on Azure too. Source: OpenAI's OpenAPI description, `CreateChatCompletionRequest`. */
export const OPENAI_FIELDS: readonly GenerationField[] = [
  "reasoning_effort",
  "verbosity",
  "parallel_tool_calls",
  "n",
  "presence_penalty",
  "frequency_penalty",
  "logit_bias",
  "service_tier",
  "prediction",
  "metadata",
  "user",
  "store",
  "prompt_cache_key",
];

/** Thoughts are kept by OpenAI itself: its messages have no field for them. */
export const OPENAI_DIALECT: Dialect = { reasoning_field: null, adjust: adjustToReasoning };

/**
 * OpenAI's chat completions, and every server that speaks them: `/chat/completions` under the base URL, since
 * compatible servers have no `/responses`. `max_tokens` is sent only where it is asked for.
 */
export const createOpenAi = (settings: RemoteSettings = {}): Provider =>
  createWired(
    keyedVendor("openai", {
      description: "OpenAI's models, or those of a compatible server, by the chat completions API.",
      logprobs: true,
      embeddings: true,
      takes: OPENAI_FIELDS,
      free_fields: true,
    }),
    OPENAI_DIALECT,
    settings,
  );
