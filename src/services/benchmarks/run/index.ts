import { newId } from "../../../base/ids.ts";
import { now } from "../../../base/time.ts";
import type { BenchmarkRow } from "../../../store/benchmarks.ts";
import type { Log } from "../../../telemetry/log.ts";
import { runJob, summarizeCancelled } from "./job.ts";
import { recordFailure } from "./job-failure.ts";
import type { EndReason, JobTools } from "./job-tools.ts";
import { progressBefore, progressEvent } from "./progress.ts";

const LEASE_MS = 30_000;
const RENEW_MS = 10_000;
/** Benchmarks that run at the same time. Others wait. */
const AT_ONCE = 16;
const RETRY_MS = 1_000;

interface Job {
  controller: AbortController;
  ended: Promise<void>;
}

/** Runs the benchmarks that wait, and those whose process died. */
export function createBenchmarkRunner(services: Omit<JobTools, "owner">, log: Log) {
  const tools: JobTools = { ...services, owner: newId() };
  const jobs = new Map<string, Job>();
  const { benchmarks, trials, holds } = tools.store;
  let stopping = false;
  let claiming = Promise.resolve();
  let renewal: ReturnType<typeof setInterval> | undefined;

  const newLease = () => ({ owner: tools.owner, until: Date.now() + LEASE_MS });
  const logFailure = (message: string) => (error: unknown) => log.error({ err: error }, message);

  async function work(benchmark: BenchmarkRow, controller: AbortController): Promise<void> {
    try {
      await runJob(tools, benchmark, controller);
    } catch (error) {
      await recordFailure(tools, log, { benchmark, error });
    }
  }

  function startJob(benchmark: BenchmarkRow): void {
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
      // After a suspension of the process, its own leases have expired, but their benchmarks still run here.
      const next = await benchmarks.nextFree(moment, [...jobs.keys()]);
      if (!next) return;
      const { benchmark_id, settled, total } = next;
      const event = progressEvent(benchmark_id, "running", progressBefore(settled, total));
      if (await benchmarks.claim(benchmark_id, newLease(), { started_at: now(), now: moment, event }))
        startJob({ ...next, status: "running" });
    }
  }

  /** Claims waiting benchmarks. Overlapping calls run one after the other. */
  function wake(): void {
    claiming = claiming.then(claimAll).catch((error: unknown) => {
      log.error({ err: error }, "claiming benchmarks failed; trying again");
      if (!stopping) setTimeout(wake, RETRY_MS).unref();
    });
  }

  function renewLeases(): void {
    if (jobs.size > 0)
      benchmarks.renew([...jobs.keys()], newLease()).catch(logFailure("renewing leases failed"));
    wake();
  }

  function endJob(id: string, reason: EndReason): Promise<void> {
    const job = jobs.get(id);
    job?.controller.abort(reason);
    return job?.ended ?? Promise.resolve();
  }

  /** Sums up benchmarks that were cancelled in a process's last moments, or while no process ran them. */
  async function summarizeLeftOver(): Promise<void> {
    for (const benchmark of await benchmarks.cancelledWithoutResults()) {
      if (!jobs.has(benchmark.benchmark_id)) await summarizeCancelled(tools, benchmark);
    }
  }

  /** Deletes the rows of deleted benchmarks. A deletion takes several commits, and a kill may come between them. */
  async function dropOrphans(): Promise<void> {
    await holds.dropOrphans();
    await trials.dropOrphans();
  }

  return {
    /** Takes over the benchmarks of a dead process, then runs benchmarks until `stop`. */
    async start(): Promise<void> {
      await benchmarks.releaseAll();
      renewal = setInterval(renewLeases, RENEW_MS);
      claiming = summarizeLeftOver().catch(logFailure("summing up cancelled benchmarks failed"));
      dropOrphans().catch(logFailure("deleting the rows of deleted benchmarks failed"));
      wake();
    },
    wake,
    /** Ends the job of a benchmark whose status is `cancelled`. Resolves once it is summed up. */
    async cancel(id: string): Promise<void> {
      await endJob(id, "cancelled");
      const benchmark = await benchmarks.find(id);
      if (benchmark?.status === "cancelled" && benchmark.results === null)
        await summarizeCancelled(tools, benchmark);
    },
    /** Resolves once this process does not run the benchmark any more. */
    ended: (id: string): Promise<void> => jobs.get(id)?.ended ?? Promise.resolve(),
    running: () => jobs.size,
    /** Begins nothing more, aborts open calls and releases the leases. The next start resumes the benchmarks. */
    async stop(): Promise<void> {
      stopping = true;
      clearInterval(renewal);
      await claiming;
      await Promise.all([...jobs.keys()].map((id) => endJob(id, "stopping")));
      await benchmarks.releaseAll();
    },
  };
}

export type BenchmarkRunner = ReturnType<typeof createBenchmarkRunner>;
