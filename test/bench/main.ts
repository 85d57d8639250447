import { cpus } from "node:os";
import { print } from "../../src/commands/command.ts";
import { benchmarkRead } from "./benchmark-read.ts";
import { completions } from "./completions.ts";
import { fanOut } from "./fan-out.ts";
import { health } from "./health.ts";
import { type RemoteRate, remoteTrials } from "./remote-trials.ts";
import { type Row, report } from "./report.ts";
import { trials } from "./trials.ts";

/**
 * Measures the server against bare Bun by turns, in about two minutes. Names of scenarios as arguments
 * choose among them.
 */
const COMPARISONS = {
  health: { name: "GET /health", target: 0.4, run: health },
  read: { name: "GET /v1/benchmarks/:id", target: 0.15, run: benchmarkRead },
  completions: { name: "POST /v1/completions, a proxy", target: 0.25, run: completions },
  "fan-out": { name: "events to 500 sockets", target: 0.8, run: fanOut },
};

const TRIALS = "trials";
/** A model that takes its time, and one that answers at once; what is aimed at, in trials a second. */
const REMOTE = {
  "trials-waiting": {
    name: "trials of a model that takes 100 ms, 64 at once",
    plan: { trials: 12_800, concurrency: 64, wait_ms: 100 },
    target: 0.95 * 640,
  },
  "trials-remote": {
    name: "trials of a model that answers at once, 64 at once",
    plan: { trials: 30_000, concurrency: 64, wait_ms: 0 },
    target: 3_000,
  },
};
const chosen = Bun.argv.slice(2);
const isChosen = (name: string): boolean => chosen.length === 0 || chosen.includes(name);

const scenarios = [...Object.keys(COMPARISONS), TRIALS, ...Object.keys(REMOTE)];
const unknown = chosen.find((name) => !scenarios.includes(name));
if (unknown) throw new Error(`There is no scenario '${unknown}': ${scenarios.join(", ")}.`);

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

function remoteLine(name: string, target: number, { per_second, cpu_ms_per_trial }: RemoteRate): string {
  const cpu = cpu_ms_per_trial === null ? "" : `, ${cpu_ms_per_trial.toFixed(2)} ms of CPU each`;
  const verdict = per_second >= target ? "met" : "missed";
  return `${name}: ${Math.round(per_second).toLocaleString("en-US")}/s${cpu} (target ${target} ${verdict})`;
}

for (const [key, { name, plan, target }] of Object.entries(REMOTE)) {
  if (isChosen(key)) print(remoteLine(name, target, await remoteTrials(plan)));
}
