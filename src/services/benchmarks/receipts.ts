import { AppError, notFound } from "../../base/errors.ts";
import { canonicalJson, sha256 } from "../../base/hash.ts";
import { isRecord } from "../../base/json.ts";
import { type BenchmarkSpec, isTerminal } from "../../domain/benchmarks/benchmark.ts";
import type { Receipt, ReceiptComparison, ReceiptFacts } from "../../domain/benchmarks/receipt.ts";
import { labelOf } from "../../domain/benchmarks/run.ts";
import { authorize, type Caller } from "../../domain/permissions.ts";
import type { BenchmarkRow, BenchmarkStore } from "../../store/benchmarks.ts";
import type { Store } from "../../store/index.ts";
import { datasetOf, orderOf } from "./order/benchmark-order.ts";
import { paramsOf } from "./order/run-params.ts";
import type { TrialOrder } from "./order/trial-order.ts";

/** The facts of a benchmark with results, from its row alone but for the order of its samples. */
function factsOf({ spec, results }: BenchmarkRow, order_hash: string): ReceiptFacts {
  if (!results) throw new Error("A benchmark without results has no receipt.");
  return {
    server_version: spec.server_version,
    dataset: { ...results.dataset, group: spec.group },
    order: { seed: spec.seed, iterations: spec.iterations, hash: order_hash },
    protocols: results.protocols,
    metrics: spec.metrics,
    ...pluginsIn(spec),
    judge: spec.judge ?? null,
    prompt_versions: spec.prompt_versions ?? {},
    runs: spec.runs.map((run, index) => {
      const { models = {}, prompts_hash = "" } = results.runs[index] ?? {};
      const price = spec.prices[index] ?? null;
      const { provider, model, transforms } = run;
      const params = paramsOf(spec, run);
      const facts = { run: labelOf(run), provider, model, params, models, price, prompts_hash };
      return transforms ? { ...facts, transforms } : facts;
    }),
  };
}

/** Benchmarks without plugins have the receipts that they had before there were any. */
function pluginsIn({ plugins, transforms }: BenchmarkSpec): Pick<ReceiptFacts, "plugins" | "transforms"> {
  return {
    ...(plugins
      ? { plugins: plugins.map(({ name, version, content_hash }) => ({ name, version, content_hash })) }
      : {}),
    ...(transforms ? { transforms } : {}),
  };
}

/** Of the positions as 32-bit numbers, the lowest byte first. */
function hashOfOrder({ total, at }: TrialOrder): string {
  const bytes = new DataView(new ArrayBuffer(total * 4));
  for (let index = 0; index < total; index++) bytes.setUint32(index * 4, at(index).position, true);
  return sha256(new Uint8Array(bytes.buffer));
}

type Difference = ReceiptComparison["differences"][number];

/** Lists of runs become objects by label, so that a run that only moved does not differ. */
const byLabel = ({ runs, ...facts }: ReceiptFacts) => ({
  ...facts,
  runs: Object.fromEntries(runs.map(({ run, ...rest }) => [run, rest])),
});

/** The innermost fields in which two values differ. */
function* differencesOf(a: unknown, b: unknown, field = ""): Generator<Difference> {
  if (canonicalJson(a) === canonicalJson(b)) return;
  if (!isRecord(a) || !isRecord(b)) {
    yield { field, a: a ?? null, b: b ?? null };
    return;
  }
  for (const name of new Set([...Object.keys(a), ...Object.keys(b)]))
    yield* differencesOf(a[name], b[name], field === "" ? name : `${field}.${name}`);
}

/** What a benchmark was made of, so that it can be made again and two can be told apart. */
export function createReceipts(store: Pick<Store, "datasets">, benchmarks: Pick<BenchmarkStore, "find">) {
  async function endedOf(id: string): Promise<BenchmarkRow> {
    const row = await benchmarks.find(id);
    if (!row) throw notFound("benchmark", id);
    if (isTerminal(row.status) && row.results) return row;
    throw new AppError(
      "CONFLICT",
      `The benchmark is ${row.status}: its receipt is made when it has results.`,
      {
        status: row.status,
      },
    );
  }

  async function factsFor(row: BenchmarkRow): Promise<ReceiptFacts> {
    const order = await orderOf(store, row, await datasetOf(store, row));
    return factsOf(row, hashOfOrder(order));
  }

  const hashOf = (facts: ReceiptFacts): string => sha256(canonicalJson(facts));

  return {
    /** The receipt of a benchmark that has ended; CONFLICT for one at work. */
    async get(caller: Caller, id: string): Promise<Receipt> {
      authorize(caller, "benchmarks.read");
      const row = await endedOf(id);
      const facts = await factsFor(row);
      const { benchmark_id, name, created_at, finished_at } = row;
      return { benchmark_id, name, created_at, finished_at, ...facts, hash: hashOf(facts) };
    },
    /** Where the receipts of two benchmarks differ. */
    async compare(caller: Caller, id: string, other: string): Promise<ReceiptComparison> {
      authorize(caller, "benchmarks.read");
      const [a, b] = [await factsFor(await endedOf(id)), await factsFor(await endedOf(other))];
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
