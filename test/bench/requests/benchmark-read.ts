import { type Comparison, compareRequests } from "../load/comparison.ts";
import { startBare } from "../servers/process.ts";
import { requestText, startServer } from "../servers/server.ts";

const BENCHMARK = {
  name: "a finished benchmark",
  providers: ["random", "first"].map((model) => ({ provider: "baseline", model })),
  dataset: "starter",
  metrics: ["accuracy", "latency", "cost"],
};

/** `GET /v1/benchmarks/:id` of a finished benchmark, with an API key, against the same bytes for everybody. */
export async function benchmarkRead(): Promise<Comparison> {
  await using ours = await startServer();
  const path = await ours.finish(BENCHMARK);
  await using bare = await startBare({ WORK: "answer", BODY: JSON.stringify(await ours.get(path)) });
  return await compareRequests(ours, bare, requestText("GET", path, { "X-API-Key": ours.key }));
}
