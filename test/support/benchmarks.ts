import type { Benchmark } from "../../src/domain/benchmarks/benchmark.ts";
import type { Trial, TrialListing } from "../../src/domain/benchmarks/trial.ts";
import type { TestServer } from "./server/index.ts";
import { waitUntil } from "./timing/waiting.ts";

/** Whoever answers requests: a server in this process or in another. */
export type Api = Pick<TestServer, "request" | "token">;

/** A benchmark's request; what is left out is a quick one without network. */
export type BenchmarkRequest = Record<string, unknown>;

const QUICK = {
  name: "a benchmark",
  providers: [{ provider: "baseline", model: "first" }],
  dataset: "starter",
  metrics: ["accuracy"],
};

/** What an error answer holds. */
export interface Refusal {
  error: { code: string; message: string; details: Record<string, unknown> };
}

export const requestBenchmark = <Body = Benchmark>(
  server: Api,
  request: BenchmarkRequest = {},
  token = server.token,
) => server.request<Body>("POST", "/v1/benchmarks", { token, body: { ...QUICK, ...request } });

/** Starts a benchmark and answers it as it was created. */
export async function startBenchmark(server: Api, request: BenchmarkRequest = {}): Promise<Benchmark> {
  const { status, body } = await requestBenchmark(server, request);
  if (status !== 201) throw new Error(`Creating the benchmark answered ${status}: ${JSON.stringify(body)}`);
  return body;
}

export async function getBenchmark(server: Api, id: string): Promise<Benchmark> {
  return (await server.request<Benchmark>("GET", `/v1/benchmarks/${id}`, { token: server.token })).body;
}

/** Polls until the benchmark is as wanted; throws after a deadline. */
export async function benchmarkThat(
  server: Api,
  id: string,
  fits: (benchmark: Benchmark) => boolean,
): Promise<Benchmark> {
  let benchmark = await getBenchmark(server, id);
  await waitUntil(async () => {
    if (fits(benchmark)) return true;
    benchmark = await getBenchmark(server, id);
    return fits(benchmark);
  });
  return benchmark;
}

/** As the document's workflow does: polls until the progress is 1. */
export const finishedBenchmark = (server: Api, id: string): Promise<Benchmark> =>
  benchmarkThat(server, id, ({ progress }) => progress >= 1);

export const runBenchmark = async (server: Api, request: BenchmarkRequest = {}): Promise<Benchmark> =>
  finishedBenchmark(server, (await startBenchmark(server, request)).benchmark_id);

/** A trial of a list whose notes are short. */
export type ListedTrial = Trial & Pick<TrialListing, "left_out">;

/** All trials of a benchmark, in the order of the list. */
export async function trialsOf(server: Api, id: string): Promise<ListedTrial[]> {
  const trials: ListedTrial[] = [];
  for (let page = 1; ; page++) {
    const { body } = await server.request<{ items: ListedTrial[]; total_pages: number }>(
      "GET",
      `/v1/benchmarks/${id}/trials?page=${page}&page_size=100`,
      { token: server.token },
    );
    trials.push(...body.items);
    if (page >= body.total_pages) return trials;
  }
}

/** A benchmark of three runs with 150 trials each: right and wrong ones, and some whose provider failed. */
export async function mixedTrials(server: Api): Promise<{ id: string; trials: ListedTrial[] }> {
  const providers = [
    { provider: "baseline", model: "random" },
    { provider: "baseline", model: "first", label: "the first" },
    { provider: "mock", model: "mock?error_rate=0.3&error=401&seed=1", label: "failing" },
  ];
  const request = { providers, metrics: ["accuracy", "latency"], iterations: 150 };
  const { benchmark_id: id } = await runBenchmark(server, request);
  return { id, trials: await trialsOf(server, id) };
}

export interface DatasetSample {
  id?: string;
  input: string;
  expected?: string | number | string[];
  choices?: string[];
  context?: string | string[];
  group?: string;
  metadata?: Record<string, unknown>;
}

/** Uploads a dataset and answers its name. */
export async function uploadDataset(server: Api, name: string, samples: DatasetSample[]): Promise<string> {
  const { status, body } = await server.request("POST", "/v1/datasets", {
    token: server.token,
    body: { name, samples },
  });
  if (status !== 201) throw new Error(`Uploading answered ${status}: ${JSON.stringify(body)}`);
  return name;
}
