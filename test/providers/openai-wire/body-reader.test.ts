import { describe, expect, test } from "bun:test";
import { ProviderError } from "../../../src/providers/provider.ts";
import { chunk, DONE, event, readBody, whole } from "../../support/wire.ts";

const STREAM = [chunk({ content: "Gr" }), chunk({ content: "üße 🌍" }), chunk({}, "stop")];
const TEXT = "Grüße 🌍";

function failureOf(read: () => unknown): ProviderError {
  try {
    read();
  } catch (error) {
    if (error instanceof ProviderError) return error;
    throw error;
  }
  throw new Error("the body was expected to be refused");
}

describe("server-sent events are read", () => {
  const lines = (end: string) =>
    [...STREAM, "[DONE]"].map((value) => event(value).replaceAll("\n", end)).join("");

  test.each<[string, string]>([
    ["with line feeds", lines("\n")],
    ["with carriage returns and line feeds", lines("\r\n")],
    ["with carriage returns alone", lines("\r")],
    ["behind a byte order mark", `\uFEFF${lines("\n")}`],
    ["behind blank lines", `\n\n  \n${lines("\n")}`],
    ["without the blank after the colon", lines("\n").replaceAll("data: ", "data:")],
    ["with more blanks after the colon", lines("\n").replaceAll("data: ", "data:   ")],
    ["without the empty lines between them", lines("\n").replaceAll("\n\n", "\n")],
    ["without the last empty line", lines("\n").trimEnd()],
    [
      "with comments",
      `: hello\n\n${STREAM.map((value) => `: OPENROUTER PROCESSING\n\n${event(value)}:\n`).join("")}${DONE}`,
    ],
    [
      "with names, ids and retries",
      STREAM.map((value) => `event: message\nid: 7\nretry: 10\n${event(value)}`).join(""),
    ],
    ["with unknown fields", STREAM.map((value) => `vendor: x\nnothing\n${event(value)}`).join("")],
    [
      "with null, empty and ping events",
      STREAM.map((value) => `${event("null")}data:\n\n${event("ping")}${event(value)}`).join(""),
    ],
    [
      "with events of unknown types",
      STREAM.map((value) => event({ type: "vertex_event", usage: {} }) + event(value)).join(""),
    ],
    [
      "with JSON over several data lines",
      STREAM.map((value) => `${JSON.stringify(value, null, 1).replace(/^/gm, "data: ")}\n\n`).join(""),
    ],
    ["as lists of chunks", event(STREAM)],
    ["as a JSON value a line", STREAM.map((value) => JSON.stringify(value)).join("\n")],
    ["as a list of JSON values", JSON.stringify(STREAM)],
    ["with another spelling of the end", STREAM.map(event).join("") + event("[done]")],
    ["without an end", STREAM.map(event).join("")],
  ])("%s", (_form, body) => {
    expect(readBody([body]).completion).toMatchObject({ text: TEXT, finish_reason: "stop" });
    // However the network cuts them.
    for (const size of [1, 2, 3, 7, 50]) {
      const pieces = body.match(new RegExp(`[^]{1,${size}}`, "g")) ?? [];
      expect(readBody(pieces).completion.text).toBe(TEXT);
    }
  });
});

describe("a body of another form than was asked for is read", () => {
  test("one JSON value in place of a stream", () => {
    const { completion, deltas } = readBody([JSON.stringify(whole({ content: TEXT }), null, 2)]);
    expect(completion).toMatchObject({ text: TEXT, finish_reason: "stop" });
    expect(deltas).toEqual([{ type: "text", text: TEXT }]);
  });

  test("a stream in place of one JSON value", () => {
    expect(readBody([STREAM.map(event).join("")], {}, false).completion.text).toBe(TEXT);
  });
});

describe("a body without an answer is a failure", () => {
  test.each([
    [""],
    ["\n\n\n"],
    [" \r\n "],
    [": keep-alive\n\n: keep-alive\n\n"],
    [DONE],
    ["data: null\n\n"],
    ["event: ping\n\n"],
  ])("that may pass, if it is as empty as %j", (body) => {
    for (const streams of [true, false])
      expect(failureOf(() => readBody([body], {}, streams))).toMatchObject({
        reason: "invalid_response",
        retryable: true,
      });
  });

  test.each([
    ["<html><body>502</body></html>"],
    ["  <!doctype html>"],
    ["{nonsense"],
    ['{"choices": [}'],
    ["data: {nonsense\n\n"],
    ["data: {nonsense"],
    ["plain words"],
    ['"a JSON text"'],
    ["[]"],
    ['{"object":"list","data":[]}'],
    ['{"choices":[]}'],
    ['{"choices":null}'],
    ['data: {"id":"1","choices":[]}\n\n'],
  ])("that does not pass, if it is %j", (body) => {
    for (const streams of [true, false]) {
      const failure = failureOf(() => readBody([body], {}, streams));
      expect(failure).toMatchObject({ reason: "invalid_response", retryable: false });
      expect(failure.message).toBe("Acme answered what could not be read (content type text/plain).");
    }
  });

  test("even behind the beginning of one", () => {
    expect(failureOf(() => readBody([event(STREAM[0]), "data: {nonsense\n\n"]))).toMatchObject({
      reason: "invalid_response",
      retryable: false,
    });
  });
});
