import { isRecord } from "../../base/json/json.ts";
import type { HeaderFields } from "./rate-limit.ts";

/** What an error says of itself, wherever it stands: in a body, in a chunk of a stream, or beside choices. */
export interface ReportedError {
  /** The vendor's words; empty if it has none. */
  words: string;
  /** Codes and types in the vendor's spelling, nearest first. */
  codes: readonly string[];
  param: string | undefined;
  /** The HTTP status that a code of the error is, or stands for; undefined if it names none. */
  status: number | undefined;
  /** The whole value that was read, for what else it may hold. */
  value: unknown;
}

/** A failed call, as far as it is known. */
export interface HttpAnswer {
  status: number;
  status_text: string;
  headers: HeaderFields;
  body: string;
}

/** What a text says as JSON, or the text itself. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Statuses by words that vendors use for them. */
const STATUS_OF_WORD: readonly (readonly [RegExp, number])[] = [
  [/rate_?limit|too_many_requests|resource_exhausted|insufficient_quota|throttl/i, 429],
  [/overloaded|service_?unavailable|capacity|unavailable$/i, 503],
  [/invalid_api_key|authentication|unauthenticated|unauthorized/i, 401],
  [/permission_denied|forbidden/i, 403],
  [/model_not_found|not_found/i, 404],
  [/timeout|deadline_exceeded/i, 504],
  [
    /context_length|context_size|content_filter|content_policy|invalid_request|invalid_argument|bad_?request/i,
    400,
  ],
];

const isStatus = (code: number): boolean => Number.isInteger(code) && code >= 400 && code < 600;

const textsOf = (values: readonly unknown[]): string[] =>
  values.filter((value): value is string => typeof value === "string" && value !== "");

/** A code is one word: some vendors put a sentence there. */
const isCode = (text: string): boolean => /^[\w.:-]{1,100}$/.test(text);

function statusOf(fields: Record<string, unknown>, codes: readonly string[]): number | undefined {
  const numbers = [fields.status_code, fields.code, fields.status, fields.http_code].map((code) =>
    typeof code === "string" && /^\d{3}$/.test(code) ? Number(code) : code,
  );
  const status = numbers.find((code): code is number => typeof code === "number" && isStatus(code));
  if (status !== undefined) return status;
  return STATUS_OF_WORD.find(([word]) => codes.some((code) => word.test(code)))?.[1];
}

/** The vendor's own words behind a proxy's: OpenRouter quotes them in `metadata.raw`. */
function quotedWords({ metadata }: Record<string, unknown>): string {
  const raw = isRecord(metadata) ? metadata.raw : undefined;
  if (raw === undefined || raw === null) return "";
  const inner = typeof raw === "string" ? parsed(raw) : raw;
  return typeof inner === "string" ? inner : (readError(inner)?.words ?? "");
}

function wordsOf(fields: Record<string, unknown>): string {
  const { message, msg, detail, error, error_description, errors, status_msg } = fields;
  const said = [message, msg, detail, error_description, status_msg, error].find(
    (value) => value !== undefined && value !== null && value !== "",
  );
  const words = said ?? (Array.isArray(errors) ? errors[0] : undefined);
  if (words === undefined) return "";
  if (isRecord(words)) return wordsOf(words) || JSON.stringify(words);
  const own = typeof words === "string" ? words : JSON.stringify(words);
  const quoted = quotedWords(fields);
  return quoted === "" || own.includes(quoted) ? own : `${own}: ${quoted}`;
}

/** Reads an error itself: an object, or its words alone. */
export function readErrorValue(value: unknown, whole: unknown = value): ReportedError {
  const fields = isRecord(value) ? value : {};
  const inner = isRecord(fields.innererror) ? fields.innererror.code : undefined;
  const codes = textsOf([fields.code, fields.type, fields.status, inner, fields.reason]).filter(isCode);
  return {
    words: isRecord(value) ? wordsOf(value) : typeof value === "string" ? value : "",
    codes,
    param: textsOf([fields.param])[0],
    status: statusOf(fields, codes),
    value: whole,
  };
}

const saysSomething = (error: unknown): boolean =>
  isRecord(error)
    ? Object.keys(error).length > 0
    : error === true || (typeof error === "string" && error !== "");

/**
 * The error in the JSON of an answer or of a chunk: `error` as an object, a list, a text or true; vLLM's older
 * `object: "error"`; MiniMax's `base_resp`. Undefined if it reports none.
 */
export function readError(body: unknown): ReportedError | undefined {
  if (Array.isArray(body)) return body.length > 0 ? readError(body[0]) : undefined;
  if (!isRecord(body)) return undefined;
  const error: unknown = Array.isArray(body.error) ? body.error[0] : body.error;
  if (isRecord(error) && saysSomething(error)) return readErrorValue(error, body);
  // Beside the words alone, the codes stand a level higher.
  if (saysSomething(error))
    return readErrorValue({ ...body, message: error === true ? body.message : error }, body);
  if (body.object === "error" || body.type === "error") return readErrorValue(body);
  const { base_resp } = body;
  const failed =
    isRecord(base_resp) && typeof base_resp.status_code === "number" && base_resp.status_code !== 0;
  return failed ? readErrorValue({ message: base_resp.status_msg }, body) : undefined;
}

const isHtml = (body: string): boolean => body.trimStart().startsWith("<");

/** Reads the body of an HTTP answer that is a failure, in whatever form; without words it has the status' own. */
export function readErrorBody({ body, status_text }: HttpAnswer): ReportedError {
  const value = parsed(body);
  const first: unknown = Array.isArray(value) ? value[0] : value;
  const read = readError(first) ?? readErrorValue(first);
  const words = isHtml(body) ? "" : read.words.trim();
  return { ...read, words: words || status_text };
}
