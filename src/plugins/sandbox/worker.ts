import { setPriority } from "node:os";
import { stopClock } from "./clock.ts";
import { type FromWorker, GRACE_MS, type Order } from "./protocol.ts";
import { startWatchdog } from "./watchdog.ts";
import { createWorkshop } from "./workshop.ts";

/** A worker's process: performs the orders of the server that started it, and ends with it. */

/** Behind the server, which answers others while a plugin keeps a core busy. */
const NICENESS = 5;

function yieldToServer(): void {
  try {
    setPriority(NICENESS);
  } catch {
    // Where the system does not allow it, it is as it was.
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
// Sent to all of a terminal's or a service's processes, they are meant for the server: it lets open calls end.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => undefined);
process.on("disconnect", () => process.kill(process.pid, "SIGKILL"));
send({ ready: true });
