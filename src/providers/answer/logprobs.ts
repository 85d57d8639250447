import { isRecord } from "../../base/json/json.ts";
import type { TokenLogprob } from "../../domain/completions/chat.ts";

const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

const pairOf = (item: unknown): [token: unknown, logprob: unknown] =>
  isRecord(item) ? [item.token, item.logprob] : [undefined, undefined];

/** Reads the likeliest tokens at one position: a list of tokens, or a map from token to log-probability. */
function toTop(value: unknown): TokenLogprob["top_logprobs"] {
  const pairs = isRecord(value) ? Object.entries(value) : listOf(value).map(pairOf);
  return pairs.flatMap(([token, logprob]) =>
    typeof token === "string" && typeof logprob === "number" ? [{ token, logprob }] : [],
  );
}

function toToken(item: unknown): TokenLogprob[] {
  const [token, logprob] = pairOf(item);
  if (typeof token !== "string" || typeof logprob !== "number") return [];
  return [{ token, logprob, top_logprobs: isRecord(item) ? toTop(item.top_logprobs) : [] }];
}

/** Reads the older form, of text completions (Together AI): parallel lists. */
function fromColumns({ tokens, token_logprobs, top_logprobs }: Record<string, unknown>): TokenLogprob[] {
  const [logprobs, tops] = [listOf(token_logprobs), listOf(top_logprobs)];
  return listOf(tokens).flatMap((token, index) =>
    toToken({ token, logprob: logprobs[index], top_logprobs: tops[index] }),
  );
}

/** Reads log-probabilities in any known form: OpenAI's object, its list alone, or the older parallel lists. */
export function toTokenLogprobs(value: unknown): TokenLogprob[] {
  if (Array.isArray(value)) return value.flatMap(toToken);
  if (!isRecord(value)) return [];
  return Array.isArray(value.content) ? value.content.flatMap(toToken) : fromColumns(value);
}

/** Warnings of what is missing of the log-probabilities that were asked for, unless `said` tells why. */
export function missingLogprobs(
  top_logprobs: number | undefined,
  found: readonly TokenLogprob[],
  said: readonly string[],
  title: string,
): string[] {
  if (top_logprobs === undefined || said.some((text) => text.includes("logprobs"))) return [];
  if (found.length === 0) return [`top_logprobs: ${title} returned none`];
  const alone = top_logprobs > 0 && found.every((token) => token.top_logprobs.length === 0);
  return alone ? [`top_logprobs: ${title} returned no likeliest others`] : [];
}
