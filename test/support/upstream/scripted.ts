type Body = Record<string, unknown>;

/** An upstream that answers each call as the test says. */
export interface ScriptedUpstream {
  readonly url: string;
  /** The bodies that came in, in order. */
  readonly bodies: Body[];
  /** Sets the answer to all following calls, and forgets the earlier ones. */
  use(answer: (body: Body, hit: number, request: Request) => Response): void;
  stop(): Promise<void>;
}

/** Starts an upstream on a free port of this machine. */
export function startScriptedUpstream(): ScriptedUpstream {
  let answer: (body: Body, hit: number, request: Request) => Response = () =>
    new Response("", { status: 599 });
  const bodies: Body[] = [];
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    async fetch(request) {
      const body = JSON.parse(await request.text());
      bodies.push(body);
      return answer(body, bodies.length - 1, request);
    },
  });
  return {
    url: `http://127.0.0.1:${server.port}`,
    bodies,
    use(next) {
      answer = next;
      bodies.length = 0;
    },
    stop: () => server.stop(true),
  };
}

/** A whole answer of OpenAI's chat completions. */
export const chatAnswer = (message: object, more: object = {}, finish_reason = "stop"): Response =>
  Response.json({
    id: "c-1",
    object: "chat.completion",
    model: "answering-model",
    choices: [{ index: 0, message: { role: "assistant", ...message }, finish_reason }],
    usage: { prompt_tokens: 1000, completion_tokens: 100, total_tokens: 1100 },
    ...more,
  });

/** Server-sent events with the values as their data; `named` adds the name that Anthropic's events have. */
export const eventStream = (values: readonly object[], named = false): Response =>
  new Response(
    values
      .map((value) => {
        const name = named && "type" in value ? `event: ${value.type}\n` : "";
        return `${name}data: ${JSON.stringify(value)}\n\n`;
      })
      .join(""),
    { headers: { "content-type": "text/event-stream" } },
  );
