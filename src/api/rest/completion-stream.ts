import type { AppError } from "../../base/errors.ts";
import type { CompletionEvent } from "../../services/completions/index.ts";
import type { Log } from "../../telemetry/log.ts";
import { envelope, logFailure, toPublicError } from "../middleware/errors.ts";
import { contextOf } from "../middleware/request-context.ts";
import { type ServerEvent, serverSentEvents } from "./support/sse.ts";

/** Ends the call upstream when its reader leaves, at whichever end that is noticed first. */
export interface Abortable {
  signal: AbortSignal;
  abort(): void;
}

/** The signal of a request, which can also be fired by hand. */
function abortableBy(request: Request): Abortable {
  const controller = new AbortController();
  const follow = () => controller.abort(request.signal.reason);
  if (request.signal.aborted) follow();
  else request.signal.addEventListener("abort", follow, { once: true });
  return { signal: controller.signal, abort: () => controller.abort("The reader left.") };
}

/**
 * A model may think for minutes before its first piece, and proxies give up a connection on which nothing comes for one:
 * after this time the answer is begun without it, and what fails then is an event.
 */
const PATIENCE_MS = 30_000;

/** Settles as the promise does, or after that time. */
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
 * The pieces as SSE. The first is waited for a while: what fails before it is an ordinary error with its own status.
 * `show` makes events of a piece, `fail` the last event of a stream that broke.
 */
export async function streamed(
  request: Request,
  log: Log,
  begin: (signal: AbortSignal) => AsyncGenerator<CompletionEvent>,
  show: (event: CompletionEvent) => ServerEvent[],
  fail: (error: AppError) => ServerEvent[],
  patience_ms = PATIENCE_MS,
): Promise<Response> {
  const { signal, abort } = abortableBy(request);
  const pieces = begin(signal);
  function failed(error: unknown): AppError {
    const context = contextOf(request);
    const shown = toPublicError(error, undefined, context);
    logFailure(log, shown, error, context);
    return shown;
  }
  // A reader who leaves before anything is read of the events never begins them, nor ends what they would end.
  signal.addEventListener("abort", () => void pieces.return(undefined).catch(failed), { once: true });
  const first = pieces.next();
  await settledOrLate(first, patience_ms);

  async function* events(): AsyncGenerator<ServerEvent> {
    try {
      for (let next = await first; !next.done; next = await pieces.next()) yield* show(next.value);
    } catch (error) {
      yield* fail(failed(error));
    } finally {
      abort();
      await pieces.return(undefined);
    }
  }
  return serverSentEvents(events(), abort);
}

const event = (name: string, data: unknown): ServerEvent => ({ event: name, data: JSON.stringify(data) });

/** Our own form: `delta`, `done` with the whole completion, or `error` with the envelope. */
export const streamedCompletion = (
  request: Request,
  log: Log,
  begin: (signal: AbortSignal) => AsyncGenerator<CompletionEvent>,
  patience_ms?: number,
): Promise<Response> =>
  streamed(
    request,
    log,
    begin,
    (piece) => {
      if (piece.type === "text") return [event("delta", { text: piece.text })];
      return piece.type === "done" ? [event("done", piece.completion)] : [];
    },
    (error) => [event("error", envelope(error, contextOf(request).request_id))],
    patience_ms,
  );
