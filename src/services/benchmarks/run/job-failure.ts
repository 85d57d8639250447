import { AppError } from "../../../base/errors.ts";
import { now } from "../../../base/time.ts";
import type { BenchmarkRow } from "../../../store/benchmarks.ts";
import { isPassing } from "../../../store/file/database-error.ts";
import type { Log } from "../../../telemetry/log.ts";
import { type Summary, summarize } from "./job.ts";
import type { JobTools } from "./job-tools.ts";
import { progressEvent } from "./progress.ts";
import { spentOf } from "./spending.ts";

const INTERNAL = "An internal error ended this benchmark. The server's log has the details.";

interface JobFailure {
  benchmark: BenchmarkRow;
  error: unknown;
}

/**
 * Ends a benchmark whose job threw, as `failed` with the results so far. If the database refused a write for a moment,
 * the benchmark stays open instead: its lease expires, and then it is claimed again, as after a crash.
 */
export async function recordFailure(
  tools: JobTools,
  log: Log,
  { benchmark, error }: JobFailure,
): Promise<void> {
  const { benchmark_id } = benchmark;
  if (isPassing(error)) {
    log.error({ err: error, benchmark_id }, "the database refused a write; the benchmark resumes later");
    return;
  }
  log.error({ err: error, benchmark_id }, "benchmark failed");
  try {
    await finishAsFailed(tools, log, { benchmark, error });
  } catch (fault) {
    const text = "storing the failure failed; the benchmark is tried again once its lease has expired";
    log.error({ err: fault, benchmark_id }, text);
  }
}

/** Only an AppError's message is public. The log has the details of all other errors. */
async function finishAsFailed(tools: JobTools, log: Log, { benchmark, error }: JobFailure): Promise<void> {
  const { benchmark_id } = benchmark;
  const message = error instanceof AppError ? error.message : INTERNAL;
  const summary = await summaryOrCounts(tools, log, benchmark);
  const end = { ...summary, status: "failed", error: message, finished_at: now() } as const;
  const event = progressEvent(benchmark_id, "failed", 1);
  await tools.store.benchmarks.finish({ id: benchmark_id, owner: tools.owner }, end, event);
}

/** Returns the summary. If the rows can't be summed up, returns only their count, without results. */
async function summaryOrCounts(
  tools: JobTools,
  log: Log,
  benchmark: BenchmarkRow,
): Promise<Omit<Summary, "results"> & { results: Summary["results"] | null }> {
  const { benchmark_id } = benchmark;
  try {
    return await summarize(tools, benchmark);
  } catch (error) {
    log.error({ err: error, benchmark_id }, "summing up a failed benchmark failed");
    const settled = await tools.store.trials.count(benchmark_id);
    return { settled, results: null, spent_usd: await spentOf(tools.store, benchmark) };
  }
}
