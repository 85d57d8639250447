import { runWorker } from "../../base/workers/worker-program.ts";
import { createComparer } from "./comparer.ts";
import { COMPARISON_MS, type Comparison, type Verdict } from "./protocol.ts";

/** The process that compares formulas for the server that started it, and ends with it. */
await runWorker<Comparison, Verdict>(
  async () => createComparer(),
  () => COMPARISON_MS,
);
