import { type Asked, isRecord, type Reply, toEvent, type Wire } from "./wire.ts";

/**
 * Google's Gemini API on the wire: `generateContent` and `streamGenerateContent?alt=sse`. Shapes: the API reference's
 * `GenerateContentResponse` and `UsageMetadata`, and the answers that vercel/ai recorded (packages/google,
 * `google-text`, `google-tool-call`, `google-reasoning`, `google-429-retry-info`). The refused key is as the API says
 * it (HTTP 400, `API_KEY_INVALID`).
 */
const ID = "upstreamResponse";

const STATUSES: Readonly<Record<number, string>> = {
  400: "INVALID_ARGUMENT",
  401: "UNAUTHENTICATED",
  403: "PERMISSION_DENIED",
  404: "NOT_FOUND",
  429: "RESOURCE_EXHAUSTED",
  500: "INTERNAL",
  503: "UNAVAILABLE",
};

const partsOf = ({ thoughts, words, tool_calls }: Reply) => [
  ...(thoughts ? [{ text: thoughts, thought: true }] : []),
  ...(words.length > 0 ? [{ text: words.join("") }] : []),
  ...tool_calls.map(({ name, arguments: args }) => ({
    functionCall: { name, args: JSON.parse(args) },
    thoughtSignature: "c2lnbmVk",
  })),
];

/** Thoughts are counted beside the candidates' tokens. */
function usageOf({ usage }: Reply) {
  if (!usage) return {};
  const { input, output, cached, reasoning } = usage;
  return {
    usageMetadata: {
      promptTokenCount: input,
      candidatesTokenCount: output,
      totalTokenCount: input + output + reasoning,
      promptTokensDetails: [{ modality: "TEXT", tokenCount: input }],
      ...(cached > 0 ? { cachedContentTokenCount: cached } : {}),
      ...(reasoning > 0 ? { thoughtsTokenCount: reasoning } : {}),
    },
  };
}

function chunk(reply: Reply, parts: object[], finish_reason: string | null) {
  const content = { parts, role: "model" };
  return {
    candidates: [{ content, index: 0, ...(finish_reason === null ? {} : { finishReason: finish_reason }) }],
    ...usageOf(reply),
    modelVersion: reply.model,
    responseId: ID,
  };
}

/** A prompt that is blocked gets no candidate at all. */
const blocked = (reply: Reply) => ({
  promptFeedback: { blockReason: "PROHIBITED_CONTENT" },
  ...usageOf(reply),
  modelVersion: reply.model,
  responseId: ID,
});

const complete = (reply: Reply) =>
  reply.refused ? blocked(reply) : chunk(reply, partsOf(reply), reply.finish_reason);

function chunks(reply: Reply): object[] {
  if (reply.refused) return [blocked(reply)];
  const { thoughts, words } = reply;
  const texts = words.map((text) => ({ text }));
  const others = partsOf({ ...reply, words: [], thoughts: "" });
  const parts = [...(thoughts ? [{ text: thoughts, thought: true }] : []), ...texts, ...others];
  const begun = parts.map((part) => chunk(reply, [part], null));
  return reply.finish_reason === null ? begun : [...begun, chunk(reply, [{ text: "" }], reply.finish_reason)];
}

const textsIn = (content: unknown): string =>
  isRecord(content) && Array.isArray(content.parts)
    ? content.parts.map((part: unknown) => (isRecord(part) ? String(part.text ?? "") : "")).join("")
    : "";

function read(body: unknown, path: string): Asked | undefined {
  const [, model, method] = /\/models\/([^:]+):(\w+)$/.exec(path) ?? [];
  if (!model || !isRecord(body) || !Array.isArray(body.contents)) return undefined;
  const { contents, systemInstruction, generationConfig = {} } = body;
  const limit = isRecord(generationConfig) ? generationConfig.maxOutputTokens : undefined;
  return {
    model: decodeURIComponent(model),
    texts: [textsIn(systemInstruction), ...contents.map(textsIn)],
    last: textsIn(contents.findLast((content: unknown) => isRecord(content) && content.role === "user")),
    max_tokens: typeof limit === "number" ? limit : undefined,
    stream: method === "streamGenerateContent",
  };
}

export const googleWire: Wire = {
  finished: "STOP",
  truncated: "MAX_TOKENS",
  called: "STOP",
  refused: "PROHIBITED_CONTENT",
  read,
  error: (status, message) => ({ error: { code: status, message, status: STATUSES[status] ?? "UNKNOWN" } }),
  overflow: {
    status: 400,
    message: "The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).",
  },
  complete,
  events: (reply) => chunks(reply).map(toEvent),
};

/** What the API answers to a key that it does not know, with HTTP 400. */
export const GOOGLE_REFUSED_KEY = {
  error: {
    code: 400,
    message: "API key not valid. Please pass a valid API key.",
    status: "INVALID_ARGUMENT",
    details: [
      {
        "@type": "type.googleapis.com/google.rpc.ErrorInfo",
        reason: "API_KEY_INVALID",
        domain: "googleapis.com",
        metadata: { service: "generativelanguage.googleapis.com" },
      },
    ],
  },
};

/** What the API answers to an account that asks too much, with HTTP 429 and no `Retry-After`. */
export const googleQuota = (retryDelay: string) => ({
  error: {
    code: 429,
    message: "You exceeded your current quota, please check your plan.",
    status: "RESOURCE_EXHAUSTED",
    details: [{ "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay }],
  },
});
