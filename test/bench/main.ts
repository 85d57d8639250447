import { cpus } from "node:os";
import { print } from "../../src/commands/command.ts";
import { type Row, ratioOf, report } from "./report.ts";
import { benchmarkRead } from "./requests/benchmark-read.ts";
import { completions } from "./requests/completions.ts";
import { fanOut } from "./requests/fan-out.ts";
import { health } from "./requests/health.ts";
import { scale } from "./requests/scale.ts";
import { reportTexts, textMetrics } from "./text-metrics.ts";
import { trials } from "./trials/index.ts";
import { plugins } from "./trials/plugins.ts";
import { remoteTrials } from "./trials/remote.ts";

/**
 * Measures the server against bare Bun, and Portkey's gateway, by turns, and what has no peer alone. Names of scenarios
 * as arguments choose among them.
 */
const COMPARISONS = {
  health: { name: "GET /health", target: 0.4, run: health },
  read: { name: "GET /v1/benchmarks/:id", target: 0.15, run: benchmarkRead },
  "fan-out": { name: "events to 500 sockets", target: 0.8, run: fanOut },
};

const COMPLETIONS = "completions";
/** A model that takes its time, and one that answers at once; what is aimed at, in trials a second. */
const WAITING = {
  name: "trials of a model that takes 100 ms, 64 at once",
  plan: { trials: 12_800, concurrency: 64, wait_ms: 100 },
  target: 0.95 * 640,
};
const AT_ONCE = {
  name: "trials of a model that answers at once, 64 at once",
  plan: { trials: 30_000, concurrency: 64, wait_ms: 0 },
  target: 3_000,
};

/** Each prints what it measured. */
const ALONE = {
  trials: showTrials,
  plugins: showPlugins,
  "trials-waiting": showRemote(WAITING),
  "trials-remote": showRemote(AT_ONCE),
  texts: showTexts,
  scale,
} satisfies Record<string, () => Promise<void>>;
const NAMES = [...Object.keys(COMPARISONS), COMPLETIONS, ...Object.keys(ALONE)];
/** What a completion may take longer than by a proxy, at half of the server's rate. */
const ADDED_MS = { p50: 1, p99: 4 };

async function showPlugins(): Promise<void> {
  print((await plugins()).join("\n"));
}

async function showTrials(): Promise<void> {
  const { trials: count, per_second, health_p99_ms } = await trials();
  print(
    `${count.toLocaleString("en-US")} trials of null models: ${Math.round(per_second).toLocaleString("en-US")}/s, ` +
      `GET /health meanwhile p99 ${health_p99_ms.toFixed(1)} ms`,
  );
}

function showRemote({ name, plan, target }: typeof WAITING): () => Promise<void> {
  return async () => {
    const { per_second, cpu_ms_per_trial } = await remoteTrials(plan);
    const cpu = cpu_ms_per_trial === null ? "" : `, ${cpu_ms_per_trial.toFixed(2)} ms of CPU each`;
    const met = per_second >= target ? "met" : "missed";
    print(`${name}: ${Math.round(per_second).toLocaleString("en-US")}/s${cpu} (target ${target} ${met})`);
  };
}

async function showTexts(): Promise<void> {
  print(reportTexts(textMetrics()));
}

const verdict = (added_ms: number, most_ms: number): string =>
  `${added_ms.toFixed(2)} ms (${most_ms} ${added_ms <= most_ms ? "met" : "missed"})`;

const chosen = Bun.argv.slice(2);
const isChosen = (name: string): boolean => chosen.length === 0 || chosen.includes(name);
const unknown = chosen.find((name) => !NAMES.includes(name));
if (unknown) throw new Error(`There is no scenario '${unknown}': ${NAMES.join(", ")}.`);

const machine = cpus();
print(`Bun ${Bun.version}, ${machine.length} × ${machine[0]?.model ?? "unknown CPU"}\n`);

const rows: Row[] = [];
for (const [key, { run, ...about }] of Object.entries(COMPARISONS)) {
  if (isChosen(key)) rows.push({ ...about, comparison: await run() });
}
const asked = isChosen(COMPLETIONS) ? await completions() : undefined;
if (asked) {
  rows.push({ name: "POST /v1/completions, a proxy", target: 0.28, comparison: asked.proxy });
  rows.push({ name: "the same, Portkey's gateway", target: 6, comparison: asked.portkey });
}
if (rows.length > 0) print(report(rows));
if (asked) {
  const { ours, libraries, per_second } = asked.added;
  print(
    `\nA completion at ${Math.round(per_second).toLocaleString("en-US")}/s takes longer than by the proxy: ` +
      `p50 ${verdict(ours.p50_ms, ADDED_MS.p50)}, p99 ${verdict(ours.p99_ms, ADDED_MS.p99)}\n` +
      "Elysia, elysia-rate-limit, @ai-sdk/openai and the row alone, with nothing of ours between them: " +
      `${ratioOf(asked.libraries).toFixed(2)} of the proxy's rate, p50 ${libraries.p50_ms.toFixed(2)} ms and ` +
      `p99 ${libraries.p99_ms.toFixed(2)} ms longer`,
  );
}

for (const [name, show] of Object.entries(ALONE)) {
  if (!isChosen(name)) continue;
  print("");
  await show();
}
