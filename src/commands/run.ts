import { formatDollars } from "../base/format.ts";
import { API_KEY_VARIABLE, apiKeyFromEnvironment } from "../config/index.ts";
import type { Benchmark, CreateBenchmark } from "../domain/benchmarks/benchmark.ts";
import { type Command, print, readArguments, UsageError } from "./command.ts";
import { asOperator, type Operate, OperationFailed, remoteOf } from "./operator.ts";
import { tablesOf } from "./results-table.ts";
import { createProgress } from "./terminal.ts";
import { followBenchmark, startBenchmark } from "./watch.ts";

const USAGE = "run FILE [--wait] [--server URL]";

/** What a benchmark's end means to whoever waits for it, such as a CI job. */
const PASSED = 0;
const FAILED = 1;

async function readRequest(path: string): Promise<CreateBenchmark> {
  const file = path === "-" ? Bun.stdin : Bun.file(path);
  if (path !== "-" && !(await Bun.file(path).exists())) throw new UsageError(`There is no file ${path}.`);
  try {
    return JSON.parse(await file.text());
  } catch (cause) {
    throw new UsageError(`${path} is not JSON: ${(cause as Error).message}`);
  }
}

/** Whether it is good enough; without assertions it is enough that it came to its end. */
function printEnd({ benchmark_id, status, error, results, budget_usd, spent_usd }: Benchmark): number {
  if (results) for (const table of tablesOf(results)) print(`\n${table}`);
  if (budget_usd !== null && spent_usd !== null)
    print(`\nSpent ${formatDollars(spent_usd)} of a budget of ${formatDollars(budget_usd)}`);
  const verdict = results?.passed === false ? ", and not all assertions hold" : "";
  print(`\nBenchmark ${benchmark_id}: ${status}${verdict}${error ? `. ${error}` : ""}`);
  return status === "completed" && results?.passed !== false ? PASSED : FAILED;
}

async function perform(operate: Operate, request: CreateBenchmark, wait: boolean): Promise<number> {
  const started = await startBenchmark(operate, request);
  if (!wait) {
    print(JSON.stringify(started));
    return PASSED;
  }
  const progress = createProgress(started.name, process.stderr);
  const ended = await followBenchmark(operate, started.benchmark_id, progress.show);
  progress.end();
  return printEnd(ended);
}

/** Throws UsageError where the key is missing: who calls a server elsewhere must be known there. */
function remote(url: string): Operate {
  if (!URL.canParse(url) || !/^https?:/.test(url))
    throw new UsageError(`--server ${url} is not the URL of a server.`);
  const key = apiKeyFromEnvironment();
  if (!key) throw new UsageError(`--server needs a key of that server's in ${API_KEY_VARIABLE}.`);
  return remoteOf(url, key);
}

/** In this folder's data: by the server that runs there, or without one by a server that ends with the benchmark. */
async function here(request: CreateBenchmark, wait: boolean): Promise<number> {
  let code = FAILED;
  const work = async (operate: Operate, is_own: boolean) => {
    if (is_own && !wait)
      throw new OperationFailed("No server runs here to work on the benchmark: start one, or add --wait.");
    code = await perform(operate, request, wait);
  };
  await asOperator(work, { works: wait });
  return code;
}

export const run: Command = {
  name: "run",
  usage: USAGE,
  summary:
    "Run the benchmark that FILE describes; with --wait show its table, and end with 1 unless it completed and its assertions hold.",
  async run(argv) {
    const options = { wait: { type: "boolean" }, server: { type: "string" } } as const;
    const { values, positionals } = readArguments({ options, allowPositionals: true }, argv, USAGE);
    const [file, ...rest] = positionals;
    if (!file || rest.length > 0) throw new UsageError(`Usage: ${USAGE}`);
    const request = await readRequest(file);
    const { wait = false, server } = values;
    return server === undefined ? here(request, wait) : perform(remote(server), request, wait);
  },
};
