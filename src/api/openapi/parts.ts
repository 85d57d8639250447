import manifest from "../../../package.json" with { type: "json" };
import { STATUS_OF } from "../../base/errors.ts";
import { VERSION } from "../../base/version.ts";
import { PAGE_SIZE_DEFAULT, PAGE_SIZE_MAX } from "../../domain/page.ts";
import type { Schema } from "./schemas.ts";

const LICENSE = manifest.license.replace(/^\((.*)\)$/, "$1");

/** What no route knows: the document's title, its tags, and how to be known. */
export const INFO = {
  title: "LLM Test Bench API",
  version: VERSION,
  description: `${manifest.description}\n\nErrors have one shape, \`Error\`. Every response bears \`X-Request-Id\`.`,
  license: { name: LICENSE, identifier: LICENSE },
};

export const TAGS = [
  { name: "System", description: "Whether the server is alive, and whether it takes new work." },
  { name: "Authentication", description: "Tokens for people, keys for programs." },
  { name: "Users", description: "Accounts, which admins manage." },
  { name: "Completions", description: "Asking a model." },
  { name: "OpenAI", description: "The same in OpenAI's form, for its clients: errors too." },
  { name: "Evaluations", description: "Scoring one output." },
  { name: "Benchmarks", description: "Comparing models over a dataset." },
  { name: "Datasets", description: "What benchmarks ask." },
  { name: "Plugins", description: "What was added to the server." },
  { name: "Catalogues", description: "The providers and metrics that there are." },
];

export const SECURITY_SCHEMES = {
  bearer: {
    type: "http",
    scheme: "bearer",
    bearerFormat: "JWT",
    description: "The `token` of POST /v1/auth/login.",
  },
  api_key: { type: "apiKey", in: "header", name: "X-API-Key", description: "`ltb_` and 32 characters." },
};

/** The document's envelope of an error. */
export const ERROR = {
  type: "object",
  required: ["error", "request_id", "timestamp"],
  properties: {
    error: {
      type: "object",
      required: ["code", "message", "details"],
      properties: {
        code: { type: "string", enum: Object.keys(STATUS_OF) },
        message: { type: "string" },
        details: {
          type: "object",
          description: "Of a bad request: the field, its fault, and what is accepted.",
        },
        retry_after: {
          type: "integer",
          description: "Seconds to wait; there if the code is RATE_LIMIT_EXCEEDED.",
        },
      },
    },
    request_id: { type: "string" },
    timestamp: { type: "string", format: "date-time" },
  },
};

/** Pages are read as text, so that only decimal digits pass; to a client they are numbers. */
export const PAGE_PARAMETERS: Record<string, Schema> = {
  page: { schema: { type: "integer", minimum: 1, default: 1 }, description: "Which page." },
  page_size: {
    schema: { type: "integer", minimum: 1, maximum: PAGE_SIZE_MAX, default: PAGE_SIZE_DEFAULT },
    description: "Items on a page.",
  },
};
