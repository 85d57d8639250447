import type { MetadataExtractor } from "@ai-sdk/openai-compatible";
import type { LanguageModelV4Usage, SharedV4ProviderMetadata } from "@ai-sdk/provider";
import type { TokenLogprob } from "../domain/completions/chat.ts";
import { isStrictFormat } from "./ai-sdk/request.ts";
import { toTokenLogprobs } from "./answer/logprobs.ts";
import type { CompletionRequest } from "./provider.ts";
import type { Vendor } from "./vendor.ts";

/** How the package is named to itself: its options and metadata stand under it. */
const NAME = "compatible";

/** What a server takes beside OpenAI's own fields, or in another form. */
export interface Dialect {
  /** How log-probabilities are asked for; OpenAI's way if left out. */
  logprobs?(top_logprobs: number): Record<string, number | boolean>;
  /** Fields of the request's body beside OpenAI's. */
  extra?(request: CompletionRequest): Record<string, Record<string, boolean>>;
}

const openAiLogprobs = (top_logprobs: number) => ({ logprobs: true, top_logprobs });

const optionsOf =
  ({ logprobs = openAiLogprobs, extra }: Dialect) =>
  (request: CompletionRequest) => ({
    [NAME]: {
      strictJsonSchema: isStrictFormat(request),
      ...(request.top_logprobs === undefined ? {} : logprobs(request.top_logprobs)),
      ...extra?.(request),
    },
  });

/**
 * Some (xAI) count reasoning beside the completion's tokens, which their total gives away: OpenAI's is the sum of the
 * prompt's and the completion's.
 */
export function withReasoning(usage: LanguageModelV4Usage): LanguageModelV4Usage {
  const { inputTokens, outputTokens, raw } = usage;
  const [prompt = 0, completion = 0, reasoning = 0] = [
    inputTokens.total,
    outputTokens.total,
    outputTokens.reasoning,
  ];
  if (reasoning === 0 || raw?.total_tokens !== prompt + completion + reasoning) return usage;
  return { ...usage, outputTokens: { ...outputTokens, total: completion + reasoning } };
}

/** Those in the first choice of an answer or of a chunk. */
function logprobsIn(body: unknown): TokenLogprob[] {
  const choices: unknown = typeof body === "object" && body !== null && "choices" in body ? body.choices : [];
  const [choice]: unknown[] = Array.isArray(choices) ? choices : [];
  return typeof choice === "object" && choice !== null && "logprobs" in choice
    ? toTokenLogprobs(choice.logprobs)
    : [];
}

const toMetadata = (logprobs: TokenLogprob[]): SharedV4ProviderMetadata | undefined =>
  logprobs.length > 0 ? { [NAME]: { logprobs } } : undefined;

/** Keeps what the package itself drops. */
const logprobExtractor: MetadataExtractor = {
  extractMetadata: async ({ parsedBody }) => toMetadata(logprobsIn(parsedBody)),
  createStreamExtractor() {
    const found: TokenLogprob[] = [];
    return {
      processChunk: (chunk) => void found.push(...logprobsIn(chunk)),
      buildMetadata: () => toMetadata(found),
    };
  },
};

/** The part of a vendor's facts that all servers of OpenAI's chat completions share. */
export const compatibleFacts = (
  dialect: Dialect = {},
): Pick<Vendor, "optionsOf" | "usageOf" | "connect"> => ({
  optionsOf: optionsOf(dialect),
  usageOf: withReasoning,
  async connect({ account, base_url, fetch }) {
    const { createOpenAICompatible } = await import("@ai-sdk/openai-compatible");
    const { chatModel: chat, embeddingModel: embedding } = createOpenAICompatible({
      name: NAME,
      baseURL: base_url,
      fetch,
      includeUsage: true,
      supportsStructuredOutputs: true,
      metadataExtractor: logprobExtractor,
      ...(account.api_key ? { apiKey: account.api_key } : {}),
    });
    return { chat, embedding };
  },
});
