import { runWorker } from "../../base/workers/worker-program.ts";
import { stopClock } from "./clock.ts";
import type { Order, Report } from "./protocol.ts";
import { createWorkshop } from "./workshop.ts";

/** The process of a worker: runs the orders of the server that started it, and ends with it. */
await runWorker<Order, Report>(
  () => {
    stopClock();
    return createWorkshop();
  },
  ({ time_ms }) => time_ms,
);
