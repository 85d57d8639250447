import type { EmbeddingModelV4, EmbeddingModelV4Result } from "@ai-sdk/provider";
import { isTokenCount } from "../answer/token-usage.ts";
import { areWholeVectors } from "../answer/vectors.ts";
import type { Account } from "../failure/account.ts";
import { type ProviderEmbedding, ProviderError } from "../provider.ts";

/** Where a package says nothing of how many texts it takes at once. */
const TEXTS_AT_ONCE = 100;

export const withoutEmbeddings = ({ name, title }: Pick<Account, "name" | "title">): ProviderError =>
  new ProviderError(name, "invalid_request", `${title} has no embeddings.`);

/** Tokens of all calls together; null as soon as one reported none, or what can be no count. */
function usageOf(results: readonly EmbeddingModelV4Result[]): ProviderEmbedding["usage"] {
  const prompt_tokens = results.reduce((sum, { usage }) => sum + (usage?.tokens ?? Number.NaN), 0);
  return results.length > 0 && isTokenCount(prompt_tokens) ? { prompt_tokens } : null;
}

/** Embeds all texts, as many at once as the model takes. Vectors that can't be those of the texts are refused. */
export async function embedAll(
  model: EmbeddingModelV4,
  texts: readonly string[],
  abortSignal: AbortSignal,
  { name, title }: Account,
): Promise<ProviderEmbedding> {
  const at_once = (await model.maxEmbeddingsPerCall) ?? TEXTS_AT_ONCE;
  const results: EmbeddingModelV4Result[] = [];
  for (let start = 0; start < texts.length; start += at_once)
    results.push(await model.doEmbed({ values: texts.slice(start, start + at_once), abortSignal }));
  const vectors = results.flatMap(({ embeddings }) => embeddings);
  if (texts.length > 0 && !areWholeVectors(vectors, texts.length)) {
    const fault = `answered ${texts.length} texts with vectors that are not theirs: too few, of different lengths or not finite`;
    throw new ProviderError(name, "invalid_response", `${title} ${fault}.`);
  }
  return { vectors, model: model.modelId, usage: usageOf(results) };
}
