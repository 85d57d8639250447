import type { Deadlines } from "./deadlines.ts";

/** The calls to providers that are under way, so that a stop of the server can end them. */
export interface OpenCalls {
  add(call: Deadlines): void;
  delete(call: Deadlines): void;
  /** Ends all calls as `cancelled`, also those that begin later. */
  endAll(): void;
}

const STOPPING = "The server stopped before the answer was complete.";

export function createOpenCalls(): OpenCalls {
  const calls = new Set<Deadlines>();
  let stopping = false;
  return {
    add(call) {
      calls.add(call);
      if (stopping) call.cancel(STOPPING);
    },
    delete: (call) => void calls.delete(call),
    endAll() {
      stopping = true;
      for (const call of calls) call.cancel(STOPPING);
    },
  };
}
