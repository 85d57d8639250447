import { setTimeout as sleep } from "node:timers/promises";

/**
 * An OpenAI-shaped server in a process of its own. What it does stands in the model's name: a fault of FAULTS, or
 * `good` for an answer. Prints its address; `GET /sums` says what it has reported, `GET /in-flight` how it was used.
 */
const ALLOWED = Number(Bun.env.ALLOWED ?? 0);
const HOLD_MS = Number(Bun.env.HOLD_MS ?? 20);
const BODY_MB = 200;
const LOREM = "lorem ipsum ".repeat(5_000);
const STREAM = { "content-type": "text/event-stream" };
const encoder = new TextEncoder();
const sums = { calls: 0, prompt_tokens: 0, completion_tokens: 0 };
const flight = { running: 0, most: 0, answered: 0, refused: 0 };

const json = (value: unknown): string => JSON.stringify(value);
const COMMON = { id: "1", object: "chat.completion.chunk", created: 1, model: "upstream" };
const chunk = (content: string, finish_reason: string | null = null): string =>
  `data: ${json({ ...COMMON, choices: [{ index: 0, delta: content === "" ? {} : { content }, finish_reason }] })}\n\n`;
const never = (): Promise<never> => new Promise(() => undefined);

function streamOf({ headers }: Pick<Form, "headers">, pieces: () => AsyncGenerator<string>): Response {
  const source = pieces();
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { done, value } = await source.next();
        if (done) controller.close();
        else controller.enqueue(encoder.encode(value));
      } catch (error) {
        controller.error(error);
      }
    },
  });
  return new Response(body, { headers });
}

async function* answer(): AsyncGenerator<string> {
  const completion_tokens = 1 + Math.floor(Math.random() * 50);
  const prompt_tokens = 1 + Math.floor(Math.random() * 500);
  for (let word = 0; word < 5; word++) yield chunk(`word${word} `);
  yield chunk("", "stop");
  sums.calls++;
  sums.prompt_tokens += prompt_tokens;
  sums.completion_tokens += completion_tokens;
  const usage = { prompt_tokens, completion_tokens, total_tokens: prompt_tokens + completion_tokens };
  yield `data: ${json({ ...COMMON, choices: [], usage })}\n\ndata: [DONE]\n\n`;
}

const failure = (status: number, headers: Record<string, string> = {}): Response =>
  Response.json({ error: { message: "simulated failure" } }, { status, headers });

/** How an answer begins, and how it goes on, in either form. */
interface Form {
  headers: Record<string, string>;
  begin: string;
  more: string;
  /** All there is of an answer that lacks its finish reason. */
  unfinished: string;
}

const JSON_BEGIN = '{"id":"1","object":"chat.completion","created":1,"model":"upstream","choices":[';
const STREAMED: Form = {
  headers: STREAM,
  begin: chunk("one "),
  more: chunk("two "),
  unfinished: chunk("one "),
};
const WHOLE: Form = {
  headers: { "content-type": "application/json" },
  begin: JSON_BEGIN,
  more: " ",
  unfinished: `${JSON_BEGIN}{"index":0,"message":{"role":"assistant","content":"one "}}]}`,
};

const FAULTS: Record<string, (form: Form) => Response | Promise<Response>> = {
  "429-after": () => failure(429, { "retry-after": "0.01" }),
  "429": () => failure(429),
  "500": () => failure(500, { "retry-after-ms": "1" }),
  "hang-before-headers": never,
  "hang-mid-stream": (form) =>
    streamOf(form, async function* () {
      yield form.begin;
      await never();
    }),
  "cut-mid-chunk": (form) =>
    streamOf(form, async function* () {
      yield form.begin;
      await sleep(100);
      yield form.more.slice(0, 30);
      await sleep(100);
      throw new Error("cut");
    }),
  "no-finish": (form) =>
    streamOf(form, async function* () {
      yield form.unfinished;
    }),
  "invalid-json": ({ headers }) => new Response("data: {nonsense\n\n", { headers }),
  "slow-drip": (form) =>
    streamOf(form, async function* () {
      yield form.begin;
      for (;;) {
        yield form.more;
        await sleep(50);
      }
    }),
  "large-body": (form) =>
    streamOf(form, async function* () {
      yield form.begin;
      const piece = form === STREAMED ? chunk(LOREM) : LOREM;
      for (let sent = 0; sent < BODY_MB * 2 ** 20; sent += piece.length) yield piece;
    }),
  "wrong-type": () => new Response("<html>hello</html>", { headers: { "content-type": "text/html" } }),
  good: () => streamOf(STREAMED, answer),
};

async function bounded(): Promise<Response> {
  if (flight.running >= ALLOWED) {
    flight.refused++;
    return failure(429);
  }
  flight.most = Math.max(flight.most, ++flight.running);
  await sleep(HOLD_MS);
  flight.running--;
  flight.answered++;
  return streamOf(STREAMED, answer);
}

const server = Bun.serve({
  port: 0,
  hostname: "127.0.0.1",
  idleTimeout: 0,
  async fetch(request) {
    const { pathname } = new URL(request.url);
    if (pathname === "/sums") return Response.json(sums);
    if (pathname === "/in-flight") return Response.json(flight);
    const { model, stream } = (await request.json()) as { model: string; stream?: boolean };
    if (ALLOWED > 0) return bounded();
    return FAULTS[model]?.(stream ? STREAMED : WHOLE) ?? failure(404);
  },
});
console.log(`http://127.0.0.1:${server.port}`);
