import type { CallOptions, Fetch } from "./provider.ts";

/** Who wants to know when the answer to a call has begun; calls are told apart by their signals. */
const listeners = new WeakMap<AbortSignal, () => void>();

/** The signals of calls whose answer is of use only as a whole. */
const wholes = new WeakSet<AbortSignal>();

export const isWhole = (signal: AbortSignal | null | undefined): boolean =>
  signal ? wholes.has(signal) : false;

/** Made once: an abort without a reason makes an error with a stack each time. */
const LEFT = new DOMException("The call was left.", "AbortError");

/** A signal of one call, which carries the caller's abort on. `whole`: nothing of its answer is asked for before all is there. */
export function createCallSignal({ signal: outer, onBegin }: CallOptions, whole = false) {
  const controller = new AbortController();
  const abort = () => controller.abort(outer?.reason);
  if (outer?.aborted) abort();
  outer?.addEventListener("abort", abort, { once: true });
  if (onBegin) listeners.set(controller.signal, onBegin);
  if (whole) wholes.add(controller.signal);
  return {
    signal: controller.signal,
    /** Ends a call; whatever it has left open is closed unless it is `finished`. */
    end(finished: boolean): void {
      outer?.removeEventListener("abort", abort);
      if (!finished) controller.abort(LEFT);
    },
  };
}

/** A network that tells a call that its answer has begun, as soon as the headers are there. */
export const tellBeginnings =
  (send: Fetch): Fetch =>
  async (input, init) => {
    const response = await send(input, init);
    if (init?.signal) listeners.get(init.signal)?.();
    return response;
  };
