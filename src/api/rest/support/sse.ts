/** One server-sent event: its name, where it has one, and its data as text. */
export interface ServerEvent {
  event?: string;
  data: string;
}

/** Proxies and clients give up a connection on which nothing comes; a comment is nothing to an SSE reader. */
const KEEP_ALIVE_MS = 10_000;
const KEEP_ALIVE = ": keep-alive\n\n";
/** Who reads nothing for so long is taken to have left: what is streamed to him holds a place among a provider's calls. */
const STALLED_MS = 120_000;

const HEADERS = {
  "content-type": "text/event-stream; charset=utf-8",
  "cache-control": "no-cache, no-transform",
  "x-accel-buffering": "no",
};

const textOf = ({ event, data }: ServerEvent): string =>
  `${event ? `event: ${event}\n` : ""}data: ${data}\n\n`;

/**
 * Streams events as they come. A reader who leaves is told of by `onLeave`, then the events' generator is ended; one
 * who is slow is waited for, one who stands still is sent away. The generator must not throw: an error is an event too.
 */
export function serverSentEvents(
  events: AsyncGenerator<ServerEvent>,
  onLeave: () => void,
  { keep_alive_ms = KEEP_ALIVE_MS, stalled_ms = STALLED_MS } = {},
): Response {
  const encoder = new TextEncoder();
  let keepAlive: Timer | undefined;
  /** When the last event was handed over, while nobody asks for the next. */
  let handed_at: number | undefined;

  async function leave(): Promise<void> {
    clearInterval(keepAlive);
    // The end of a generator waits for its next event, which may be long in coming.
    onLeave();
    await events.return(undefined);
  }
  function keepAliveOn(controller: ReadableStreamDefaultController<Uint8Array>): void {
    if (handed_at === undefined || performance.now() - handed_at <= stalled_ms) {
      controller.enqueue(encoder.encode(KEEP_ALIVE));
      return;
    }
    controller.error(new Error("The reader stands still."));
    void leave();
  }

  const body = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        keepAlive = setInterval(() => keepAliveOn(controller), keep_alive_ms);
      },
      async pull(controller) {
        handed_at = undefined;
        const { done, value } = await events.next();
        handed_at = performance.now();
        if (!done) return controller.enqueue(encoder.encode(textOf(value)));
        clearInterval(keepAlive);
        controller.close();
      },
      cancel: leave,
    },
    { highWaterMark: 0 },
  );
  return new Response(body, { headers: HEADERS });
}
