import { AppError, notFound } from "../../base/errors.ts";
import { newId } from "../../base/ids.ts";
import { now } from "../../base/time.ts";
import {
  type Benchmark,
  type CreateBenchmark,
  isTerminal,
  type RescoreBenchmark,
  type ResumeBenchmark,
} from "../../domain/benchmarks/benchmark.ts";
import type { Plan, PlanBenchmark } from "../../domain/benchmarks/plan.ts";
import type { Page, PageRequest } from "../../domain/page.ts";
import { authorize, type Caller } from "../../domain/permissions.ts";
import type { BenchmarkRow } from "../../store/benchmarks.ts";
import { checkBudget } from "./plan/budget-check.ts";
import { createPlanner } from "./plan/index.ts";
import { createPreparation, type PreparationServices } from "./prepare.ts";
import { refuseWhileRescored, rescoredSpec } from "./rescore.ts";
import { reopen } from "./resume.ts";
import type { BenchmarkRunner } from "./run/index.ts";
import { progressBefore, progressEvent } from "./run/progress.ts";

function shown(row: BenchmarkRow): Benchmark {
  const {
    benchmark_id,
    status,
    settled,
    total,
    name,
    dataset,
    created_by,
    created_at,
    started_at,
    finished_at,
    error,
    spent_usd,
    spec,
  } = row;
  const progress = isTerminal(status) ? 1 : progressBefore(settled, total);
  const times = { created_at, started_at, finished_at };
  return {
    benchmark_id,
    status,
    progress,
    results: row.results,
    name,
    dataset,
    trials: total,
    budget_usd: spec.budget_usd ?? null,
    spent_usd,
    rescores: spec.rescores ?? null,
    created_by,
    ...times,
    error,
  };
}

type NewBenchmark = Pick<BenchmarkRow, "name" | "spec" | "dataset" | "dataset_id" | "total">;

interface BenchmarkServices extends PreparationServices {
  runner: BenchmarkRunner;
}

export function createBenchmarks({ runner, ...services }: BenchmarkServices) {
  const { store, modelCalls } = services;
  const prepare = createPreparation(services);
  const { benchmarks, trials, holds } = store;
  const plan = createPlanner(store, modelCalls);

  async function find(id: string): Promise<BenchmarkRow> {
    const row = await benchmarks.find(id);
    if (!row) throw notFound("benchmark", id);
    return row;
  }

  /** Stores a benchmark, and answers the row that waits for the runner. */
  async function start(caller: Caller, asked: NewBenchmark): Promise<Benchmark> {
    const row: BenchmarkRow = {
      ...asked,
      benchmark_id: newId(),
      status: "pending",
      settled: 0,
      results: null,
      created_by: caller.id,
      created_at: now(),
      started_at: null,
      finished_at: null,
      error: null,
      stopped_plugins: null,
      spent_usd: asked.spec.budget_usd === null ? null : 0,
      lease_owner: null,
      lease_until: null,
    };
    await benchmarks.add(row, progressEvent(row.benchmark_id, "pending", 0));
    runner.wake();
    return shown(row);
  }

  return {
    /** Looks every name up before a call is paid, and answers the row that waits for the runner. */
    async create(caller: Caller, request: CreateBenchmark): Promise<Benchmark> {
      authorize(caller, "benchmarks.create");
      const { dataset, spec } = await prepare(request, "all");
      await checkBudget(store, modelCalls, { spec, dataset_id: dataset.row.dataset_id });
      const { name, dataset: dataset_name } = request;
      const { dataset_id } = dataset.row;
      const total = spec.iterations * spec.runs.length;
      return start(caller, { name, spec, dataset: dataset_name, dataset_id, total });
    },
    /** Scores the outputs of one that has ended by other metrics or another protocol; no model is asked but judges. */
    async rescore(caller: Caller, id: string, change: RescoreBenchmark): Promise<Benchmark> {
      authorize(caller, "benchmarks.create");
      const source = await find(id);
      // A cancelled one may have trials open.
      if (isTerminal(source.status)) await runner.ended(id);
      const { name, spec } = await rescoredSpec(await find(id), change, prepare);
      const { dataset, dataset_id } = source;
      await checkBudget(store, modelCalls, { spec, dataset_id });
      return start(caller, { name, spec, dataset, dataset_id, total: await trials.count(id) });
    },
    /** What a benchmark would take; nothing is called and nothing stored. Refuses what `create` would refuse. */
    async plan(caller: Caller, { detect, ...request }: PlanBenchmark): Promise<Plan> {
      authorize(caller, "benchmarks.create");
      const { metrics, dataset, spec } = await prepare(request, "nobody");
      const { row, samples: available } = dataset;
      await checkBudget(store, modelCalls, { spec, dataset_id: row.dataset_id });
      return plan({ spec, dataset: row, name: request.dataset, available, metrics, detect });
    },
    async list(caller: Caller, request: PageRequest): Promise<Page<Benchmark>> {
      authorize(caller, "benchmarks.read");
      const page = await benchmarks.list(request);
      return { ...page, items: page.items.map(shown) };
    },
    async get(caller: Caller, id: string): Promise<Benchmark> {
      authorize(caller, "benchmarks.read");
      return shown(await find(id));
    },
    /** Ends it now; what is done is kept and summed up. CONFLICT if it has ended already. */
    async cancel(caller: Caller, id: string): Promise<Benchmark> {
      authorize(caller, "benchmarks.change");
      const { created_by } = await find(id);
      authorize(caller, "benchmarks.change", created_by);
      if (!(await benchmarks.cancel(id, now(), progressEvent(id, "cancelled", 1)))) {
        // Another may have ended it since it was looked at.
        const { status } = await find(id);
        throw new AppError("CONFLICT", `The benchmark has ended: it is ${status}.`, { status });
      }
      await runner.cancel(id);
      return shown(await find(id));
    },
    /** Goes on with one that has ended; CONFLICT if it is at work or nothing is left to ask. */
    async resume(caller: Caller, id: string, request: ResumeBenchmark): Promise<Benchmark> {
      authorize(caller, "benchmarks.change");
      const { created_by } = await find(id);
      authorize(caller, "benchmarks.change", created_by);
      // A cancelled one may have trials open.
      if (isTerminal((await find(id)).status)) await runner.ended(id);
      await reopen(store, modelCalls, await find(id), request);
      runner.wake();
      return shown(await find(id));
    },
    /** Removes a benchmark that has ended, with all its trials. */
    async remove(caller: Caller, id: string): Promise<void> {
      authorize(caller, "benchmarks.change");
      const row = await find(id);
      authorize(caller, "benchmarks.change", row.created_by);
      if (!isTerminal(row.status))
        throw new AppError("CONFLICT", "The benchmark is at work: cancel it first.", { status: row.status });
      // A cancelled one may have trials open, whose rows would outlive it.
      await runner.ended(id);
      await refuseWhileRescored(benchmarks, id);
      // In this order a kill in between leaves rows that the next start drops, not a result without its rows.
      await benchmarks.remove(id);
      await trials.remove(id);
      await holds.remove(id);
    },
  };
}

export type Benchmarks = ReturnType<typeof createBenchmarks>;
