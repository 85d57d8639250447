import { type ErrorCode, STATUS_OF } from "../../src/base/errors.ts";
import { code, fence, page, table } from "./markdown.ts";

/** What each code means, and what a caller can do. The compiler demands a line for every one. */
const ERROR_TEXTS: Readonly<Record<ErrorCode, readonly [meaning: string, remedy: string]>> = {
  BAD_REQUEST: [
    "The request is not valid. `details.field` names the field and `details.fault` what is wrong with it.",
    "Correct the field. `details.accepted` or `details.suggestion`, if present, give valid values.",
  ],
  UNAUTHORIZED: ["Credentials are missing, expired or not valid.", "Log in again, or send a valid API key."],
  FORBIDDEN: [
    "The caller's role does not allow this, or the object belongs to another caller.",
    "Ask an admin.",
  ],
  NOT_FOUND: ["There is no such route, or no object with this id.", "Check the path and the id."],
  CONFLICT: [
    "The request contradicts what is stored: a name that exists already, a dataset in use, a benchmark in another state, or two benchmarks that cannot be compared.",
    "Read the message: it gives the reason.",
  ],
  PAYLOAD_TOO_LARGE: ["The body has too many bytes.", "Send less, or split the request."],
  RATE_LIMIT_EXCEEDED: [
    "Too many requests. `retry_after` and the header `Retry-After` are in seconds.",
    "Wait that long, then send the request again.",
  ],
  INTERNAL_ERROR: [
    "A fault of the server. The log has its cause under the request's id.",
    "Report it with the `request_id`.",
  ],
  SERVICE_UNAVAILABLE: [
    "A provider failed or is not configured, a dataset is still being fetched, or the server is stopping. `details` name the provider and the reason.",
    "Configure the provider, or try again after `Retry-After`.",
  ],
};

/** `docs/reference/errors.md`. `example` is an answer of the server to a bad request. */
export const errorsPage = (example: object): string =>
  page("Errors", [
    "Every REST error has this form, and the status of its code. `message` is for people and may change. Programs should read `code` and `details`.",
    fence("json", JSON.stringify(example, null, 2)),
    'GraphQL has the code in `extensions.code`; a WebSocket has it in the message `error`. The OpenAI-compatible routes answer in OpenAI\'s form instead: `{"error": {"message", "type", "param", "code"}}`, with the same status.',
    "One answer does not have this form: if the headers have more than 16 KB, the answer has only the status 431.",
    table(
      ["code", "status", "meaning", "what to do"],
      (Object.keys(STATUS_OF) as ErrorCode[]).map((name) => [
        code(name),
        `${STATUS_OF[name]}`,
        ...ERROR_TEXTS[name],
      ]),
    ),
  ]);
