import { press } from "../load/press.ts";
import { requestText, type Server, startServer } from "../servers/server.ts";
import { uploadQuestions } from "./index.ts";

const TRIALS = 14_042;
const CALLS = 500;
const HEALTH = { connections: 4, rate: 400 };
const EVALUATOR = `export function execute({ output, expected }) {
  const [, said] = /ANSWER: ([A-D])/.exec(output) ?? [];
  return { score: said === expected ? 1 : 0 };
}`;
/** Caught in what QuickJS can interrupt, and in what nothing can but the end of the worker. */
const HOSTILE = {
  "a loop": "for (;;);",
  "a search": "'a'.repeat(2 ** 24).indexOf('a'.repeat(2 ** 23) + 'b');",
  "an allocation": "const all = []; for (;;) all.push('x'.repeat(1e6) + all.length);",
};

async function install(server: Server, name: string, source: string, more: object = {}): Promise<string> {
  const manifest = { name, version: "1.0.0", description: "Measured.", plugin_type: "custom", ...more };
  return (await server.post<{ id: string }>("/v1/plugins", { manifest, source })).id;
}

/** How long a benchmark of the null model `first` takes with these metrics; milliseconds. */
async function benchmarkMs(server: Server, metrics: string[]): Promise<number> {
  const providers = [{ provider: "baseline", model: "first" }];
  const path = await server.finish({ name: "plugins", providers, dataset: "questions", metrics });
  const { started_at, finished_at } = await server.get<Record<"started_at" | "finished_at", string>>(path);
  return Date.parse(finished_at) - Date.parse(started_at);
}

async function trialLines(server: Server): Promise<string[]> {
  await uploadQuestions(server);
  const plain_ms = await benchmarkMs(server, ["accuracy"]);
  const lines: string[] = [];
  for (const pure of [false, true]) {
    const name = pure ? "pure" : "fresh";
    await install(server, name, EVALUATOR, { plugin_type: "evaluator", pure });
    const added_ms = (await benchmarkMs(server, ["accuracy", `plugin:${name}`])) - plain_ms;
    lines.push(
      `a JavaScript evaluator in a ${name} context adds ${(added_ms / TRIALS).toFixed(3)} ms a trial`,
    );
  }
  return lines;
}

async function callLine(server: Server): Promise<string> {
  const id = await install(server, "echo", "export const execute = (input) => input;");
  const begun = performance.now();
  const call = (n: number) => server.post(`/v1/plugins/${id}/execute`, { input: { n } });
  await Promise.all(Array.from({ length: CALLS }, (_, n) => call(n)));
  return `${CALLS} executions at once are answered in ${Math.round(performance.now() - begun)} ms`;
}

const healthMs = async (server: Server, until: () => Promise<unknown>) =>
  (await press({ url: server.url, request: requestText("GET", "/health"), ...HEALTH }, until)).p99_ms.toFixed(
    1,
  );

async function hostileLines(server: Server): Promise<string[]> {
  const lines = [`GET /health p99 ${await healthMs(server, () => Bun.sleep(2_000))} ms with nothing at work`];
  for (const [name, code] of Object.entries(HOSTILE)) {
    const source = `export function execute() { ${code} }`;
    const id = await install(server, name.replace(" ", "-"), source, { limits: { time_ms: 1_000 } });
    const call = () => server.post(`/v1/plugins/${id}/execute`, { input: {} }).catch(() => undefined);
    const p99 = await healthMs(server, () => Promise.all(Array.from({ length: 4 }, call)));
    lines.push(`GET /health p99 ${p99} ms while both workers are caught in ${name}`);
  }
  return lines;
}

/** What plugins cost, and what others notice of those that mean ill. */
export async function plugins(): Promise<string[]> {
  await using server = await startServer({}, "both");
  return [...(await trialLines(server)), await callLine(server), ...(await hostileLines(server))];
}
