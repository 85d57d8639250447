import {
  createWorkerProcess,
  WorkerFailure,
  type WorkerProcess,
  type WorkerProgram,
} from "./worker-process.ts";

/** An idle process is stopped after this time, which frees its memory. */
const IDLE_MS = 30_000;
/** A process that dies is replaced, but not more often than this for one order: the order may be innocent. */
const ATTEMPTS = 2;

interface SharedWorkerOptions {
  program: WorkerProgram;
  /** The time limit of one order. */
  time_ms: number;
  /** How long the process may be idle before it is stopped. */
  idle_ms?: number | undefined;
}

export interface SharedWorker<Order, Report> {
  /**
   * Performs an order after those before it. Returns the failure if the order takes too long, or if its process dies
   * twice. Throws the signal's reason if the caller has left before the order begins.
   */
  perform(order: Order, signal?: AbortSignal): Promise<Report | WorkerFailure>;
  /** The id of the running process; undefined if none runs. */
  readonly pid: number | undefined;
}

/** Creates a worker that many callers share: one process, which starts at the first order. */
export function createSharedWorker<Order, Report>(options: SharedWorkerOptions): SharedWorker<Order, Report> {
  const { program, time_ms, idle_ms = IDLE_MS } = options;
  let worker: WorkerProcess<Order, Report> | undefined;
  let idle: ReturnType<typeof setTimeout> | undefined;
  let last: Promise<unknown> = Promise.resolve();
  let waiting = 0;

  function stop(): void {
    void worker?.kill();
    worker = undefined;
  }

  async function attempt(order: Order): Promise<Report | WorkerFailure> {
    try {
      if (!worker || worker.isGone) worker = createWorkerProcess<Order, Report>(program);
      return await worker.perform(order, time_ms);
    } catch (error) {
      if (error instanceof WorkerFailure) return error;
      throw error;
    }
  }

  async function performNow(order: Order, signal: AbortSignal | undefined): Promise<Report | WorkerFailure> {
    for (let count = 1; ; count++) {
      signal?.throwIfAborted();
      const report = await attempt(order);
      const isFinal = !(report instanceof WorkerFailure) || report.reason === "late" || count === ATTEMPTS;
      if (isFinal) return report;
    }
  }

  return {
    async perform(order, signal) {
      clearTimeout(idle);
      waiting++;
      const turn = last.then(() => performNow(order, signal));
      last = turn.catch(() => undefined);
      try {
        return await turn;
      } finally {
        if (--waiting === 0) idle = setTimeout(stop, idle_ms).unref();
      }
    },
    get pid() {
      return worker && !worker.isGone ? worker.pid : undefined;
    },
  };
}
