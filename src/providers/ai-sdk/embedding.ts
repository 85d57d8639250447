import type { EmbeddingModelV4, EmbeddingModelV4Result } from "@ai-sdk/provider";
import { isTokenCount } from "../answer/token-usage.ts";
import { areWholeVectors } from "../answer/vectors.ts";
import type { Account } from "../failure/account.ts";
import { type ProviderEmbedding, ProviderError } from "../provider.ts";

/** Texts per call, if the package states no limit. */
const TEXTS_AT_ONCE = 100;

export const withoutEmbeddings = ({ name, title }: Pick<Account, "name" | "title">): ProviderError =>
  new ProviderError(name, "invalid_request", `${title} has no embeddings.`);

/** Sums the tokens of all calls; null if a call reported none or an invalid count. */
function usageOf(results: readonly EmbeddingModelV4Result[]): ProviderEmbedding["usage"] {
  const prompt_tokens = results.reduce((sum, { usage }) => sum + (usage?.tokens ?? Number.NaN), 0);
  return results.length > 0 && isTokenCount(prompt_tokens) ? { prompt_tokens } : null;
}

/**
 * Embeds all texts, as many per call as the model accepts. Throws ProviderError `invalid_response` for unusable
 * vectors.
 */
export async function embedAll(
  model: EmbeddingModelV4,
  texts: readonly string[],
  { account: { name, title }, signal }: { account: Account; signal: AbortSignal },
): Promise<ProviderEmbedding> {
  const at_once = (await model.maxEmbeddingsPerCall) ?? TEXTS_AT_ONCE;
  const results: EmbeddingModelV4Result[] = [];
  for (let start = 0; start < texts.length; start += at_once)
    results.push(await model.doEmbed({ values: texts.slice(start, start + at_once), abortSignal: signal }));
  const vectors = results.flatMap(({ embeddings }) => embeddings);
  if (texts.length > 0 && !areWholeVectors(vectors, texts.length)) {
    const fault = `returned unusable vectors for ${texts.length} texts: too few, of different lengths, or not finite`;
    throw new ProviderError(name, "invalid_response", `${title} ${fault}.`);
  }
  return { vectors, model: model.modelId, usage: usageOf(results) };
}
