import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { VERSION } from "../base/version.ts";
import type { CreateBenchmark } from "../domain/benchmarks/benchmark.ts";
import type { Server } from "../server.ts";
import { type Command, print, readArguments } from "./command.ts";
import { OperationFailed, operatorOf } from "./operator.ts";
import { programCommands } from "./program.ts";
import { resultsTable } from "./results-table.ts";
import { untilSignal } from "./serve.ts";
import { createProgress } from "./terminal.ts";
import { followBenchmark, startBenchmark } from "./watch.ts";

const USAGE = "demo [--keep]";
const DEFAULT_URL = "http://127.0.0.1:3000";
const METRICS = ["accuracy", "latency", "cost"];

const baseline = (model: string) => ({ provider: "baseline", model });

/** The benchmarks of the demo. The mock models answer slowly enough to watch; all of it takes a few seconds. */
const BENCHMARKS: readonly CreateBenchmark[] = [
  {
    name: "starter: multiple choice",
    dataset: "starter",
    metrics: METRICS,
    providers: [
      ...["random", "first", "longest", "overlap"].map(baseline),
      { provider: "mock", model: "mock?latency_ms=200", label: "mock, guessing" },
    ],
  },
  {
    name: "arithmetic: text",
    dataset: "arithmetic",
    metrics: METRICS,
    iterations: 500,
    providers: [
      baseline("echo"),
      { provider: "mock", model: "mock?latency_ms=60&accuracy=0.9", label: "mock, 90 % right" },
    ],
  },
];
const MOCK_CONCURRENCY = 16;

/** Returns three commands to continue with. `key` is the API key, or a shell expression that gives one. */
const commandsFor = (url: string, key: string): string =>
  `
  export KEY=${key}
  curl -s ${url}/v1/completions -H "X-API-Key: $KEY" -H 'Content-Type: application/json' \\
    -d '{"provider":"mock","model":"mock","prompt":"What is 17 + 25?"}'
  curl -s ${url}/v1/benchmarks -H "X-API-Key: $KEY" -H 'Content-Type: application/json' \\
    -d '{"name":"mine","providers":[{"provider":"baseline","model":"overlap"}],"dataset":"starter","metrics":["accuracy"]}'
  curl -s "${url}/v1/benchmarks?page_size=1" -H "X-API-Key: $KEY"
`;

/** Runs the benchmarks, prints their tables, and returns an API key for the commands that follow. */
async function runBenchmarks(server: Server): Promise<string> {
  const operate = operatorOf(server);
  const { key } = (await operate("POST", "/v1/auth/api-keys", { name: "demo" })) as { key: string };
  for (const request of BENCHMARKS) {
    const progress = createProgress(request.name, process.stdout);
    const { benchmark_id } = await startBenchmark(operate, request);
    const { results, error } = await followBenchmark(operate, benchmark_id, progress.show);
    progress.end();
    if (!results) throw new OperationFailed(`The benchmark failed: ${error}`);
    print(`\n${resultsTable(results)}\n`);
  }
  return key;
}

/** Runs the demo. On a terminal, the server then keeps running until a signal ends it. */
async function perform(server: Server, signal: Promise<string>): Promise<void> {
  const key = await Promise.race([runBenchmarks(server), signal.then(() => null)]);
  if (key === null) return;
  if (!process.stdout.isTTY) {
    const { start, program } = programCommands();
    print(`To continue, start a server with \`${start}\`. Then run in another terminal:`);
    // The key is the first field of the answer. `cut` is on every system, and `jq` is not.
    print(commandsFor(DEFAULT_URL, `$(${program} key create demo | cut -d'"' -f4)`));
    return;
  }
  print(`The server runs at ${server.url} until you press Ctrl-C. In another terminal, try:`);
  print(commandsFor(server.url, key));
  await signal;
}

export const demo: Command = {
  name: "demo",
  usage: USAGE,
  summary:
    "Run two benchmarks without API keys or network, in a temporary database. --keep keeps the database.",
  async run(argv) {
    const { values } = readArguments({ options: { keep: { type: "boolean" } } }, argv, USAGE);
    const data_dir = mkdtempSync(join(tmpdir(), "llm-test-bench-demo-"));
    const signal = untilSignal();
    print(`LLM Test Bench ${VERSION}: baselines and a simulated model. Nothing leaves this machine.\n`);
    try {
      const { createServer } = await import("../server.ts");
      const server = await createServer({
        data_dir,
        bind_address: "127.0.0.1:0",
        log_level: "silent",
        mock_concurrency: MOCK_CONCURRENCY,
      });
      try {
        await server.start();
        await perform(server, signal);
      } finally {
        await server.stop();
      }
    } finally {
      if (values.keep) print(`The database is kept in ${data_dir}.`);
      else rmSync(data_dir, { recursive: true, force: true });
    }
    return 0;
  },
};
