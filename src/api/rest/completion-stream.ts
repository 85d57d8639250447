import type { AppError } from "../../base/errors.ts";
import type { CompletionEvent } from "../../services/completions/index.ts";
import type { Log } from "../../telemetry/log.ts";
import { envelope, logFailure, toPublicError } from "../middleware/errors.ts";
import { contextOf } from "../middleware/request-context.ts";
import { type ServerEvent, serverSentEvents } from "./support/sse.ts";

/**
 * A model may think for minutes before its first token, and proxies close a connection that is silent for one minute.
 * After this time the response begins without the first token, and a later failure is sent as an event.
 */
const PATIENCE_MS = 30_000;

/** A streamed completion: whose request it answers, and how it is begun. */
export interface StreamOptions {
  request: Request;
  log: Log;
  begin(signal: AbortSignal): AsyncGenerator<CompletionEvent>;
  patience_ms?: number;
}

/** How a stream is written as server-sent events. */
export interface StreamFormat {
  eventsOf(piece: CompletionEvent): ServerEvent[];
  /** The last events of a stream that failed. */
  errorEventsOf(error: AppError): ServerEvent[];
}

/** Returns a signal that follows the request's own and can also be fired directly. */
function abortableBy(request: Request): { signal: AbortSignal; abort(): void } {
  const controller = new AbortController();
  const follow = () => controller.abort(request.signal.reason);
  if (request.signal.aborted) follow();
  else request.signal.addEventListener("abort", follow, { once: true });
  return { signal: controller.signal, abort: () => controller.abort("The reader left.") };
}

/** Settles with the promise, or after `patience_ms` if that is earlier. */
async function settledOrLate(promise: Promise<unknown>, patience_ms: number): Promise<void> {
  const { promise: late, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, patience_ms);
  try {
    await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Streams a completion as server-sent events. Waits up to `patience_ms` for the first piece; a failure before then
 * rejects, so that the response has the error's own status. The call ends when the reader disconnects.
 */
export async function streamAs(
  { eventsOf, errorEventsOf }: StreamFormat,
  { request, log, begin, patience_ms = PATIENCE_MS }: StreamOptions,
): Promise<Response> {
  const { signal, abort } = abortableBy(request);
  const pieces = begin(signal);
  function toLoggedError(error: unknown): AppError {
    const context = contextOf(request);
    const publicError = toPublicError(error, undefined, context);
    logFailure(log, publicError, { thrown: error, request_id: context.request_id });
    return publicError;
  }
  // If the reader disconnects before the first read, `events` never starts and cannot end `pieces`.
  signal.addEventListener("abort", () => void pieces.return(undefined).catch(toLoggedError), { once: true });
  const first = pieces.next();
  await settledOrLate(first, patience_ms);

  async function* events(): AsyncGenerator<ServerEvent> {
    try {
      for (let next = await first; !next.done; next = await pieces.next()) yield* eventsOf(next.value);
    } catch (error) {
      yield* errorEventsOf(toLoggedError(error));
    } finally {
      abort();
      await pieces.return(undefined);
    }
  }
  return serverSentEvents(events(), abort);
}

const event = (name: string, data: unknown): ServerEvent => ({ event: name, data: JSON.stringify(data) });

function completionEventsOf(piece: CompletionEvent): ServerEvent[] {
  if (piece.type === "text") return [event("delta", { text: piece.text })];
  return piece.type === "done" ? [event("done", piece.completion)] : [];
}

/** Streams `delta` events, then `done` with the whole completion, or `error` with the error envelope. */
export const streamCompletion = (options: StreamOptions): Promise<Response> =>
  streamAs(
    {
      eventsOf: completionEventsOf,
      errorEventsOf: (error) => [event("error", envelope(error, contextOf(options.request).request_id))],
    },
    options,
  );
