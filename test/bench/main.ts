import { cpus } from "node:os";
import { print } from "../../src/commands/command.ts";
import { benchmarkRead } from "./benchmark-read.ts";
import { completions } from "./completions.ts";
import { fanOut } from "./fan-out.ts";
import { health } from "./health.ts";
import { plugins } from "./plugins.ts";
import { type Row, report } from "./report.ts";
import { trials } from "./trials.ts";

/**
 * Measures the server against bare Bun by turns, in about a minute and a half. Names of scenarios as arguments
 * choose among them.
 */
const COMPARISONS = {
  health: { name: "GET /health", target: 0.4, run: health },
  read: { name: "GET /v1/benchmarks/:id", target: 0.15, run: benchmarkRead },
  completions: { name: "POST /v1/completions, a proxy", target: 0.25, run: completions },
  "fan-out": { name: "events to 500 sockets", target: 0.8, run: fanOut },
};

const TRIALS = "trials";
const PLUGINS = "plugins";
const chosen = Bun.argv.slice(2);
const isChosen = (name: string): boolean => chosen.length === 0 || chosen.includes(name);

const unknown = chosen.find((name) => ![TRIALS, PLUGINS].includes(name) && !Object.hasOwn(COMPARISONS, name));
if (unknown)
  throw new Error(
    `There is no scenario '${unknown}': ${Object.keys(COMPARISONS).join(", ")}, ${TRIALS}, ${PLUGINS}.`,
  );

const machine = cpus();
print(`Bun ${Bun.version}, ${machine.length} × ${machine[0]?.model ?? "unknown CPU"}\n`);

const rows: Row[] = [];
for (const [key, { run, ...about }] of Object.entries(COMPARISONS)) {
  if (isChosen(key)) rows.push({ ...about, comparison: await run() });
}
if (rows.length > 0) print(report(rows));

if (isChosen(TRIALS)) {
  const { trials: count, per_second, health_p99_ms } = await trials();
  print(
    `\n${count.toLocaleString("en-US")} trials of null models: ${Math.round(per_second).toLocaleString("en-US")}/s, ` +
      `GET /health meanwhile p99 ${health_p99_ms.toFixed(1)} ms`,
  );
}

if (isChosen(PLUGINS)) print(`\n${(await plugins()).join("\n")}`);
