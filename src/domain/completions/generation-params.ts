import { type Static, t } from "elysia";
import { Integer } from "../fields.ts";

const Word = t.String({ minLength: 1, maxLength: 64 });

/** The fields of `GENERATION_FIELDS` that completions and runs take beside the sampling fields. */
export const SHAPING_FIELDS = {
  max_completion_tokens: t.Optional(
    Integer({
      minimum: 1,
      maximum: 1_000_000,
      description: "Like max_tokens, sent under this name. Models that reason count their reasoning too.",
    }),
  ),
  reasoning_effort: t.Optional(
    t.String({
      minLength: 1,
      maxLength: 64,
      description: "How much the model reasons, in its vendor's words, such as none, low, medium or high.",
    }),
  ),
  verbosity: t.Optional(Word),
  presence_penalty: t.Optional(t.Number({ minimum: -2, maximum: 2 })),
  frequency_penalty: t.Optional(t.Number({ minimum: -2, maximum: 2 })),
  top_k: t.Optional(Integer({ minimum: -1 })),
  min_p: t.Optional(t.Number({ minimum: 0, maximum: 1 })),
  logit_bias: t.Optional(t.Record(t.String(), t.Number({ minimum: -100, maximum: 100 }))),
  service_tier: t.Optional(Word),
  provider_options: t.Optional(
    t.Record(t.String(), t.Unknown(), {
      description:
        "Fields of the provider's own API. They are sent as they are, beside the fields with names of their own.",
    }),
  ),
};

/**
 * Fields of OpenAI's chat completions beside the sampling fields, under OpenAI's names. A vendor takes some of them; a
 * server of the operator's own receives all of them. Source: OpenAI's OpenAPI description,
 * `CreateChatCompletionRequest`; `top_k` and `min_p` as vLLM and llama.cpp name them.
 */
export const GENERATION_FIELDS = {
  ...SHAPING_FIELDS,
  parallel_tool_calls: t.Optional(t.Boolean()),
  n: t.Optional(Integer({ minimum: 1, maximum: 128 })),
  prediction: t.Optional(t.Record(t.String(), t.Unknown())),
  metadata: t.Optional(t.Record(t.String(), t.String())),
  user: t.Optional(t.String({ maxLength: 1_000 })),
  store: t.Optional(t.Boolean()),
  prompt_cache_key: t.Optional(t.String({ maxLength: 1_000 })),
  other_fields: t.Optional(
    t.Record(t.String(), t.Unknown(), {
      description:
        "Fields of an OpenAI client's request that this server does not know. Servers of the operator's own " +
        "receive them as they are; other providers refuse them.",
    }),
  ),
};
const GenerationParams = t.Object(GENERATION_FIELDS);
export type GenerationParams = Static<typeof GenerationParams>;

/** A field that a vendor may not take. */
export type GenerationField = Exclude<
  keyof GenerationParams,
  "max_completion_tokens" | "provider_options" | "other_fields"
>;
