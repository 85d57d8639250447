/** One server-sent event: its name, if it has one, and its data as text. */
export interface ServerEvent {
  event?: string;
  data: string;
}

/** Proxies and clients close a silent connection. A comment keeps it open, and SSE readers ignore it. */
const KEEP_ALIVE_MS = 10_000;
const KEEP_ALIVE = ": keep-alive\n\n";
/** A reader that reads nothing for this time is disconnected: its stream occupies one of the provider's slots. */
const STALLED_MS = 120_000;

const HEADERS = {
  "content-type": "text/event-stream; charset=utf-8",
  "cache-control": "no-store, no-transform",
  "x-accel-buffering": "no",
};

const textOf = ({ event, data }: ServerEvent): string =>
  `${event ? `event: ${event}\n` : ""}data: ${data}\n\n`;

/**
 * Streams events as they come, no faster than they are read. If the reader disconnects or stalls, `onLeave` is called
 * and the generator is ended. The generator must not throw: it yields an error as an event.
 */
export function serverSentEvents(
  events: AsyncGenerator<ServerEvent>,
  onLeave: () => void,
  { keep_alive_ms = KEEP_ALIVE_MS, stalled_ms = STALLED_MS } = {},
): Response {
  const encoder = new TextEncoder();
  let keepAlive: Timer | undefined;
  /** When the last event was delivered; undefined while the next one is awaited. */
  let delivered_at: number | undefined;

  async function leave(): Promise<void> {
    clearInterval(keepAlive);
    // A generator ends only after its next event, which may be far away. `onLeave` ends that wait.
    onLeave();
    await events.return(undefined);
  }
  function keepAliveOn(controller: ReadableStreamDefaultController<Uint8Array>): void {
    if (delivered_at === undefined || performance.now() - delivered_at <= stalled_ms) {
      controller.enqueue(encoder.encode(KEEP_ALIVE));
      return;
    }
    controller.error(new Error("The reader has stalled."));
    void leave();
  }

  const body = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        keepAlive = setInterval(() => keepAliveOn(controller), keep_alive_ms);
      },
      async pull(controller) {
        delivered_at = undefined;
        const { done, value } = await events.next();
        delivered_at = performance.now();
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
