import type { EndReason, JobTools } from "./job-tools.ts";
import type { OpenRun, WalkPlan } from "./open-runs.ts";
import { walkRun } from "./run-walk.ts";
import { settleTrial } from "./trial-settlement.ts";
import { openWalk, type WalkState } from "./walk-state.ts";

/** The result of a walk that ended without an error. */
export interface WalkEnd {
  /** By run, why it was stopped before its last trial; null if it was not. */
  stopped: (string | null)[];
  /** The refused call that exhausted the budget; null if the budget sufficed. */
  over_budget: string | null;
}

/**
 * Performs all trials that have no row yet, the runs side by side. If a run exhausts the budget or its provider is down,
 * that run stops alone. If a run throws, the other runs end and the error is thrown. If the benchmark no longer belongs
 * to this process, the controller is aborted as `cancelled`.
 */
export async function walkBenchmark(
  tools: JobTools,
  plan: WalkPlan,
  controller: AbortController,
): Promise<WalkEnd> {
  const walk = await openWalk(tools, plan, controller);
  const ends = await Promise.allSettled(walk.runs.map((run) => walkOpenRun(walk, run)));
  await walk.progress.stop();
  const failed = ends.find((end) => end.status === "rejected");
  if (failed) throw failed.reason;
  return { stopped: walk.runs.map(({ stop }) => stop.reason), over_budget: walk.over_budget };
}

async function walkOpenRun(walk: WalkState, run: OpenRun): Promise<void> {
  const { order, controller, progress } = walk;
  try {
    await walkRun({
      total: order.total,
      isSettled: run.before.has,
      settle: (index) => settleUnlessStopped(walk, run, index),
      window: run.window,
      signal: run.stop.signal,
    });
  } catch (error) {
    controller.abort("failed" satisfies EndReason);
    throw error;
  }
  // The remaining trials of a stopped run count as settled: nobody waits for them any more.
  if (run.stop.reason !== null) progress.add(order.total - run.settled);
}

/** Settles a trial. A trial that was aborted because its run stopped is not an error. */
async function settleUnlessStopped(walk: WalkState, run: OpenRun, index: number): Promise<void> {
  const { open } = run.stop;
  try {
    await settleTrial(walk, run, index);
  } catch (error) {
    if (!open.aborted || error !== open.reason) throw error;
  }
}
