import { formatDollars } from "../base/format.ts";
import { findRepeatedField } from "../base/json/json-fields.ts";
import { API_KEY_VARIABLE, apiKeyFromEnvironment } from "../config/index.ts";
import type { Benchmark, CreateBenchmark } from "../domain/benchmarks/benchmark.ts";
import { type Command, print, readArguments, UsageError } from "./command.ts";
import { asOperator, type Operate, OperationFailed, remoteOf } from "./operator.ts";
import { tablesOf } from "./results-table.ts";
import { createProgress } from "./terminal.ts";
import { followBenchmark, startBenchmark } from "./watch.ts";

const USAGE = "run FILE [--wait] [--server URL]";

/** The exit codes for a caller that waits for the benchmark, such as a CI job. */
const PASSED = 0;
const FAILED = 1;

function parseRequest(path: string, text: string): CreateBenchmark {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new UsageError(`${path} is not valid JSON: ${(cause as Error).message}`);
  }
}

async function readRequest(path: string): Promise<CreateBenchmark> {
  const file = path === "-" ? Bun.stdin : Bun.file(path);
  if (path !== "-" && !(await Bun.file(path).exists())) throw new UsageError(`No file at ${path}.`);
  const text = await file.text();
  const request = parseRequest(path, text);
  const repeated = findRepeatedField(text);
  if (repeated !== undefined) throw new UsageError(`${path} has the field '${repeated}' more than once.`);
  return request;
}

/** Prints the outcome and returns the exit code: 0 if the benchmark completed and all its assertions hold. */
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

/** Returns the access to another server. Throws UsageError if its URL is invalid or the API key is not set. */
function remote(url: string): Operate {
  if (!URL.canParse(url) || !/^https?:/.test(url))
    throw new UsageError(`--server ${url} is not a URL. Example: --server https://bench.example.org`);
  const key = apiKeyFromEnvironment();
  if (!key) throw new UsageError(`--server needs an API key of that server: set ${API_KEY_VARIABLE}.`);
  return remoteOf(url, key);
}

/** Runs the benchmark on the data in DATA_DIR: in the running server, or in one that ends with the benchmark. */
async function runHere(request: CreateBenchmark, wait: boolean): Promise<number> {
  let code = FAILED;
  const work = async (operate: Operate, is_temporary: boolean) => {
    if (is_temporary && !wait)
      throw new OperationFailed(
        "No server is running that could run the benchmark: start one, or add --wait.",
      );
    code = await perform(operate, request, wait);
  };
  await asOperator(work, { runs_benchmarks: wait });
  return code;
}

export const run: Command = {
  name: "run",
  usage: USAGE,
  summary:
    "Run the benchmark in FILE (a JSON request; - for standard input). Without `iterations` in FILE, each model is asked the whole dataset once. --wait prints the results; exit code 0 means that it completed and all assertions hold.",
  async run(argv) {
    const options = { wait: { type: "boolean" }, server: { type: "string" } } as const;
    const { values, positionals } = readArguments({ options, allowPositionals: true }, argv, USAGE);
    const [file, ...rest] = positionals;
    if (!file || rest.length > 0) throw new UsageError(`Usage: ${USAGE}`);
    const request = await readRequest(file);
    const { wait = false, server } = values;
    return server === undefined ? runHere(request, wait) : perform(remote(server), request, wait);
  },
};
