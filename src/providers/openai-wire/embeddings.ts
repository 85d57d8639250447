import { isRecord } from "../../base/json/json.ts";
import { isTokenCount } from "../answer/token-usage.ts";
import { areWholeVectors } from "../answer/vectors.ts";
import type { Account } from "../failure/account.ts";
import { readError } from "../failure/error-body.ts";
import { reportedFailure } from "../failure/http-failure.ts";
import { failure } from "../failure/network-failure.ts";

/** The vectors of some texts, in the texts' order. */
export interface EmbeddedTexts {
  vectors: number[][];
  /** Tokens that were read; null if none were reported. */
  prompt_tokens: number | null;
}

type Encoding = "float" | "base64_int8";

/** Base64 is of little-endian 32-bit floats with OpenAI, of signed bytes with Perplexity. */
function decoded(base64: string, encoding: Encoding): number[] {
  const bytes = Buffer.from(base64, "base64");
  if (encoding === "base64_int8") return [...new Int8Array(bytes)];
  const count = Math.floor(bytes.length / 4);
  return Array.from({ length: count }, (_, index) => bytes.readFloatLE(index * 4));
}

function vectorOf(embedding: unknown, encoding: Encoding): number[] {
  if (typeof embedding === "string") return decoded(embedding, encoding);
  return Array.isArray(embedding)
    ? embedding.map((value) => (typeof value === "number" ? value : Number.NaN))
    : [];
}

/** The items by their `index`, from 0 on without a gap; as they came if none has one; undefined if only some fit. */
function inOrder(items: readonly Record<string, unknown>[]): readonly Record<string, unknown>[] | undefined {
  if (items.every(({ index }) => index === undefined || index === null)) return items;
  const ordered = items.toSorted((a, b) => Number(a.index) - Number(b.index));
  return ordered.every(({ index }, position) => Number(index) === position) ? ordered : undefined;
}

/** Tokens that the body says were read. */
function tokensIn({ usage }: Record<string, unknown>): number | null {
  const { prompt_tokens, total_tokens } = isRecord(usage) ? usage : {};
  const count = prompt_tokens ?? total_tokens;
  return typeof count === "number" && isTokenCount(count) ? count : null;
}

/**
 * Reads the vectors of `count` texts, paired by `index`. Throws ProviderError for a reported error, and for vectors
 * that can't be those of the texts: too few, doubled, of different lengths or not finite.
 */
export function readEmbeddings(
  body: unknown,
  count: number,
  encoding: Encoding,
  account: Account,
): EmbeddedTexts {
  const error = readError(body);
  if (error) throw reportedFailure(error, account);
  const { data }: Record<string, unknown> = isRecord(body) ? body : {};
  const items = Array.isArray(data) ? inOrder(data.filter(isRecord)) : undefined;
  const vectors = items?.map(({ embedding }) => vectorOf(embedding, encoding)) ?? [];
  if (!isRecord(body) || !areWholeVectors(vectors, count)) {
    const fault = `answered ${count} texts with vectors that are not theirs: too few, doubled, of different lengths or not finite`;
    throw failure(account, "invalid_response", fault);
  }
  return { vectors, prompt_tokens: tokensIn(body) };
}
