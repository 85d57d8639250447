import type { TSchema } from "@sinclair/typebox";
import { type ErrorCode, STATUS_OF } from "../../../base/errors.ts";
import { ERROR_TEXTS } from "../../openapi/texts/errors.ts";
import { type OperationId, textOfOperation } from "../../openapi/texts/index.ts";

interface OperationOptions {
  /** The body, if the route itself reads it and Elysia has no schema of it. */
  requestBody?: { required: boolean; content: Record<string, { schema: Record<string, unknown> }> };
  /** The schema of a successful answer. */
  answer: TSchema;
  answer_type?: string;
  status?: 200 | 201;
  /** The errors of this route, without those that every route can have. */
  errors?: readonly ErrorCode[];
  /** The shape of the route's errors. */
  error?: object;
  /** Needs no authentication. */
  open?: true;
}

const COMMON: readonly ErrorCode[] = ["RATE_LIMIT_EXCEEDED", "INTERNAL_ERROR"];
const KNOWN_CALLER: readonly ErrorCode[] = ["UNAUTHORIZED", "FORBIDDEN"];
const ENVELOPE = { $ref: "#/components/schemas/Error" };

const errorResponse = (code: ErrorCode, schema: object) => [
  String(STATUS_OF[code]),
  { description: ERROR_TEXTS[code], content: { "application/json": { schema } } },
];

/**
 * Joins an operation's texts and schemas to its entry in the OpenAPI document. Elysia's own `response` option would
 * check every answer at run time and turn a mistake of the server into a 422; this only describes the answers.
 */
export function describe(
  operation: OperationId,
  {
    requestBody,
    answer,
    answer_type = "application/json",
    status = 200,
    errors = [],
    error = ENVELOPE,
    open,
  }: OperationOptions,
) {
  const { tag, summary, description, answers } = textOfOperation(operation);
  const possible = [...(open ? [] : KNOWN_CALLER), ...errors, ...COMMON];
  return {
    detail: {
      operationId: operation,
      tags: [tag],
      summary,
      ...(description ? { description } : {}),
      ...(requestBody ? { requestBody } : {}),
      ...(open ? { security: [] } : {}),
      responses: {
        [status]: { description: answers[status] ?? "", content: { [answer_type]: { schema: answer } } },
        ...Object.fromEntries(possible.map((code) => errorResponse(code, error))),
      },
    },
  };
}
