import { setPriority } from "node:os";
import { realTime, stopClock } from "./clock.ts";
import { type FromWorker, GRACE_MS, type Order } from "./protocol.ts";
import { createWorkshop } from "./workshop.ts";

/** The process of a worker: runs the orders of the server that started it, and ends with it. */

const WATCHDOG_POLL_MS = 500;

/**
 * A thread that kills this process after the shared deadline (Unix seconds; 0 means none). The server does so
 * itself, and earlier. The thread is for a worker whose server was killed while the worker ran WebAssembly, in
 * which it receives neither messages nor signals.
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

/** A lower priority than the server's, which serves others while a plugin keeps a core busy. */
const NICENESS = 5;

function yieldToServer(): void {
  try {
    setPriority(NICENESS);
  } catch {
    // The priority stays unchanged if the system forbids it.
  }
}

const send = (message: FromWorker) => process.send?.(message);
const setDeadline = startWatchdog();
yieldToServer();
stopClock();
const perform = await createWorkshop();

process.on("message", async (order: Order) => {
  setDeadline(order.time_ms + 2 * GRACE_MS);
  const report = await perform(order);
  setDeadline(null);
  send({ report });
});
// A terminal or a service manager signals all its processes, but only the server must react: it lets running calls
// end.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => undefined);
process.on("disconnect", () => process.kill(process.pid, "SIGKILL"));
send({ ready: true });
