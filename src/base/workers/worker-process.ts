import { fileURLToPath } from "node:url";

/** A program that runs in a process of its own, where it can be killed. */
export interface WorkerProgram {
  /** The first argument of this program's command line that starts the worker; see `main.ts`. */
  command: string;
  /** The source file that Bun runs if this program is not an executable. */
  source: URL;
}

/** The messages of a worker: one when it takes orders, then one for each order. */
export type FromWorker<Report> = { ready: true } | { report: Report };

/** After its time limit an order has this long to end by itself; then its worker is killed. */
export const GRACE_MS = 300;
/** A process usually starts in a fraction of a second, but not on a busy machine. */
const START_MS = 30_000;

const FAILURES = {
  died: "the process died",
  late: "the process exceeded its time limit and was stopped",
  not_started: `the process did not start within ${START_MS} ms`,
} as const;

/** An order that got no report. The worker is gone. */
export class WorkerFailure extends Error {
  override readonly name = "WorkerFailure";

  constructor(readonly reason: keyof typeof FAILURES) {
    super(FAILURES[reason]);
  }
}

/** A worker from the server's side. It performs one order at a time. */
export interface WorkerProcess<Order, Report> {
  /** Sends an order and returns its report. Rejects with a WorkerFailure if the process dies or has to be killed. */
  perform(order: Order, time_ms: number): Promise<Report>;
  readonly isGone: boolean;
  readonly pid: number;
  kill(): Promise<unknown>;
}

/** Within an executable, the sources have paths that no other process can open. */
const isExecutable = /\$bunfs|~BUN/.test(import.meta.url);

const commandLine = ({ command, source }: WorkerProgram): string[] =>
  isExecutable ? [process.execPath, command] : [process.execPath, "--no-env-file", fileURLToPath(source)];

interface WorkerListener {
  message(message: unknown): void;
  /** The process has ended, for any reason. */
  exit(): void;
}

/** Starts a worker whose environment holds nothing but the time zone. */
const spawnWorker = (program: WorkerProgram, listener: WorkerListener) =>
  Bun.spawn(commandLine(program), {
    env: { TZ: "UTC" },
    cwd: "/",
    stdio: ["ignore", "ignore", "ignore"],
    serialization: "json",
    ipc: (message) => listener.message(message),
    onExit: () => listener.exit(),
  });

/** Starts a worker. Throws if the system has no free process or memory. It does not keep this process alive. */
export function createWorkerProcess<Order, Report>(program: WorkerProgram): WorkerProcess<Order, Report> {
  const ready = Promise.withResolvers<void>();
  let open: PromiseWithResolvers<Report> | undefined;
  let gone = false;

  const child = spawnWorker(program, {
    message(message) {
      const received = message as FromWorker<Report>;
      if ("ready" in received) ready.resolve();
      else open?.resolve(received.report);
    },
    exit: () => fail("died"),
  });
  child.unref();
  // `perform` meets this rejection; until then it must not count as unhandled.
  ready.promise.catch(() => undefined);

  function fail(reason: WorkerFailure["reason"]): void {
    gone = true;
    const failure = new WorkerFailure(reason);
    ready.reject(failure);
    open?.reject(failure);
    child.kill("SIGKILL");
  }

  /** Awaits `work`, and kills the worker if that takes too long. */
  async function within<Result>(
    time_ms: number,
    reason: WorkerFailure["reason"],
    work: Promise<Result>,
  ): Promise<Result> {
    const timer = setTimeout(() => fail(reason), time_ms);
    try {
      return await work;
    } finally {
      clearTimeout(timer);
    }
  }

  return {
    async perform(order, time_ms) {
      await within(START_MS, "not_started", ready.promise);
      if (gone) throw new WorkerFailure("died");
      open = Promise.withResolvers<Report>();
      const { promise } = open;
      try {
        child.send(order);
      } catch {
        // The process has just died, and its exit is not yet reported.
        fail("died");
      }
      return within(time_ms + GRACE_MS, "late", promise);
    },
    pid: child.pid,
    get isGone() {
      return gone;
    },
    kill() {
      fail("died");
      return child.exited;
    },
  };
}
