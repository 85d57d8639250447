import type { Completion } from "../../../src/domain/completions/completion.ts";
import type { Refusal } from "../benchmarks.ts";
import type { TestServer } from "./index.ts";

/** An event of a stream: its name, `comment` for a comment, and its data as text. */
export interface SseEvent {
  name: string;
  data: string;
}

function toSseEvent(block: string): SseEvent {
  if (block.startsWith(":")) return { name: "comment", data: block.slice(1).trim() };
  const fields = new Map(
    block.split("\n").map((line) => [line.split(": ", 1)[0], line.replace(/^\w+: /, "")]),
  );
  return { name: fields.get("event") ?? "", data: fields.get("data") ?? "" };
}

/** The events of a response, as they come. */
export async function* sseEvents({ body }: Response): AsyncGenerator<SseEvent> {
  if (!body) throw new Error("The response has no body.");
  const decoder = new TextDecoder();
  let rest = "";
  for await (const bytes of body) {
    const blocks = (rest + decoder.decode(bytes, { stream: true })).split("\n\n");
    rest = blocks.pop() ?? "";
    yield* blocks.map(toSseEvent);
  }
  if (rest !== "") throw new Error(`The stream ended within an event: ${rest}`);
}

/** What a streamed completion gave: its texts, and how it ended. */
export interface StreamedCompletion {
  names: string[];
  texts: string[];
  done: Completion | null;
  error: (Refusal & { request_id: string }) | null;
}

export async function readCompletion(response: Response): Promise<StreamedCompletion> {
  const read: StreamedCompletion = { names: [], texts: [], done: null, error: null };
  for await (const { name, data } of sseEvents(response)) {
    read.names.push(name);
    if (name === "delta") read.texts.push(JSON.parse(data).text);
    if (name === "done") read.done = JSON.parse(data);
    if (name === "error") read.error = JSON.parse(data);
  }
  return read;
}

/** `POST /v1/completions` as a stream, unread. */
export const streamCompletion = (
  { url, token }: Pick<TestServer, "url" | "token">,
  request: object,
  signal?: AbortSignal,
): Promise<Response> =>
  fetch(`${url}/v1/completions`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
    body: JSON.stringify({ prompt: "hello", stream: true, ...request }),
    ...(signal ? { signal } : {}),
  });
