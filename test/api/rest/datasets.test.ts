import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { hubDatasets } from "../../../src/datasets/hub-datasets.ts";
import type { DatasetListing } from "../../../src/domain/dataset.ts";
import {
  type Refusal,
  requestBenchmark,
  runBenchmark,
  startBenchmark,
  trialsOf,
} from "../../support/benchmarks.ts";
import { type FakeHub, startHub } from "../../support/hub/index.ts";
import { filesOfAllSets, filesOfSet, referenceRows } from "../../support/hub/rows.ts";
import { createCli } from "../../support/server/cli.ts";
import { startServer, type TestServer } from "../../support/server/index.ts";
import { integrityOf, type ServerProcess, startServerProcess } from "../../support/server/server-process.ts";
import { openSocket } from "../../support/server/socket.ts";
import { tempDirs } from "../../support/temp-dir.ts";
import { waitUntil } from "../../support/timing/waiting.ts";
import { createUpstream } from "../../support/upstream/index.ts";

const tempDir = tempDirs();
const MODELS = ["first", "random", "longest", "overlap"].map((model) => ({ provider: "baseline", model }));

describe("a server with a hub that has every dataset", () => {
  let hub: FakeHub;
  let server: TestServer;
  beforeAll(async () => {
    hub = startHub({ files: await filesOfAllSets(), store: true });
    server = await startServer({ hf_endpoint: hub.url });
  });
  afterAll(async () => {
    await server.stop();
    await hub.stop();
  });

  const ofChoices = hubDatasets.filter(({ name }) => name !== "gsm8k");
  test.each(ofChoices.flatMap((set) => set.protocols.map(({ name }) => [set.name, name] as const)))(
    "benchmarks null models over %s with %s: each answers in the protocol's form",
    async (dataset, protocol) => {
      const { benchmark_id, results } = await runBenchmark(server, { dataset, protocol, providers: MODELS });
      expect(results?.protocols).toEqual([protocol]);
      expect(results?.runs.map(({ outcomes }) => outcomes.scored)).toEqual([3, 3, 3, 3]);
      const answers = (await trialsOf(server, benchmark_id)).filter(({ run }) => run === "baseline/first");
      expect(new Set(answers.map(({ answer }) => answer))).toEqual(new Set(["A"]));
    },
  );

  test("also applies the protocol's stop sequences to the simulated model", async () => {
    const providers = [{ provider: "mock", model: "mock" }];
    const { results } = await runBenchmark(server, { dataset: "mmlu", protocol: "five_shot", providers });
    expect(results?.runs[0]?.outcomes.scored).toBe(3);
  });

  test("publishes the download's progress", async () => {
    const files = new Map(filesOfSet("gsm8k", await referenceRows("gsm8k")));
    const gsm8kHub = startHub({ files });
    const fresh = await startServer({ hf_endpoint: gsm8kHub.url });
    const socket = await openSocket(fresh.url, fresh.token);
    await socket.ask({ type: "subscribe", topics: ["dataset.progress"] });
    await startBenchmark(fresh, { dataset: "gsm8k", providers: [{ provider: "mock", model: "mock" }] });
    const heard = await socket.until(({ data }) => (data as { status?: string })?.status === "ready");
    expect(heard[0]).toMatchObject({
      topic: "dataset.progress",
      data: { dataset: "gsm8k", status: "downloading" },
    });
    await socket.close();
    await fresh.stop();
    await gsm8kHub.stop();
  });

  test("fetches a dataset before it is needed", async () => {
    const fetchSet = <Body>(name: string) =>
      server.request<Body>("POST", `/v1/datasets/${name}/fetch`, { token: server.token });
    const { status, body } = await fetchSet<DatasetListing>("winogrande");
    expect([status, body]).toMatchObject([
      200,
      { name: "winogrande", status: "ready", samples: 3, source: "hub" },
    ]);
    const again = await fetchSet<Refusal>("winogrand");
    expect([again.status, again.body.error.details.suggestion]).toEqual([400, "winogrande"]);
  });

  test("lists the accepted protocols for an unknown one", async () => {
    const { status, body } = await requestBenchmark<Refusal>(server, { dataset: "boolq", protocol: "none" });
    expect([status, body.error.details]).toMatchObject([
      400,
      { field: "protocol", accepted: expect.arrayContaining(["zero_shot", "seq2seq", "auto"]) },
    ]);
    const other = await requestBenchmark<Refusal>(server, { protocol: "none" });
    expect(other.status).toBe(400);
    expect(other.body.error.details.accepted).toEqual(expect.arrayContaining(["auto", "mmlu/cot"]));
  });

  test("sends a model what the reference sends, unless the request overrides it", async () => {
    const upstream = createUpstream({ answer: () => "A" });
    const asked = await startServer({
      hf_endpoint: hub.url,
      openai_api_key: "sk-test",
      openai_base_url: `${upstream.url}/v1`,
    });
    const request = {
      dataset: "mmlu",
      protocol: "five_shot",
      iterations: 1,
      providers: [
        { provider: "openai", model: "gpt-4o" },
        { provider: "openai", model: "gpt-4o", label: "own", params: { stop: [], temperature: 0.5 } },
      ],
    };
    const { results } = await runBenchmark(asked, request);
    expect(results?.runs.map(({ outcomes }) => outcomes.scored)).toEqual([1, 1]);
    const bodies = upstream.requests.map(({ body }) => body as unknown as Record<string, unknown>);
    expect(bodies.find(({ temperature }) => temperature === 0)).toMatchObject({ stop: ["</s>", "\n"] });
    expect(bodies.find(({ temperature }) => temperature === 0.5)?.stop ?? []).toEqual([]);
    for (const body of bodies) expect(Object.keys(body)).not.toContain("max_tokens");
    await asked.stop();
    await upstream.stop();
  });
});

test("a benchmark over a dataset that cannot be fetched is 503 before any model is called", async () => {
  const hub = startHub({ files: new Map() });
  const upstream = createUpstream();
  const server = await startServer({
    hf_endpoint: hub.url,
    openai_api_key: "sk-test",
    openai_base_url: `${upstream.url}/v1`,
  });
  const providers = [{ provider: "openai", model: "gpt-4o" }];
  const { status, body } = await requestBenchmark<Refusal>(server, { dataset: "mmlu", providers });
  expect([status, body.error.code, body.error.details.reason]).toEqual([
    503,
    "SERVICE_UNAVAILABLE",
    "not_found",
  ]);
  expect(body.error.message).toInclude("dataset import test-00000-of-00001.parquet --name mmlu");
  const { body: list } = await server.request("GET", "/v1/benchmarks", { token: server.token });
  expect(list).toMatchObject({ total: 0 });
  expect(upstream.calls).toBe(0);
  await Promise.all([server.stop(), hub.stop(), upstream.stop()]);
});

const problems = Array.from({ length: 3000 }, (_, index) => ({
  question: `Problem ${index}: ${Bun.hash(String(index))}?`,
  answer: `#### ${Bun.hash.crc32(String(index))}`,
}));

test("kill -9 in the middle of a download: the next process continues it, and the dataset is complete", async () => {
  const files = new Map(filesOfSet("gsm8k", { samples: problems, shots: problems.slice(0, 10) }));
  const data_dir = tempDir();
  const hub = startHub({ files, pause_ms: 10 });
  const environment = { HF_ENDPOINT: hub.url };
  let server: ServerProcess = await startServerProcess({ data_dir, environment });
  const { token } = server;
  const request = {
    dataset: "gsm8k",
    protocol: "zero_shot",
    providers: [{ provider: "mock", model: "mock" }],
  };
  const broken = requestBenchmark(server, request, token).catch((error: unknown) => error);
  const cache = join(data_dir, "cache", "hub");
  const begun = () =>
    existsSync(cache) &&
    readdirSync(cache, { recursive: true }).some((path) => String(path).endsWith(".part"));
  await waitUntil(begun);
  await Bun.sleep(100);
  await server.kill();
  await broken;
  await hub.stop();

  const second = startHub({ files });
  server = await startServerProcess({ data_dir, token, environment: { HF_ENDPOINT: second.url } });
  const { results } = await runBenchmark({ ...server, token }, { ...request, iterations: 10 });
  expect(results?.dataset).toMatchObject({ name: "gsm8k", samples: 3000 });
  expect(second.fileRequests()[0]?.range).toMatch(/^bytes=[1-9]\d*-$/);
  expect(await server.stop()).toBe(0);
  expect(await integrityOf(data_dir)).toBe("ok");
  await second.stop();
});

test("the command line fetches a dataset, and imports one from files with its examples", async () => {
  const cli = createCli();
  const hub = startHub({ files: await filesOfAllSets() });
  const env = { DATA_DIR: tempDir(), HF_ENDPOINT: hub.url };
  expect(await cli.read<DatasetListing>(["dataset", "fetch", "boolq"], env)).toMatchObject({
    name: "boolq",
    status: "ready",
    samples: 3,
  });
  const folder = tempDir();
  const [samples, shots] = await Promise.all(
    filesOfSet("mmlu", await referenceRows("mmlu")).map(async ([path, bytes]) => {
      const file = join(folder, path.split("/").at(-1) ?? "");
      await Bun.write(file, bytes);
      return file;
    }),
  );
  const argv = ["dataset", "import", samples ?? "", "--name", "mmlu", "--shots", shots ?? ""];
  expect(await cli.read(argv, env)).toMatchObject({ source: "upload", samples: 3, shots: { count: 15 } });
  const failed = await cli.run(["dataset", "fetch", "nothing-like-it"], env);
  expect([failed.code, failed.stdout]).toEqual([1, ""]);
  expect(failed.stderr).toInclude("unknown dataset 'nothing-like-it'");
  await hub.stop();
});
