import { AppError } from "../../base/errors.ts";
import { canonicalJson, sha256 } from "../../base/hash.ts";
import { isRecord } from "../../base/json/json.ts";
import { type BenchmarkSpec, isTerminal } from "../../domain/benchmarks/benchmark.ts";
import type { Receipt, ReceiptComparison, ReceiptFacts } from "../../domain/benchmarks/receipt.ts";
import { labelOf } from "../../domain/benchmarks/run.ts";
import { authorize, type Caller } from "../../domain/permissions.ts";
import type { BenchmarkRow, BenchmarkStore } from "../../store/benchmarks.ts";
import type { Store } from "../../store/index.ts";
import { datasetOf, orderOf } from "./order/benchmark-order.ts";
import { paramsOf } from "./order/run-params.ts";
import type { TrialOrder } from "./order/trial-order.ts";
import { requireBenchmark } from "./require-benchmark.ts";

/** Returns the facts of a benchmark with results. All but the hash of the trial order come from its row. */
function factsOf(benchmark: BenchmarkRow, order_hash: string): ReceiptFacts {
  const { spec, results } = benchmark;
  if (!results) throw new Error("A benchmark without results has no receipt.");
  return {
    server_version: spec.server_version,
    dataset: { ...results.dataset, group: spec.group },
    order: { seed: spec.seed, iterations: spec.iterations, hash: order_hash },
    protocols: results.protocols,
    metrics: spec.metrics,
    ...pluginsIn(spec),
    ...(spec.reduce === undefined ? {} : { reduce: spec.reduce }),
    judge: spec.judge ?? null,
    prompt_versions: spec.prompt_versions ?? {},
    runs: spec.runs.map((_, index) => runFacts(benchmark, index)),
  };
}

function runFacts({ spec, results }: BenchmarkRow, index: number): ReceiptFacts["runs"][number] {
  const run = spec.runs[index]!;
  const { models = {}, prompts_hash = "" } = results?.runs[index] ?? {};
  return {
    run: labelOf(run),
    provider: run.provider,
    model: run.model,
    params: paramsOf(spec, run),
    models,
    price: spec.prices[index] ?? null,
    prompts_hash,
    ...(run.transforms ? { transforms: run.transforms } : {}),
  };
}

/** Returns nothing without plugins: such benchmarks keep the receipt hash of versions that had no plugins. */
function pluginsIn({ plugins, transforms }: BenchmarkSpec): Pick<ReceiptFacts, "plugins" | "transforms"> {
  return {
    ...(plugins
      ? { plugins: plugins.map(({ name, version, content_hash }) => ({ name, version, content_hash })) }
      : {}),
    ...(transforms ? { transforms } : {}),
  };
}

/** Hashes the positions in their order, as 32-bit little-endian numbers. */
function hashOfOrder({ total, at }: TrialOrder): string {
  const bytes = new DataView(new ArrayBuffer(total * 4));
  for (let index = 0; index < total; index++) bytes.setUint32(index * 4, at(index).position, true);
  return sha256(new Uint8Array(bytes.buffer));
}

type Difference = ReceiptComparison["differences"][number];

/** Turns the list of runs into an object by label, so that a run at another index does not differ. */
const byLabel = ({ runs, ...facts }: ReceiptFacts) => ({
  ...facts,
  runs: Object.fromEntries(runs.map(({ run, ...rest }) => [run, rest])),
});

/** Yields the innermost fields in which two values differ. */
function* differencesOf(a: unknown, b: unknown, field = ""): Generator<Difference> {
  if (canonicalJson(a) === canonicalJson(b)) return;
  if (!isRecord(a) || !isRecord(b)) {
    yield { field, a: a ?? null, b: b ?? null };
    return;
  }
  for (const name of new Set([...Object.keys(a), ...Object.keys(b)]))
    yield* differencesOf(a[name], b[name], field === "" ? name : `${field}.${name}`);
}

const hashOf = (facts: ReceiptFacts): string => sha256(canonicalJson(facts));

/** Receipts state all that a benchmark's results depend on, so that it can be repeated, or compared with another. */
export function createReceipts(store: Pick<Store, "datasets">, benchmarks: Pick<BenchmarkStore, "find">) {
  async function requireEnded(id: string): Promise<BenchmarkRow> {
    const row = await requireBenchmark(benchmarks, id);
    const { status } = row;
    if (isTerminal(status) && row.results) return row;
    throw new AppError("CONFLICT", `The benchmark is ${status}: it gets a receipt once it has results.`, {
      status,
    });
  }

  async function factsFor(row: BenchmarkRow): Promise<ReceiptFacts> {
    const order = await orderOf(store, row, await datasetOf(store, row));
    return factsOf(row, hashOfOrder(order));
  }

  return {
    /** Returns the receipt of an ended benchmark. Throws CONFLICT if it has no results yet. */
    async get(caller: Caller, id: string): Promise<Receipt> {
      authorize(caller, "benchmarks.read");
      const row = await requireEnded(id);
      const facts = await factsFor(row);
      const { benchmark_id, name, created_at, finished_at } = row;
      return { benchmark_id, name, created_at, finished_at, ...facts, hash: hashOf(facts) };
    },
    /** Returns the fields in which the receipts of two benchmarks differ. */
    async compare(caller: Caller, id: string, other: string): Promise<ReceiptComparison> {
      authorize(caller, "benchmarks.read");
      const a = await factsFor(await requireEnded(id));
      const b = await factsFor(await requireEnded(other));
      const differences = [...differencesOf(byLabel(a), byLabel(b))];
      return {
        a: { benchmark_id: id, hash: hashOf(a) },
        b: { benchmark_id: other, hash: hashOf(b) },
        same: differences.length === 0,
        differences,
      };
    },
  };
}

export type Receipts = ReturnType<typeof createReceipts>;
