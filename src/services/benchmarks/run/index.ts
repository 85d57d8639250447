import { AppError } from "../../../base/errors.ts";
import { newId } from "../../../base/ids.ts";
import { now } from "../../../base/time.ts";
import type { BenchmarkRow } from "../../../store/benchmarks.ts";
import { isPassing } from "../../../store/file/database-error.ts";
import type { Log } from "../../../telemetry/log.ts";
import { runJob, type Summary, summarize, sumUpCancelled } from "./job.ts";
import type { EndReason, JobTools } from "./job-tools.ts";
import { progressBefore, progressEvent } from "./progress.ts";
import { spentOf } from "./spending.ts";

const LEASE_MS = 30_000;
const RENEW_MS = 10_000;
/** Benchmarks at work at once; the others wait their turn. */
const AT_ONCE = 16;
const RETRY_MS = 1_000;
const INTERNAL = "An internal error ended this benchmark; the server's log says which.";

interface Job {
  controller: AbortController;
  ended: Promise<void>;
}

/** Works on benchmarks that wait, and on those whose worker died. */
export function createBenchmarkRunner(tools: Omit<JobTools, "owner">, log: Log) {
  const owner = newId();
  const jobs = new Map<string, Job>();
  const { benchmarks } = tools.store;
  let stopping = false;
  let looking = Promise.resolve();
  let renewal: ReturnType<typeof setInterval> | undefined;

  const lease = () => ({ owner, until: Date.now() + LEASE_MS });

  async function work(benchmark: BenchmarkRow, controller: AbortController): Promise<void> {
    const { benchmark_id } = benchmark;
    try {
      await runJob({ ...tools, owner }, benchmark, controller);
    } catch (error) {
      if (isPassing(error)) {
        // Its rows are there and its lease runs out: then it is taken up again, as after a crash.
        log.error({ err: error, benchmark_id }, "the database refused a write; the benchmark goes on later");
        return;
      }
      log.error({ err: error, benchmark_id }, "benchmark failed");
      await fail(benchmark, error).catch((fault: unknown) =>
        log.error(
          { err: fault, benchmark_id },
          "noting the failure failed; trying again once the lease is over",
        ),
      );
    }
  }

  /** The rows alone, where not even they can be summed up. */
  async function settledOf(
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

  /** Sums up the rows that are there; a fault that is not explained to callers is in the log alone. */
  async function fail(benchmark: BenchmarkRow, fault: unknown): Promise<void> {
    const { benchmark_id } = benchmark;
    const error = fault instanceof AppError ? fault.message : INTERNAL;
    const end = { ...(await settledOf(benchmark)), status: "failed", error, finished_at: now() } as const;
    await benchmarks.finish(benchmark_id, owner, end, progressEvent(benchmark_id, "failed", 1));
  }

  function start(benchmark: BenchmarkRow): void {
    const { benchmark_id } = benchmark;
    const controller = new AbortController();
    const ended = work(benchmark, controller).finally(() => {
      jobs.delete(benchmark_id);
      tools.prometheus.benchmarks_running.set(jobs.size);
      wake();
    });
    jobs.set(benchmark_id, { controller, ended });
    tools.prometheus.benchmarks_running.set(jobs.size);
  }

  async function claimAll(): Promise<void> {
    while (!stopping && jobs.size < AT_ONCE) {
      const moment = Date.now();
      // A process that was suspended finds its own leases run out: those benchmarks are still at work.
      const next = await benchmarks.nextFree(moment, [...jobs.keys()]);
      if (!next) return;
      const { benchmark_id, settled, total } = next;
      const event = progressEvent(benchmark_id, "running", progressBefore(settled, total));
      if (await benchmarks.claim(benchmark_id, lease(), now(), moment, event))
        start({ ...next, status: "running" });
    }
  }

  /** Looks for work; looks that overlap become one after the other. */
  function wake(): void {
    looking = looking.then(claimAll).catch((error: unknown) => {
      log.error({ err: error }, "claiming benchmarks failed; trying again");
      if (!stopping) setTimeout(wake, RETRY_MS).unref();
    });
  }

  function renew(): void {
    if (jobs.size > 0) {
      benchmarks
        .renew([...jobs.keys()], lease())
        .catch((error: unknown) => log.error({ err: error }, "renewing leases failed"));
    }
    wake();
  }

  function end(id: string, reason: EndReason): Promise<void> {
    const job = jobs.get(id);
    job?.controller.abort(reason);
    return job?.ended ?? Promise.resolve();
  }

  /** What was cancelled in a process's last moments, or while nobody worked on it, has no results yet. */
  async function sumUpLeft(): Promise<void> {
    for (const benchmark of await benchmarks.cancelledWithoutResults()) {
      if (!jobs.has(benchmark.benchmark_id)) await sumUpCancelled(tools, benchmark);
    }
  }

  /** A deletion is two commits: what a kill between them left is dropped. */
  async function dropOrphans(): Promise<void> {
    await tools.store.holds.dropOrphans();
    await tools.store.trials.dropOrphans();
  }

  return {
    /** Takes over what a dead process left, then works until `stop`. */
    async start(): Promise<void> {
      await benchmarks.releaseAll();
      renewal = setInterval(renew, RENEW_MS);
      looking = sumUpLeft().catch((error: unknown) =>
        log.error({ err: error }, "summing up cancelled benchmarks failed"),
      );
      dropOrphans().catch((error: unknown) =>
        log.error({ err: error }, "tidying up after deleted benchmarks failed"),
      );
      wake();
    },
    wake,
    /** Ends the work on a benchmark whose status says cancelled; resolves when it is summed up. */
    async cancel(id: string): Promise<void> {
      await end(id, "cancelled");
      const benchmark = await benchmarks.find(id);
      if (benchmark?.status === "cancelled" && benchmark.results === null)
        await sumUpCancelled(tools, benchmark);
    },
    /** Resolves when nobody here works on the benchmark any more. */
    ended: (id: string): Promise<void> => jobs.get(id)?.ended ?? Promise.resolve(),
    running: () => jobs.size,
    /** Begins nothing more, aborts open calls and gives the leases back: the next start goes on from there. */
    async stop(): Promise<void> {
      stopping = true;
      clearInterval(renewal);
      await looking;
      await Promise.all([...jobs.keys()].map((id) => end(id, "stopping")));
      await benchmarks.releaseAll();
    },
  };
}

export type BenchmarkRunner = ReturnType<typeof createBenchmarkRunner>;
