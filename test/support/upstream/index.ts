import { anthropicWire } from "./anthropic.ts";
import { bedrockWire } from "./bedrock.ts";
import { cohereWire } from "./cohere.ts";
import { DIALECTS } from "./dialects.ts";
import { type EmbeddingAsked, readEmbedding } from "./embeddings.ts";
import { googleWire } from "./google.ts";
import { mistralWire } from "./mistral.ts";
import { openAiWire } from "./openai.ts";
import { countsOf, tokensIn, toReply, type UpstreamAnswer } from "./reply.ts";
import type { Asked, Reply, UpstreamBody, Wire } from "./wire.ts";

export type { UpstreamAnswer } from "./reply.ts";

export interface UpstreamRequest {
  path: string;
  headers: Headers;
  body: UpstreamBody;
  /** Whether the caller hung up before the answer was complete. */
  aborted: boolean;
}

/**
 * A way to fail: an HTTP status (with the vendor's own error body unless `body` is given), no answer until the
 * caller hangs up (`hang`), half of one and then no more (`stall`) or a broken connection (`cut`), a stream closed cleanly before
 * its finish reason, or an answer without one (`unfinished`), nonsense of the right content type (`garbage`), or an
 * HTML page with status 200 (`html`).
 */
export type Fault =
  | "hang"
  | "stall"
  | "cut"
  | "unfinished"
  | "garbage"
  | "html"
  | { status: number; message?: string; headers?: Record<string, string>; body?: string };

export interface UpstreamOptions {
  /** The model. Without it the answer is `echo: ` and the last user message. */
  answer?: (body: UpstreamBody) => string | UpstreamAnswer | Promise<string | UpstreamAnswer>;
  /** The vectors of texts. Without it a text's are its letters (100 at most), its words and 1. */
  embed?: (texts: readonly string[]) => number[][];
  /** How calls fail: all of them alike, or as the function says for the first call (1) and those after it. */
  fault?: Fault | ((call: number) => Fault | undefined);
}

export interface Upstream {
  /**
   * `http://127.0.0.1:<port>`: Anthropic's base URL as it is, OpenAI's with `/v1` behind it, anybody else's with the
   * provider's name.
   */
  readonly url: string;
  /** How many calls have come in. */
  readonly calls: number;
  /** What came in, in order. */
  readonly requests: readonly UpstreamRequest[];
  stop(): Promise<void>;
}

const WIRES: Readonly<Record<string, Wire>> = {
  ...DIALECTS,
  google: googleWire,
  "amazon-bedrock": bedrockWire,
  cohere: cohereWire,
  mistral: mistralWire,
};

/** Whose path it is. */
export function wireAt(path: string): Wire {
  const named = WIRES[path.split("/")[1] ?? ""];
  return named ?? (path.endsWith("/messages") ? anthropicWire : openAiWire);
}

const JSON_TYPE = { "content-type": "application/json" };
const EVENTS_TYPE = "text/event-stream; charset=utf-8";

/** Sends the pieces one by one; `cut` breaks the connection after the first half of them, `stall` goes silent. */
function streamOf(
  pieces: readonly (string | Uint8Array)[],
  fault: Fault | undefined,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  const broken = fault === "cut" || fault === "stall";
  const sent = broken ? pieces.slice(0, Math.ceil(pieces.length / 2)) : pieces;
  let next = 0;
  return new ReadableStream({
    async pull(controller) {
      const piece = sent[next++];
      if (piece !== undefined)
        return controller.enqueue(typeof piece === "string" ? encoder.encode(piece) : piece);
      if (!broken) return controller.close();
      if (fault === "stall") return new Promise(() => {});
      // What was sent has to arrive before the connection breaks.
      await Bun.sleep(10);
      controller.error();
    },
  });
}

function failureOf(wire: Wire, fault: Exclude<Fault, string>): Response {
  const { status, message = "simulated failure", headers = {}, body } = fault;
  return new Response(body ?? JSON.stringify(wire.error(status, message)), {
    status,
    headers: { ...JSON_TYPE, ...headers },
  });
}

function answerOf(wire: Wire, asked: Asked, reply: Reply, fault: Fault | undefined): Response {
  const headers = asked.stream ? { "content-type": wire.stream_type ?? EVENTS_TYPE } : JSON_TYPE;
  if (fault === "html")
    return new Response("<html>Bad gateway</html>", { headers: { "content-type": "text/html" } });
  if (fault === "garbage")
    return new Response(asked.stream ? "data: {nonsense\n\n" : "{nonsense", { headers });
  const whole = fault === "unfinished" ? { ...reply, finish_reason: null } : reply;
  if (asked.stream) return new Response(streamOf(wire.events(whole, asked), fault), { headers });
  if (fault !== "cut" && fault !== "stall") return Response.json(wire.complete(whole));
  const text = JSON.stringify(wire.complete(whole));
  return new Response(streamOf([text.slice(0, 20), text.slice(20)], fault), { headers });
}

/** Settles, with nothing to say, when the caller hangs up. */
const hungUp = (signal: AbortSignal): Promise<Response> =>
  new Promise((resolve) =>
    signal.addEventListener("abort", () => resolve(new Response(null, { status: 499 })), { once: true }),
  );

/**
 * A real HTTP server on a free local port that speaks as OpenAI (`POST /v1/chat/completions`), as Anthropic
 * (`POST /v1/messages`) and, under its name, as every other vendor, streams included; it answers the same to the same
 * question, and fails as it is told to.
 */
export function createUpstream(options: UpstreamOptions = {}): Upstream {
  const { answer, embed = countsOf, fault } = options;
  const requests: UpstreamRequest[] = [];

  /** Notes the request; answers how it is to fail. */
  function receive(request: Request, path: string, body: UpstreamBody): Fault | undefined {
    const received: UpstreamRequest = { path, headers: request.headers, body, aborted: false };
    const call = requests.push(received);
    request.signal.addEventListener("abort", () => {
      received.aborted = true;
    });
    return typeof fault === "function" ? fault(call) : fault;
  }

  function respondWithVectors(request: Request, path: string, body: UpstreamBody, asked: EmbeddingAsked) {
    const failing = receive(request, path, body);
    if (failing === "hang") return hungUp(request.signal);
    if (typeof failing === "object") return failureOf(wireAt(path), failing);
    if (failing === "garbage") return new Response("{nonsense", { headers: JSON_TYPE });
    return Response.json(asked.reply(embed(asked.texts), tokensIn(asked.texts)));
  }

  async function respond(request: Request, path: string): Promise<Response> {
    const wire = wireAt(path);
    const body = await request.json();
    const embedding = readEmbedding(body, path);
    if (embedding) return respondWithVectors(request, path, body, embedding);
    const asked = wire.read(body, path);
    if (!asked) return failureOf(wire, { status: 400, message: `no such request: ${path}` });
    const failing = receive(request, path, body);
    if (failing === "hang") return hungUp(request.signal);
    if (typeof failing === "object") return failureOf(wire, failing);
    const said = answer ? await answer(body) : `echo: ${asked.last}`;
    return answerOf(wire, asked, toReply(wire, asked, said), failing);
  }

  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    idleTimeout: 0,
    fetch(request) {
      const path = new URL(request.url).pathname;
      return request.method === "POST"
        ? respond(request, path)
        : new Response(`no such path: ${path}`, { status: 404 });
    },
  });

  return {
    url: `http://127.0.0.1:${server.port}`,
    get calls() {
      return requests.length;
    },
    requests,
    stop: () => server.stop(true),
  };
}
