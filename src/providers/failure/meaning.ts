import type { ReportedError } from "./error-body.ts";

const CONTEXT_CODES = /context_length|context_size|context_window|string_above_max_length|prompt_too_long/i;
const CONTEXT_WORDS =
  /(?:maximum|max|available|model'?s?) context (?:length|size|window)|context (?:length|window|size) (?:is |was )?(?:exceeded|of)|exceeds? the (?:maximum |available |model'?s? )*context|prompt is too long|(?:prompt|input|request) (?:is )?too (?:long|large)|too large for model|reduce the length of (?:the|your) (?:messages|prompt|input)|input token count .* exceeds/i;
const FILTER_CODES =
  /content_?filter|content_policy|ResponsibleAIPolicyViolation|data_inspection_failed|content_moderation|moderation_blocked|prohibited_content/i;
const FILTER_WORDS =
  /content management policy|content filter(?:ing)?(?: policy)?|flagged by (?:the )?moderation|requires moderation.*flagged/i;

/** Codes that say no more than the HTTP status does. */
const IS_PLAIN =
  /^(?:\d+|invalid_request(?:_error)?|bad_?request(?:error)?|api_error|server_error|error|internal(?:_server)?_error)$/i;

/** The status of answers that are about the request: only they can be about its length or its subject. */
const isAboutRequest = (status: number | undefined): boolean =>
  status === undefined || (status >= 400 && status < 500 && status !== 401 && status !== 429);

/**
 * The code that a failure has here: `context_length_exceeded` and `content_filter` whatever the vendor calls them,
 * else the vendor's own. Undefined if it has none, or one that says no more than the status.
 */
export function codeOf({ codes, words, status }: ReportedError): string | undefined {
  if (isAboutRequest(status)) {
    if (codes.some((code) => CONTEXT_CODES.test(code)) || CONTEXT_WORDS.test(words))
      return "context_length_exceeded";
    if (codes.some((code) => FILTER_CODES.test(code)) || FILTER_WORDS.test(words)) return "content_filter";
  }
  return codes.find((code) => !IS_PLAIN.test(code));
}
