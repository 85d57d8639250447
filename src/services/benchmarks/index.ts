import { AppError } from "../../base/errors.ts";
import { newId } from "../../base/ids.ts";
import { now } from "../../base/time.ts";
import {
  type Benchmark,
  type BenchmarkListing,
  type CreateBenchmark,
  isTerminal,
  type RescoreBenchmark,
  type ResumeBenchmark,
} from "../../domain/benchmarks/benchmark.ts";
import type { Plan, PlanBenchmark } from "../../domain/benchmarks/plan.ts";
import type { Page, PageRequest } from "../../domain/page.ts";
import { authorize, type Caller } from "../../domain/permissions.ts";
import type { BenchmarkRow } from "../../store/benchmarks.ts";
import type { ListedBenchmarkRow } from "../../store/listing/listed-benchmarks.ts";
import { billError, billFault, unconfirmedCalls } from "./plan/bill-check.ts";
import { checkBudget } from "./plan/budget-check.ts";
import { createPlanner } from "./plan/index.ts";
import { createPreparation, type PreparationServices, type PreparedBenchmark } from "./prepare.ts";
import { requireBenchmark } from "./require-benchmark.ts";
import { refuseWhileRescored, rescoredSpec } from "./rescore.ts";
import { reopen } from "./resume.ts";
import type { BenchmarkRunner } from "./run/index.ts";
import { progressBefore, progressEvent } from "./run/progress.ts";

type PublicRow = Omit<BenchmarkRow, "spec"> & Pick<Benchmark, "budget_usd" | "rescores">;

const publicFields = (row: PublicRow): Benchmark => ({
  benchmark_id: row.benchmark_id,
  status: row.status,
  progress: isTerminal(row.status) ? 1 : progressBefore(row.settled, row.total),
  results: row.results,
  name: row.name,
  dataset: row.dataset,
  trials: row.total,
  budget_usd: row.budget_usd,
  spent_usd: row.spent_usd,
  rescores: row.rescores,
  created_by: row.created_by,
  created_at: row.created_at,
  started_at: row.started_at,
  finished_at: row.finished_at,
  error: row.error,
});

function toPublicBenchmark({ spec, ...row }: BenchmarkRow): Benchmark {
  const { budget_usd = null, rescores = null } = spec;
  return publicFields({ ...row, budget_usd, rescores });
}

const toListedBenchmark = (row: ListedBenchmarkRow): BenchmarkListing => ({
  ...publicFields(row),
  left_out: row.left_out,
});

type NewBenchmark = Pick<BenchmarkRow, "name" | "spec" | "dataset" | "dataset_id" | "total">;

const pendingRow = (benchmark: NewBenchmark, created_by: string): BenchmarkRow => ({
  ...benchmark,
  benchmark_id: newId(),
  status: "pending",
  settled: 0,
  results: null,
  created_by,
  created_at: now(),
  started_at: null,
  finished_at: null,
  error: null,
  stopped_plugins: null,
  spent_usd: benchmark.spec.budget_usd === null ? null : 0,
  lease_owner: null,
  lease_until: null,
});

interface BenchmarkServices extends PreparationServices {
  runner: BenchmarkRunner;
}

export function createBenchmarks({ runner, ...services }: BenchmarkServices) {
  const { store, modelCalls } = services;
  const prepare = createPreparation(services);
  const { benchmarks, trials, holds } = store;
  const planBenchmark = createPlanner(store, modelCalls);
  const requireRow = (id: string) => requireBenchmark(benchmarks, id);

  const planOf = (
    { dataset: name }: CreateBenchmark,
    { spec, metrics, dataset: { row, samples } }: PreparedBenchmark,
    detect?: number,
  ): Promise<Plan> => planBenchmark({ spec, dataset: row, name, available: samples, metrics, detect });

  /** Stores a benchmark. Returns it as it waits for the runner. */
  async function start(caller: Caller, benchmark: NewBenchmark): Promise<Benchmark> {
    const row = pendingRow(benchmark, caller.id);
    await benchmarks.add(row, progressEvent(row.benchmark_id, "pending", 0));
    runner.wake();
    return toPublicBenchmark(row);
  }

  /** Returns the row if the caller may change it. */
  async function requireChangeable(caller: Caller, id: string): Promise<BenchmarkRow> {
    authorize(caller, "benchmarks.change");
    const row = await requireRow(id);
    authorize(caller, "benchmarks.change", row.created_by);
    return row;
  }

  return {
    /** Checks every name before a call is paid. Returns the benchmark as it waits for the runner. */
    async create(caller: Caller, request: CreateBenchmark): Promise<Benchmark> {
      authorize(caller, "benchmarks.create");
      const prepared = await prepare(request, "all");
      const { dataset, spec } = prepared;
      await checkBudget(store, modelCalls, { spec, dataset_id: dataset.row.dataset_id });
      const calls = unconfirmedCalls(modelCalls, request, prepared);
      if (calls !== null) throw billError(await planOf(request, prepared), calls);
      const { name, dataset: dataset_name } = request;
      const { dataset_id } = dataset.row;
      const total = spec.iterations * spec.runs.length;
      return start(caller, { name, spec, dataset: dataset_name, dataset_id, total });
    },
    /** Scores the outputs of an ended benchmark by other metrics or another protocol. Only judges are called. */
    async rescore(caller: Caller, id: string, change: RescoreBenchmark): Promise<Benchmark> {
      authorize(caller, "benchmarks.create");
      const source = await requireRow(id);
      // A cancelled benchmark may have open trials.
      if (isTerminal(source.status)) await runner.ended(id);
      const { name, spec } = await rescoredSpec(await requireRow(id), change, prepare);
      const { dataset, dataset_id } = source;
      await checkBudget(store, modelCalls, { spec, dataset_id });
      return start(caller, { name, spec, dataset, dataset_id, total: await trials.count(id) });
    },
    /**
     * Estimates what a benchmark would take. Calls no model and stores nothing. Refuses what `create` would refuse, but
     * only warns of a bill that has to be confirmed.
     */
    async plan(caller: Caller, { detect, ...request }: PlanBenchmark): Promise<Plan> {
      authorize(caller, "benchmarks.create");
      const prepared = await prepare(request, "nobody");
      const { dataset, spec } = prepared;
      await checkBudget(store, modelCalls, { spec, dataset_id: dataset.row.dataset_id });
      const plan = await planOf(request, prepared, detect);
      const calls = unconfirmedCalls(modelCalls, request, prepared);
      return calls === null ? plan : { ...plan, warnings: [...plan.warnings, billFault(plan, calls)] };
    },
    /** Lists benchmarks, newest first, without long results. */
    async list(caller: Caller, request: PageRequest): Promise<Page<BenchmarkListing>> {
      authorize(caller, "benchmarks.read");
      const page = await benchmarks.list(request);
      return { ...page, items: page.items.map(toListedBenchmark) };
    },
    async get(caller: Caller, id: string): Promise<Benchmark> {
      authorize(caller, "benchmarks.read");
      return toPublicBenchmark(await requireRow(id));
    },
    /** Ends a benchmark now. Its settled trials are kept and summed up. Throws CONFLICT if it has ended already. */
    async cancel(caller: Caller, id: string): Promise<Benchmark> {
      await requireChangeable(caller, id);
      if (!(await benchmarks.cancel(id, now(), progressEvent(id, "cancelled", 1)))) {
        // It may have ended since it was looked up.
        const { status } = await requireRow(id);
        throw new AppError("CONFLICT", `The benchmark has already ended: its status is ${status}.`, {
          status,
        });
      }
      await runner.cancel(id);
      return toPublicBenchmark(await requireRow(id));
    },
    /** Resumes an ended benchmark. Throws CONFLICT if it has not ended or every trial has an answer. */
    async resume(caller: Caller, id: string, request: ResumeBenchmark): Promise<Benchmark> {
      await requireChangeable(caller, id);
      // A cancelled benchmark may have open trials.
      if (isTerminal((await requireRow(id)).status)) await runner.ended(id);
      await reopen(store, { modelCalls, benchmark: await requireRow(id), request });
      runner.wake();
      return toPublicBenchmark(await requireRow(id));
    },
    /** Deletes an ended benchmark with all its trials. */
    async remove(caller: Caller, id: string): Promise<void> {
      const { status } = await requireChangeable(caller, id);
      if (!isTerminal(status))
        throw new AppError("CONFLICT", `The benchmark is ${status}: cancel it first.`, { status });
      // A cancelled benchmark may have open trials. Their rows would outlive it.
      await runner.ended(id);
      await refuseWhileRescored(benchmarks, id);
      // A kill in between then leaves rows, which the next start drops, and never results without their rows.
      await benchmarks.remove(id);
      await trials.remove(id);
      await holds.remove(id);
    },
  };
}

export type Benchmarks = ReturnType<typeof createBenchmarks>;
