import { anthropicWire } from "./upstream-anthropic.ts";
import { openAiWire } from "./upstream-openai.ts";
import { isBody, type Reply, textOf, type UpstreamBody, type Wire } from "./upstream-wire.ts";

/** What the model says. Without `finish_reason`: the vendor's word for a finished answer, or for one cut by max_tokens. */
export interface UpstreamAnswer {
  text: string;
  /** In the vendor's own words (`length`, `end_turn`, …); null leaves it out. */
  finish_reason?: string | null;
  /** Whether usage is reported; true if left out. */
  usage?: boolean;
}

export interface UpstreamRequest {
  path: string;
  headers: Headers;
  body: UpstreamBody;
  /** Whether the caller hung up before the answer was complete. */
  aborted: boolean;
}

/**
 * A way to fail: an HTTP status (with the vendor's own error body unless `body` is given), no answer until the
 * caller hangs up (`hang`), a connection broken in the middle of the answer (`cut`), a stream closed cleanly before
 * its finish reason, or an answer without one (`unfinished`), nonsense of the right content type (`garbage`), or an
 * HTML page with status 200 (`html`).
 */
export type Fault =
  | "hang"
  | "cut"
  | "unfinished"
  | "garbage"
  | "html"
  | { status: number; message?: string; headers?: Record<string, string>; body?: string };

export interface UpstreamOptions {
  /** The model. Without it the answer is `echo: ` and the last user message. */
  answer?: (body: UpstreamBody) => string | UpstreamAnswer | Promise<string | UpstreamAnswer>;
  /** How calls fail: all of them alike, or as the function says for the first call (1) and those after it. */
  fault?: Fault | ((call: number) => Fault | undefined);
}

export interface Upstream {
  /** `http://127.0.0.1:<port>`: Anthropic's base URL as it is, OpenAI's with `/v1` behind it. */
  readonly url: string;
  /** How many calls have come in. */
  readonly calls: number;
  /** What came in, in order. */
  readonly requests: readonly UpstreamRequest[];
  stop(): Promise<void>;
}

const WIRES: Readonly<Record<string, Wire>> = {
  "/v1/chat/completions": openAiWire,
  "/v1/messages": anthropicWire,
};

const JSON_TYPE = { "content-type": "application/json" };
const STREAM_TYPE = { "content-type": "text/event-stream; charset=utf-8" };

const wordsOf = (text: string): string[] => text.match(/^\s*\S+\s*|\S+\s*/g) ?? [];

function toReply(wire: Wire, body: UpstreamBody, said: string | UpstreamAnswer): Reply {
  const { text, finish_reason, usage = true } = typeof said === "string" ? { text: said } : said;
  const words = wordsOf(text);
  const room = body.max_tokens ?? body.max_completion_tokens ?? words.length;
  const contents = [body.system ?? "", ...body.messages.map(({ content }) => content)];
  const input = contents.reduce((sum, content) => sum + wordsOf(textOf(content)).length, 0);
  return {
    model: body.model,
    words: words.slice(0, room),
    finish_reason:
      finish_reason === undefined ? (words.length > room ? wire.truncated : wire.finished) : finish_reason,
    usage: usage ? { input, output: Math.min(room, words.length) } : null,
  };
}

/** Sends the pieces one by one; `cut` breaks the connection after the first half of them. */
function streamOf(pieces: readonly string[], cut: boolean): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  const sent = cut ? pieces.slice(0, Math.ceil(pieces.length / 2)) : pieces;
  let next = 0;
  return new ReadableStream({
    async pull(controller) {
      const piece = sent[next++];
      if (piece !== undefined) return controller.enqueue(encoder.encode(piece));
      if (!cut) return controller.close();
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

function answerOf(wire: Wire, body: UpstreamBody, reply: Reply, fault: Fault | undefined): Response {
  const headers = body.stream ? STREAM_TYPE : JSON_TYPE;
  if (fault === "html")
    return new Response("<html>Bad gateway</html>", { headers: { "content-type": "text/html" } });
  if (fault === "garbage")
    return new Response(body.stream ? "data: {nonsense\n\n" : "{nonsense", { headers });
  const whole = fault === "unfinished" ? { ...reply, finish_reason: null } : reply;
  if (body.stream) return new Response(streamOf(wire.events(whole, body), fault === "cut"), { headers });
  if (fault !== "cut") return Response.json(wire.complete(whole));
  const text = JSON.stringify(wire.complete(whole));
  return new Response(streamOf([text.slice(0, 20), text.slice(20)], true), { headers });
}

/** Settles, with nothing to say, when the caller hangs up. */
const hungUp = (signal: AbortSignal): Promise<Response> =>
  new Promise((resolve) =>
    signal.addEventListener("abort", () => resolve(new Response(null, { status: 499 })), { once: true }),
  );

/**
 * A real HTTP server on a free local port that speaks as OpenAI (`POST /v1/chat/completions`) and as Anthropic
 * (`POST /v1/messages`), streams included, answers the same to the same question, and fails as it is told to.
 */
export function createUpstream(options: UpstreamOptions = {}): Upstream {
  const {
    answer = ({ messages }) =>
      `echo: ${textOf(messages.findLast(({ role }) => role === "user")?.content ?? "")}`,
    fault,
  } = options;
  const requests: UpstreamRequest[] = [];

  async function respond(request: Request, wire: Wire, path: string): Promise<Response> {
    const body: unknown = await request.json();
    if (!isBody(body)) return failureOf(wire, { status: 400, message: "model and messages are required" });
    const received: UpstreamRequest = { path, headers: request.headers, body, aborted: false };
    const call = requests.push(received);
    request.signal.addEventListener("abort", () => {
      received.aborted = true;
    });
    const failing = typeof fault === "function" ? fault(call) : fault;
    if (failing === "hang") return hungUp(request.signal);
    if (typeof failing === "object") return failureOf(wire, failing);
    return answerOf(wire, body, toReply(wire, body, await answer(body)), failing);
  }

  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    idleTimeout: 0,
    fetch(request) {
      const path = new URL(request.url).pathname;
      const wire = request.method === "POST" ? WIRES[path] : undefined;
      return wire ? respond(request, wire, path) : new Response(`no such path: ${path}`, { status: 404 });
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
