import manifest from "../../../package.json" with { type: "json" };
import { STATUS_OF } from "../../base/errors.ts";
import { VERSION } from "../../base/version.ts";
import { PAGE_SIZE_DEFAULT, PAGE_SIZE_MAX } from "../../domain/page.ts";
import type { Schema } from "./schemas.ts";
import { NOUNS } from "./texts/index.ts";

const LICENSE = manifest.license.replace(/^\((.*)\)$/, "$1");

/** The head of the document. */
export const INFO = {
  title: "LLM Test Bench API",
  version: VERSION,
  description: [
    manifest.description,
    "Every error has the schema `Error`, except those of the OpenAI operations.",
    "Every response has the header `X-Request-Id`.",
    "To try an operation in Swagger UI, log in by `POST /v1/auth/login`, press *Authorize*, and paste the token.",
  ].join("\n\n"),
  license: { name: LICENSE, identifier: LICENSE },
};

export const TAGS = NOUNS.map(({ tag, description }) => ({ name: tag, description }));

export const SECURITY_SCHEMES = {
  bearer: {
    type: "http",
    scheme: "bearer",
    bearerFormat: "JWT",
    description: "The `token` that `POST /v1/auth/login` returns.",
  },
  api_key: {
    type: "apiKey",
    in: "header",
    name: "X-API-Key",
    description: "An API key: `ltb_` and 32 characters.",
  },
};

/** The schema of an error. */
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
          description: "Facts about the error. For BAD_REQUEST: the field, its fault and what is accepted.",
        },
        retry_after: {
          type: "integer",
          description: "Seconds to wait. Present only if `code` is RATE_LIMIT_EXCEEDED.",
        },
      },
    },
    request_id: { type: "string" },
    timestamp: { type: "string", format: "date-time" },
  },
};

/** The server reads these parameters as text, so that only decimal digits pass. For clients they are numbers. */
export const PAGE_PARAMETERS: Record<string, Schema> = {
  page: {
    schema: { type: "integer", minimum: 1, default: 1 },
    description: "The number of the page, from 1.",
  },
  page_size: {
    schema: { type: "integer", minimum: 1, maximum: PAGE_SIZE_MAX, default: PAGE_SIZE_DEFAULT },
    description: "The maximum number of items on a page.",
  },
};
