import type { CallOptions, Fetch } from "./provider.ts";

/** Listeners to the beginning of an answer, by the signal of the call. */
const listeners = new WeakMap<AbortSignal, () => void>();

/** The signals of calls whose answer is used only as a whole. */
const wholes = new WeakSet<AbortSignal>();

export const isWhole = (signal: AbortSignal | null | undefined): boolean =>
  signal ? wholes.has(signal) : false;

/** Created once: an abort without a reason creates an error with a stack each time. */
const ABANDONED = new DOMException("The call was abandoned.", "AbortError");

/**
 * Creates the signal of one call, which follows the caller's abort. `whole` means that the answer is used only when
 * it is complete.
 */
export function createCallSignal({ signal: outer, onBegin }: CallOptions, whole = false) {
  const controller = new AbortController();
  const abort = () => controller.abort(outer?.reason);
  if (outer?.aborted) abort();
  outer?.addEventListener("abort", abort, { once: true });
  if (onBegin) listeners.set(controller.signal, onBegin);
  if (whole) wholes.add(controller.signal);
  return {
    signal: controller.signal,
    /** Ends a call; open connections are closed unless it is `finished`. */
    end(finished: boolean): void {
      outer?.removeEventListener("abort", abort);
      if (!finished) controller.abort(ABANDONED);
    },
  };
}

/** Wraps `send` so that each call is notified when the headers of its answer arrive. */
export const tellBeginnings =
  (send: Fetch): Fetch =>
  async (input, init) => {
    const response = await send(input, init);
    if (init?.signal) listeners.get(init.signal)?.();
    return response;
  };
