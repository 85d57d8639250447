import { isRecord } from "../../base/json/json.ts";

type Fields = Readonly<Record<string, unknown>>;

/** Changes the answer to one call into what a vendor's package can read. */
export interface AnswerRepair {
  /** Returns an event of a stream as the package expects it; undefined if it must not see the event. */
  event(value: Fields): Fields | undefined;
  /** Returns a whole answer as the package expects it. */
  body(value: Fields): Fields;
}

function parsedRecord(text: string): Fields | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Returns the data of an event, which may stand in several lines; undefined for a comment. */
function dataOf(event: string): string | undefined {
  const lines = event.split("\n").filter((line) => line.startsWith("data:"));
  return lines.length === 0 ? undefined : lines.map((line) => line.slice(5).trim()).join("\n");
}

/** Returns the text of an event after its repair; empty if it is left out. An event that is no JSON stays as it is. */
function repairedEvent(event: string, repair: AnswerRepair): string {
  const data = dataOf(event);
  const value = data === undefined ? undefined : parsedRecord(data);
  if (!value) return data === "null" ? "" : `${event}\n\n`;
  const repaired = repair.event(value);
  if (!repaired) return "";
  const names = event.split("\n").filter((line) => line.startsWith("event:"));
  return [...names, `data: ${JSON.stringify(repaired)}`, "", ""].join("\n");
}

/** Repairs server-sent events as they come. */
function eventRepairs(repair: AnswerRepair): TransformStream<string, string> {
  let rest = "";
  return new TransformStream({
    transform(text, controller) {
      const events = `${rest}${text}`.replaceAll("\r\n", "\n").split("\n\n");
      rest = events.pop() ?? "";
      const repaired = events.map((event) => repairedEvent(event, repair)).join("");
      if (repaired !== "") controller.enqueue(repaired);
    },
    flush(controller) {
      if (rest.trim() !== "") controller.enqueue(repairedEvent(rest, repair));
    },
  });
}

/** Returns a response with another body under the same status and headers. */
function withBody({ status, statusText, headers }: Response, body: ReadableStream | string): Response {
  const rest = new Headers(headers);
  rest.delete("content-length");
  rest.delete("content-encoding");
  return new Response(body, { status, statusText, headers: rest });
}

async function textOf(body: ReadableStream<Uint8Array>): Promise<string> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let text = "";
  for (let next = await reader.read(); !next.done; next = await reader.read())
    text += decoder.decode(next.value, { stream: true });
  return text + decoder.decode();
}

function repairedStream(body: ReadableStream<Uint8Array>, repair: AnswerRepair): ReadableStream {
  return body
    .pipeThrough(new TextDecoderStream() as TransformStream<Uint8Array, string>)
    .pipeThrough(eventRepairs(repair))
    .pipeThrough(new TextEncoderStream());
}

/** Wraps `send` so that successful answers are repaired before the package reads them. */
export const repairAnswers = (send: typeof fetch, createRepair: () => AnswerRepair): typeof fetch =>
  Object.assign(
    async (...call: Parameters<typeof fetch>): Promise<Response> => {
      const response = await send(...call);
      const { body, headers, ok } = response;
      if (!ok || !body) return response;
      const repair = createRepair();
      if (headers.get("content-type")?.includes("event-stream"))
        return withBody(response, repairedStream(body, repair));
      const text = await textOf(body);
      const value = parsedRecord(text);
      return withBody(response, value ? JSON.stringify(repair.body(value)) : text);
    },
    { preconnect: fetch.preconnect },
  );
