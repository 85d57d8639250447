import type { Account } from "../failure/account.ts";
import { failure } from "../failure/network-failure.ts";
import type { AnswerReader } from "./answer-reader.ts";

/** What a body turns out to be by its first sign, whatever was asked for and whatever its content type says. */
type Form = "unknown" | "json" | "events" | "page";

const IS_DONE = /^\[?done\]?$/i;
/** Signs of life that are no JSON. */
const IS_PING = /^(?:ping|keep-?alive|heartbeat|:.*)?$/i;

const IS_FIELD = /^(?:data|event|id|retry|):/;

/** Stands for a text that is no JSON: no value of JSON equals it. */
const NOT_JSON = Symbol("not JSON");

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return NOT_JSON;
  }
}

/** The failure of a body in which no answer could be read. Nothing of it is quoted: it is the caller's. */
export function unreadable(account: Account, why: string, content_type: string | null) {
  const type = content_type ? ` (content type ${content_type})` : "";
  const cause = new Error(why);
  return failure(account, "invalid_response", `answered what could not be read${type}`, { cause });
}

/**
 * Reads a body as it comes: server-sent events (WHATWG HTML, 9.2), one JSON value, or a JSON value a line. A field
 * `data` that is JSON by itself is an event by itself, for some servers leave out the empty line behind it.
 */
export function createBodyReader(answer: AnswerReader, account: Account, content_type: string | null) {
  let form: Form = "unknown";
  let rest = "";
  /** Where in `rest` the search for the end of a line goes on. */
  let searched = 0;
  let event_name = "";
  /** Lines of a field `data` that are no JSON before the next one. */
  let open_data = "";
  let done = false;
  /** Whether any line was one of server-sent events. */
  let has_fields = false;

  const refuse = (why: string) => unreadable(account, why, content_type);

  function readData(data: string): void {
    if (IS_DONE.test(data)) done = true;
    else if (IS_PING.test(data)) return;
    else {
      const text = open_data === "" ? data : `${open_data}\n${data}`;
      const value = parseJson(text);
      open_data = value === NOT_JSON ? text : "";
      if (value !== NOT_JSON) answer.read(value, event_name);
    }
  }

  function endEvent(): void {
    event_name = "";
    if (open_data !== "") throw refuse("The data of an event is not JSON.");
  }

  function readLine(line: string): void {
    has_fields ||= IS_FIELD.test(line);
    if (line === "") endEvent();
    else if (line.startsWith("data:")) readData(line.slice(5).trim());
    else if (line.startsWith("event:")) event_name = line.slice(6).trim();
    // A JSON value a line, without the field's name.
    else if (line.startsWith("{")) readData(line);
  }

  function readLines(): void {
    let start = 0;
    for (;;) {
      const end = rest.indexOf("\n", Math.max(start, searched));
      if (end < 0) break;
      readLine(rest.slice(start, rest[end - 1] === "\r" && end > start ? end - 1 : end));
      start = end + 1;
    }
    rest = start === 0 ? rest : rest.slice(start);
    searched = rest.length;
  }

  function recognise(): void {
    rest = rest.trimStart();
    const sign = rest[0];
    if (sign === undefined) return;
    form = sign === "<" ? "page" : sign === "{" || sign === "[" ? "json" : "events";
  }

  /** Lone carriage returns end lines, too. */
  function endLinesAlike(): void {
    rest = rest.replace(/\r(?!\n|$)/g, "\n");
    // One that stood at the end before was no end of a line then.
    searched = 0;
  }

  function endJson(): void {
    const value = parseJson(rest);
    if (value !== NOT_JSON) answer.read(value);
    else {
      for (const line of rest.split("\n")) if (line.trim() !== "") readData(line.trim());
      endEvent();
    }
  }

  /** Blank lines alone are how DeepSeek says that it is overloaded; anything else is nonsense. */
  const emptyFailure = () =>
    form === "unknown" || has_fields
      ? failure(account, "invalid_response", "answered HTTP 200 without an answer", { retryable: true })
      : refuse("The body holds no JSON object.");

  return {
    /** Reads on; pieces of the answer are pushed on the way. */
    feed(text: string): void {
      const has_returns = text.includes("\r") || rest.endsWith("\r");
      rest += text;
      if (form === "unknown") recognise();
      if (form !== "events") return;
      if (has_returns) endLinesAlike();
      readLines();
    },
    /** Whether the stream has said that nothing follows. */
    done: () => done,
    /** Reads what is left. Throws ProviderError if the body has no answer. */
    end(): void {
      if (form === "page") throw refuse("The body is a page of HTML.");
      if (form === "json") endJson();
      if (form === "events") {
        readLine(rest.replace(/\r$/, ""));
        endEvent();
      }
      if (answer.isEmpty()) throw emptyFailure();
      if (!answer.hasChoices()) throw refuse("The body has no choices.");
    },
  };
}
