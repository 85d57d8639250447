import { chatAnswer } from "../servers/chat-answer.ts";
import { startBare } from "../servers/process.ts";
import { startServer } from "../servers/server.ts";

/** A benchmark of a model behind HTTP, whose upstream has a process of its own. */
export interface RemoteRate {
  trials: number;
  per_second: number;
  /** What the upstream and the limit alone would allow; null where it answers at once. */
  possible_per_second: number | null;
  /** Of the server's own time on a core, a trial; null where the system does not tell. */
  cpu_ms_per_trial: number | null;
}

interface RemotePlan {
  trials: number;
  concurrency: number;
  wait_ms: number;
}

const ANSWER = chatAnswer("ANSWER: A", 80, 4);

/** Runs the built-in multiple-choice set over and over, every trial asked, scored and committed. */
export async function remoteTrials({ trials, concurrency, wait_ms }: RemotePlan): Promise<RemoteRate> {
  const work = wait_ms > 0 ? { WORK: "wait", WAIT_MS: String(wait_ms) } : { WORK: "answer" };
  await using upstream = await startBare({ ...work, BODY: JSON.stringify(ANSWER) }, "others");
  await using server = await startServer({
    OPENAI_API_KEY: "not-a-secret",
    OPENAI_BASE_URL: `${upstream.url}/v1`,
    OPENAI_CONCURRENCY: String(concurrency),
  });
  const benchmark = (iterations: number) => ({
    name: "remote",
    providers: [{ provider: "openai", model: "gpt-4o-mini" }],
    dataset: "starter",
    metrics: ["accuracy", "latency", "cost"],
    iterations,
  });
  // Code that was never run is slow, and connections are not open yet.
  await server.finish(benchmark(Math.ceil(trials / 5)));
  const before = server.cpuMs();
  const path = await server.finish(benchmark(trials));
  const after = server.cpuMs();
  const { started_at, finished_at } = await server.get<Record<"started_at" | "finished_at", string>>(path);
  return {
    trials,
    per_second: (1000 * trials) / (Date.parse(finished_at) - Date.parse(started_at)),
    possible_per_second: wait_ms > 0 ? (1000 * concurrency) / wait_ms : null,
    cpu_ms_per_trial: before === null || after === null ? null : (after - before) / trials,
  };
}
