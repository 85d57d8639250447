import { expect } from "bun:test";
import type { Answer } from "./index.ts";

export interface Envelope {
  error: {
    code: string;
    message: string;
    details: {
      field?: string;
      fault?: string;
      accepted?: unknown;
      suggestion?: string;
      faults?: { field: string }[];
      [name: string]: unknown;
    };
    retry_after?: number;
  };
  request_id: string;
  timestamp: string;
}

/** The document's table of codes, with 413 for what is too large. */
export const STATUS_OF_CODE = {
  BAD_REQUEST: 400,
  UNAUTHORIZED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  CONFLICT: 409,
  PAYLOAD_TOO_LARGE: 413,
  RATE_LIMIT_EXCEEDED: 429,
  INTERNAL_ERROR: 500,
  SERVICE_UNAVAILABLE: 503,
} as const;
export type Code = keyof typeof STATUS_OF_CODE;

export const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
/** The document's form of a time, to the second or finer. */
export const ISO_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?Z$/;

/** What only the inside of the server knows: stacks, files, modules, statements. */
const INSIDES = [
  /\n\s+at /,
  /\.(ts|mjs|js):\d+/,
  /node_modules|\/src\/|\/tmp\/|file:\/\//,
  /\b(select|insert into|update|delete from)\b.+\b(from|values|set|where)\b/i,
  /sqlite|libsql|drizzle|typebox|elysia/i,
];

export function expectNothingInside(text: string): void {
  for (const inside of INSIDES) expect(text).not.toMatch(inside);
}

/** Every answer, good or bad, says which request it is to and which version of the API spoke. */
export function expectStamped({ headers }: Answer<unknown>): void {
  expect(headers.get("x-request-id")).toMatch(/^[A-Za-z0-9_-]{1,64}$/);
  expect(headers.get("x-api-version")).toBe("1");
}

/** OpenAI's types of errors for the document's codes. */
const OPENAI_TYPES: Partial<Record<Code, string>> = {
  UNAUTHORIZED: "authentication_error",
  FORBIDDEN: "permission_error",
  RATE_LIMIT_EXCEEDED: "rate_limit_error",
  INTERNAL_ERROR: "server_error",
  SERVICE_UNAVAILABLE: "server_error",
};

export interface OpenAiRefusal {
  error: { message: string; type: string; param: string | null; code: string | null };
}

/** A refusal in OpenAI's shape, and nothing beside it. Answers its message, field and fault as the envelope has them. */
export function expectOpenAiRefused(answer: Answer<OpenAiRefusal>, code: Code): Envelope["error"] {
  const { status, headers, body } = answer;
  const text = JSON.stringify(body);
  const type = OPENAI_TYPES[code] ?? "invalid_request_error";
  expect({ status, type: body.error?.type, text }).toEqual({ status: STATUS_OF_CODE[code], type, text });
  expectStamped(answer);
  expect(headers.get("content-type")).toMatch(/^application\/json\b/);
  expect(Object.keys(body)).toEqual(["error"]);
  expect(Object.keys(body.error).sort()).toEqual(["code", "message", "param", "type"]);
  expectNothingInside(text);
  const { message, param } = body.error;
  expect(message).toMatch(/\S/);
  if (param === null) return { code, message, details: {} };
  return { code, message, details: { field: param, fault: message.slice(`${param}: `.length) } };
}

const isOpenAi = (answer: Answer<unknown>): answer is Answer<OpenAiRefusal> =>
  typeof answer.body === "object" &&
  answer.body !== null &&
  "error" in answer.body &&
  Object.hasOwn(Object(answer.body.error), "type");

/** A refusal in the document's envelope or, where OpenAI's clients call, in OpenAI's shape; and nothing beside it. */
export function expectRefused(answer: Answer<Envelope>, code: Code): Envelope["error"] {
  const given: Answer<unknown> = answer;
  if (isOpenAi(given)) return expectOpenAiRefused(given, code);
  const { status, headers, body } = answer;
  const text = JSON.stringify(body);
  expect({ status, code: body.error?.code, text }).toEqual({ status: STATUS_OF_CODE[code], code, text });
  expectStamped(answer);
  expect(headers.get("content-type")).toMatch(/^application\/json\b/);
  expect(Object.keys(body).sort()).toEqual(["error", "request_id", "timestamp"]);
  const limited = code === "RATE_LIMIT_EXCEEDED" ? ["retry_after"] : [];
  expect(Object.keys(body.error).sort()).toEqual(["code", "details", "message", ...limited].sort());
  expect(body.error.message).toMatch(/\S/);
  expect(body.error.details).toBeObject();
  expect(body.request_id).toBe(headers.get("x-request-id") ?? "");
  expect(body.timestamp).toMatch(ISO_TIME);
  expectNothingInside(text);
  return body.error;
}
