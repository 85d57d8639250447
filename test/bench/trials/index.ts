import { createRandom } from "../../../src/base/random.ts";
import { press } from "../load/press.ts";
import { requestText, type Server, startServer } from "../servers/server.ts";

/** A benchmark at work, and what others notice of it. */
export interface TrialRate {
  trials: number;
  per_second: number;
  /** Of `GET /health` while the benchmark ran. */
  health_p99_ms: number;
}

/** As many questions as MMLU's test split has. */
const SAMPLES = 14_042;
const CHOICES = 4;
const MODELS = ["random", "first", "longest", "overlap"];
const VOCABULARY = 2_000;
const HEALTH = { connections: 4, rate: 400 };

/** Questions of MMLU's length out of made-up words. */
function* questions(): Generator<string> {
  const random = createRandom("bench");
  const draw = (count: number) => Math.floor(random() * count);
  const words = (count: number) => Array.from({ length: count }, () => `word${draw(VOCABULARY)}`).join(" ");
  for (let id = 0; id < SAMPLES; id++) {
    const choices = Array.from({ length: CHOICES }, () => words(2 + draw(8)));
    const sample = {
      id,
      input: words(10 + draw(40)),
      choices,
      expected: draw(CHOICES),
      group: `g${id % 57}`,
    };
    yield JSON.stringify(sample);
  }
}

/** The questions, uploaded as `questions`. */
export async function uploadQuestions(server: Server): Promise<void> {
  const form = new FormData();
  form.set("file", new File([[...questions()].join("\n")], "questions.jsonl"));
  form.set("name", "questions");
  await server.post("/v1/datasets", form);
}

/** Four null models over a dataset of MMLU's size: every trial asked, scored and committed. */
export async function trials(): Promise<TrialRate> {
  await using server = await startServer();
  await uploadQuestions(server);
  const benchmark = {
    name: "trials",
    providers: MODELS.map((model) => ({ provider: "baseline", model })),
    dataset: "questions",
    metrics: ["accuracy", "latency", "cost"],
  };
  let path = "";
  const finished = async () => {
    path = await server.finish(benchmark);
  };
  const load = { url: server.url, request: requestText("GET", "/health"), ...HEALTH };
  const { p99_ms } = await press(load, finished);
  const { trials, started_at, finished_at } = await server.get<
    Record<"started_at" | "finished_at", string> & { trials: number }
  >(path);
  const seconds = (Date.parse(finished_at) - Date.parse(started_at)) / 1000;
  return { trials, per_second: trials / seconds, health_p99_ms: p99_ms };
}
