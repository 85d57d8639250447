import { afterAll, expect, test } from "bun:test";
import { createRandom } from "../../../src/base/random.ts";
import type { PluginRecord } from "../../../src/domain/plugin.ts";
import { finishedBenchmark, startBenchmark, trialsOf } from "../../support/benchmarks.ts";
import { installPlugin, manifestOf } from "../../support/plugins.ts";
import {
  integrityOf,
  readDatabase,
  type ServerProcess,
  startServerProcess,
} from "../../support/server/server-process.ts";
import { tempDirs } from "../../support/temp-dir.ts";
import { waitUntil } from "../../support/timing/waiting.ts";

const KILLS = 4;
const SEED = 20_261_126;
const data_dir = tempDirs()();
const environment = { PLUGIN_WORKERS: "2" };
let server: ServerProcess | undefined;
afterAll(async () => server?.kill());

const restart = async (token?: string): Promise<ServerProcess> => {
  server = await startServerProcess({ data_dir, environment, ...(token === undefined ? {} : { token }) });
  return server;
};

/** Counts plugins without code, and code without a plugin. */
const halves = () =>
  readDatabase(data_dir, async (client) => {
    const count = async (sql: string) => Number((await client.execute(sql)).rows[0]?.[0]);
    return [
      await count("SELECT count(*) FROM plugins WHERE id NOT IN (SELECT plugin_id FROM plugin_codes)"),
      await count("SELECT count(*) FROM plugin_codes WHERE plugin_id NOT IN (SELECT id FROM plugins)"),
    ];
  });

test("after kill -9 during installation and execution, each plugin is whole or absent", async () => {
  const random = createRandom(SEED);
  let running = await restart();
  const { token } = running;
  const list = async () =>
    (await running.request<{ items: PluginRecord[] }>("GET", "/v1/plugins?page_size=100", { token })).body
      .items;
  for (let kill = 0; kill < KILLS; kill++) {
    const sent = [...Array(6).keys()].map((index) => {
      const manifest = manifestOf({ name: `plugin-${kill}-${index}`, example: { input: 1, output: 1 } });
      const body = { manifest, source: "export const execute = (input) => input;" };
      return running.request("POST", "/v1/plugins", { token, body }).catch(() => undefined);
    });
    const [known] = (await list()).filter(({ status }) => status === "ready");
    if (known)
      void running
        .request("POST", `/v1/plugins/${known.id}/execute`, { token, body: { input: {} } })
        .catch(() => undefined);
    await Bun.sleep(random() * 600);
    await running.kill();
    await Promise.all(sent);
    expect(await integrityOf(data_dir)).toBe("ok");
    expect(await halves()).toEqual([0, 0]);
    running = await restart(token);
  }
  await waitUntil(async () => (await list()).every(({ status }) => status !== "loading"));
  const installed = await list();
  expect(installed.every(({ status }) => status === "ready")).toBe(true);
  for (const { id } of installed) {
    const answer = await running.request("POST", `/v1/plugins/${id}/execute`, {
      token,
      body: { input: { n: 1 } },
    });
    expect(answer.body).toMatchObject({ output: { n: 1 } });
  }
  await running.kill();
}, 60_000);

test("after kill -9, a benchmark with a plugin completes; each trial is scored once by the same version", async () => {
  let running = await restart();
  const { token } = running;
  const source = "export const execute = ({ output }) => ({ score: output.length > 0 ? 1 : 0 });";
  await installPlugin(running, { name: "scores", plugin_type: "evaluator" }, source);
  await installPlugin(
    running,
    { name: "trims", plugin_type: "transform" },
    "export const execute = ({ text }) => ({ text: text.trim() });",
  );
  const { benchmark_id } = await startBenchmark(running, {
    dataset: "arithmetic",
    providers: [{ provider: "baseline", model: "echo" }],
    metrics: ["plugin:scores"],
    transforms: { prompt: ["plugin:trims"] },
    iterations: 400,
  });
  for (const settled of [0.1, 0.5]) {
    const path = `/v1/benchmarks/${benchmark_id}`;
    await waitUntil(async () => {
      const { body } = await running.request<{ progress: number }>("GET", path, { token });
      return body.progress >= settled;
    });
    await running.kill();
    running = await restart(token);
  }
  const { status, results } = await finishedBenchmark(running, benchmark_id);
  expect(status).toBe("completed");
  expect(results?.runs[0]).toMatchObject({ trials: 400, metrics: { "plugin:scores": { value: 1, n: 400 } } });
  expect(results?.plugins?.map(({ ref, stopped }) => [ref, stopped])).toEqual([
    ["plugin:scores", null],
    ["plugin:trims", null],
  ]);
  expect((await trialsOf(running, benchmark_id)).every(({ error }) => error === null)).toBe(true);
  await running.kill();
}, 60_000);
