import type { CreateEmbeddingResponse } from "openai/resources/embeddings";
import { isRecord } from "./wire.ts";

/** What a request for embeddings asks, and how its vendor answers with vectors of those texts. */
export interface EmbeddingAsked {
  model: string;
  texts: string[];
  reply(vectors: number[][], tokens: number): unknown;
}

const textsIn = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : [String(value)]);

/** OpenAI's OpenAPI description, `CreateEmbeddingResponse`, held to here by its SDK's types. Mistral's is the same. */
function openAi(body: Record<string, unknown>): EmbeddingAsked {
  const model = String(body.model);
  return {
    model,
    texts: textsIn(body.input),
    reply: (vectors, tokens): CreateEmbeddingResponse => ({
      object: "list",
      data: vectors.map((embedding, index) => ({ object: "embedding", index, embedding })),
      model,
      usage: { prompt_tokens: tokens, total_tokens: tokens },
    }),
  };
}

/** Perplexity's API reference, "Create Embeddings": int8 numbers in base64. */
function perplexity(body: Record<string, unknown>): EmbeddingAsked {
  const base = openAi(body);
  const encode = (vector: number[]) => Buffer.from(Int8Array.from(vector).buffer).toString("base64");
  return {
    ...base,
    reply: (vectors, tokens) => ({
      object: "list",
      data: vectors.map((vector, index) => ({ object: "embedding", index, embedding: encode(vector) })),
      model: base.model,
      usage: { prompt_tokens: tokens, total_tokens: tokens },
    }),
  };
}

/** Cohere's API reference, "Embed" v2. */
const cohere = (body: Record<string, unknown>): EmbeddingAsked => ({
  model: String(body.model),
  texts: textsIn(body.texts),
  reply: (float, tokens) => ({
    id: "embed-upstream",
    embeddings: { float },
    texts: body.texts,
    meta: { api_version: { version: "2" }, billed_units: { input_tokens: tokens } },
    response_type: "embeddings_by_type",
  }),
});

const textOfContent = (value: unknown): string => {
  const content = isRecord(value) && isRecord(value.content) ? value.content : {};
  return Array.isArray(content.parts)
    ? content.parts.map((part: unknown) => (isRecord(part) ? String(part.text) : "")).join("")
    : "";
};

/** Gemini API reference, `models.embedContent` and `models.batchEmbedContents`; neither reports usage. */
function google(body: Record<string, unknown>, model: string): EmbeddingAsked {
  if (!Array.isArray(body.requests))
    return {
      model,
      texts: [textOfContent(body)],
      reply: ([values]) => ({ embedding: { values } }),
    };
  return {
    model,
    texts: body.requests.map(textOfContent),
    reply: (vectors) => ({ embeddings: vectors.map((values) => ({ values })) }),
  };
}

/** AWS' user guide, "Amazon Titan Embeddings Text": one text a call. */
const titan = (body: Record<string, unknown>, model: string): EmbeddingAsked => ({
  model,
  texts: textsIn(body.inputText),
  reply: ([embedding], inputTextTokenCount) => ({ embedding, inputTextTokenCount }),
});

/** The request at that path, if it is one for embeddings. */
export function readEmbedding(body: unknown, path: string): EmbeddingAsked | undefined {
  if (!isRecord(body)) return undefined;
  const [, gemini] = /\/models\/([^:]+):(?:batchEmbedContents|embedContent)$/.exec(path) ?? [];
  if (gemini) return google(body, decodeURIComponent(gemini));
  const [, bedrock] = /\/model\/([^/]+)\/invoke$/.exec(path) ?? [];
  if (bedrock) return titan(body, decodeURIComponent(bedrock));
  if (path.startsWith("/cohere/") && path.endsWith("/embed")) return cohere(body);
  if (path.startsWith("/perplexity/") && path.endsWith("/embeddings")) return perplexity(body);
  return path.endsWith("/embeddings") ? openAi(body) : undefined;
}
