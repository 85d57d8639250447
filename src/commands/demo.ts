import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { VERSION } from "../base/version.ts";
import type { CreateBenchmark } from "../domain/benchmarks/benchmark.ts";
import type { Server } from "../server.ts";
import { type Command, print, readArguments } from "./command.ts";
import { OperationFailed, operatorOf } from "./operator.ts";
import { resultsTable } from "./results-table.ts";
import { untilSignal } from "./serve.ts";
import { createProgress } from "./terminal.ts";
import { followBenchmark, startBenchmark } from "./watch.ts";

const USAGE = "demo [--keep]";
const DEFAULT_URL = "http://127.0.0.1:3000";
const METRICS = ["accuracy", "latency", "cost"];

const baseline = (model: string) => ({ provider: "baseline", model });

/** The mock models take their time, so that there is something to watch; a few seconds in all. */
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

/** How this program is called: the binary by its own path, the source by Bun. */
const PROGRAM = /^bun(\.exe)?$/.test(basename(process.execPath)) ? "bun src/main.ts" : process.execPath;

/** Three commands to go on with, for a shell in which KEY is an API key. */
const commandsFor = (url: string, key: string): string =>
  `
  export KEY=${key}
  curl -s ${url}/v1/completions -H "X-API-Key: $KEY" -H 'Content-Type: application/json' \\
    -d '{"provider":"mock","model":"mock","prompt":"What is 17 + 25?"}'
  curl -s ${url}/v1/benchmarks -H "X-API-Key: $KEY" -H 'Content-Type: application/json' \\
    -d '{"name":"mine","providers":[{"provider":"baseline","model":"overlap"}],"dataset":"starter","metrics":["accuracy"]}'
  curl -s "${url}/v1/benchmarks?page_size=1" -H "X-API-Key: $KEY"
`;

async function show(server: Server): Promise<string> {
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

/** Shows all there is to show; on a terminal the server then stays up until it is told to end. */
async function perform(server: Server, told: Promise<string>): Promise<void> {
  const key = await Promise.race([show(server), told.then(() => null)]);
  if (key === null) return;
  if (!process.stdout.isTTY) {
    print(`To go on, start a server of your own (${PROGRAM}) and, in another terminal:`);
    print(commandsFor(DEFAULT_URL, `$(${PROGRAM} key create demo | jq -r .key)`));
    return;
  }
  print(`The server stays up at ${server.url} until Ctrl-C. In another terminal:`);
  print(commandsFor(server.url, key));
  await told;
}

export const demo: Command = {
  name: "demo",
  usage: USAGE,
  summary:
    "Show what the server does: benchmarks without keys or network, on a database that is thrown away.",
  async run(argv) {
    const { values } = readArguments({ options: { keep: { type: "boolean" } } }, argv, USAGE);
    const data_dir = mkdtempSync(join(tmpdir(), "llm-test-bench-demo-"));
    const told = untilSignal();
    print(`LLM Test Bench ${VERSION}: null models and a simulated one, nothing leaves this machine.\n`);
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
        await perform(server, told);
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
