import type { TSchema } from "@sinclair/typebox";
import { t } from "elysia";
import { type ErrorCode, STATUS_OF } from "../../../base/errors.ts";

export const Deleted = t.Object({ deleted: t.Literal(true) });

interface Description {
  tag: string;
  summary: string;
  description?: string;
  /** The body, where Elysia is given no schema of it. */
  requestBody?: { required: boolean; content: Record<string, { schema: Record<string, unknown> }> };
  /** What success answers, and with which status. */
  answer: TSchema;
  answer_type?: string;
  status?: 200 | 201;
  /** Errors of this route beside those that every route can have. */
  errors?: readonly ErrorCode[];
  /** The shape of its errors, where that is not the envelope. */
  error?: object;
  /** Open to those whom nobody knows. */
  open?: true;
}

const COMMON: readonly ErrorCode[] = ["RATE_LIMIT_EXCEEDED", "INTERNAL_ERROR"];
const KNOWN_CALLER: readonly ErrorCode[] = ["UNAUTHORIZED", "FORBIDDEN"];

const ERROR_MEANINGS: Record<ErrorCode, string> = {
  BAD_REQUEST: "Bad request: `details` name the field, its fault and what is accepted.",
  UNAUTHORIZED: "Credentials are missing or not valid.",
  FORBIDDEN: "The caller's role may not do this.",
  NOT_FOUND: "There is no such thing.",
  CONFLICT: "It exists already, or its state does not allow this.",
  PAYLOAD_TOO_LARGE: "The body is too large.",
  RATE_LIMIT_EXCEEDED: "Too many requests: `retry_after` says when to try again.",
  INTERNAL_ERROR: "An error of the server's.",
  SERVICE_UNAVAILABLE: "A provider failed or is not configured, or the server is stopping.",
};

const ENVELOPE = { $ref: "#/components/schemas/Error" };

const errorResponse = (code: ErrorCode, schema: object) => [
  String(STATUS_OF[code]),
  { description: ERROR_MEANINGS[code], content: { "application/json": { schema } } },
];

/**
 * What the OpenAPI document says of a route. Answers are described here rather than by Elysia's `response`,
 * which would check each of them at run time and turn a slip of ours into a 422.
 */
export function describe({
  tag,
  summary,
  description,
  requestBody,
  answer,
  answer_type = "application/json",
  status = 200,
  errors = [],
  error = ENVELOPE,
  open,
}: Description) {
  const possible = [...(open ? [] : KNOWN_CALLER), ...errors, ...COMMON];
  return {
    detail: {
      tags: [tag],
      summary,
      ...(description ? { description } : {}),
      ...(requestBody ? { requestBody } : {}),
      ...(open ? { security: [] } : {}),
      responses: {
        [status]: { description: "Done.", content: { [answer_type]: { schema: answer } } },
        ...Object.fromEntries(possible.map((code) => errorResponse(code, error))),
      },
    },
  };
}
