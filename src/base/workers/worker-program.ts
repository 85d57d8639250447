import { setPriority } from "node:os";
import { type FromWorker, GRACE_MS } from "./worker-process.ts";

/** The real time in Unix milliseconds, also after a program has stopped its clock. */
const realTime: () => number = Date.now.bind(Date);

const WATCHDOG_POLL_MS = 500;

/**
 * A thread that kills this process after the shared deadline (Unix seconds; 0 means none). The server does so
 * itself, and earlier. The thread is for a worker whose server was killed while the worker computed without a pause,
 * in which it receives neither messages nor signals.
 */
const WATCHDOG = `onmessage = ({ data }) => {
  setInterval(() => {
    const deadline = Atomics.load(data, 0);
    if (deadline !== 0 && Date.now() / 1000 > deadline) process.kill(process.pid, "SIGKILL");
  }, ${WATCHDOG_POLL_MS});
};`;

/** Starts the thread and returns the setter of the deadline: milliseconds from now, or null for none. */
function startWatchdog(): (time_ms: number | null) => void {
  const deadline = new Int32Array(new SharedArrayBuffer(4));
  const thread = new Worker(URL.createObjectURL(new Blob([WATCHDOG])), { smol: true });
  thread.postMessage(deadline);
  return (time_ms) =>
    void Atomics.store(deadline, 0, time_ms === null ? 0 : Math.ceil((realTime() + time_ms) / 1000));
}

/** A lower priority than the server's, which serves others while a worker keeps a core busy. */
const NICENESS = 5;

function yieldToServer(): void {
  try {
    setPriority(NICENESS);
  } catch {
    // The priority stays unchanged if the system forbids it.
  }
}

/**
 * Runs this process as a worker: `prepare` makes the function that performs its orders, one at a time. The process ends
 * with the server that started it.
 */
export async function runWorker<Order, Report>(
  prepare: () => Promise<(order: Order) => Report | Promise<Report>>,
  timeOf: (order: Order) => number,
): Promise<void> {
  const send = (message: FromWorker<Report>) => process.send?.(message);
  const setDeadline = startWatchdog();
  yieldToServer();
  const perform = await prepare();
  process.on("message", async (order: Order) => {
    setDeadline(timeOf(order) + 2 * GRACE_MS);
    const report = await perform(order);
    setDeadline(null);
    send({ report });
  });
  // A terminal or a service manager signals all its processes, but only the server must react: it lets running calls
  // end.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => undefined);
  process.on("disconnect", () => process.kill(process.pid, "SIGKILL"));
  send({ ready: true });
}
