import { join } from "node:path";
import { percentile } from "../../../src/statistics/quantile.ts";
import { byTurns, CONNECTIONS, type Comparison, type Round, type Side } from "../load/comparison.ts";
import type { Load } from "../load/press.ts";
import { chatAnswer } from "../servers/chat-answer.ts";
import { startPortkey } from "../servers/portkey.ts";
import { type Process, startBare, startProcess } from "../servers/process.ts";
import { requestText, startServer } from "../servers/server.ts";

const ANSWER = chatAnswer("Paris is the capital of France.", 14, 7);

const QUESTION = {
  provider: "openai",
  model: "gpt-4o-mini",
  prompt: "What is the capital of France?",
  max_tokens: 100,
  temperature: 0.7,
};

const CHAT = {
  model: QUESTION.model,
  messages: [{ role: "user", content: QUESTION.prompt }],
  max_tokens: QUESTION.max_tokens,
  temperature: QUESTION.temperature,
};
const JSON_HEADERS = { "Content-Type": "application/json" };
const WARM_UP_S = 10;

/** What a server adds to the proxy's time for an answer, in milliseconds. */
export interface Added {
  p50_ms: number;
  p99_ms: number;
}

/** At half of our rate: by us, and by the libraries alone. */
export interface AddedLatency {
  ours: Added;
  libraries: Added;
  per_second: number;
}

export interface CompletionRates {
  /** Against a proxy that hands the same body on, and Portkey's gateway; then the libraries without us against the proxy. */
  proxy: Comparison;
  portkey: Comparison;
  libraries: Comparison;
  added: AddedLatency;
}

const medianOf = (rounds: readonly Round[], figure: (round: Round) => number | null): number =>
  percentile(Float64Array.from(rounds, (round) => figure(round) ?? Number.NaN).sort(), 50) ?? Number.NaN;

type Sides = Record<"ours" | "proxy" | "libraries", { server: Process; load: Load }>;

/** At half of our full rate, for all. */
async function addedLatency({ ours, proxy, libraries }: Sides, full: number): Promise<AddedLatency> {
  const side = ({ server, load }: Sides["ours"]): Side => ({
    server,
    task: { press: { ...load, rate: full / 2 } },
  });
  const sides = { ours: side(ours), proxy: side(proxy), libraries: side(libraries) };
  const rounds = await byTurns(sides, () => 1);
  const added = (by: readonly Round[]): Added => ({
    p50_ms: medianOf(by, ({ p50_ms }) => p50_ms) - medianOf(rounds.proxy, ({ p50_ms }) => p50_ms),
    p99_ms: medianOf(by, ({ p99_ms }) => p99_ms) - medianOf(rounds.proxy, ({ p99_ms }) => p99_ms),
  });
  return {
    ours: added(rounds.ours),
    libraries: added(rounds.libraries),
    per_second: medianOf(rounds.ours, ({ per_second }) => per_second),
  };
}

/**
 * `POST /v1/completions` with API key, validation, accounting and a durable row, against a proxy that hands the
 * same body on, Portkey's gateway and the libraries alone; all ask the same upstream, which answers at once.
 */
export async function completions(): Promise<CompletionRates> {
  await using upstream = await startBare({ WORK: "answer", BODY: JSON.stringify(ANSWER) }, "others");
  const settings = { OPENAI_API_KEY: "not-a-secret", OPENAI_BASE_URL: `${upstream.url}/v1` };
  await using ours = await startServer(settings);
  await using proxy = await startBare({ WORK: "proxy", UPSTREAM: `${upstream.url}/v1/chat/completions` });
  await using portkey = await startPortkey();
  await using libraries = await startProcess(
    "measured",
    [join(import.meta.dir, "..", "servers", "libraries.ts")],
    {
      UPSTREAM: settings.OPENAI_BASE_URL,
    },
  );
  const loadOf = (server: Process, request: string): Load => ({
    url: server.url,
    request,
    connections: CONNECTIONS,
  });
  const headers = { "X-API-Key": ours.key, ...JSON_HEADERS };
  const portkeyHeaders = {
    ...JSON_HEADERS,
    Authorization: "Bearer not-a-secret",
    "x-portkey-provider": "openai",
    "x-portkey-custom-host": `${upstream.url}/v1`,
  };
  const asked = requestText("POST", "/v1/completions", headers, JSON.stringify(QUESTION));
  const loads = {
    ours: loadOf(ours, asked),
    proxy: loadOf(proxy, asked),
    libraries: loadOf(libraries, asked),
    portkey: loadOf(
      portkey,
      requestText("POST", "/v1/chat/completions", portkeyHeaders, JSON.stringify(CHAT)),
    ),
  };
  const rounds = await byTurns(
    {
      ours: { server: ours, task: { press: loads.ours } },
      proxy: { server: proxy, task: { press: loads.proxy } },
      portkey: { server: portkey, task: { press: loads.portkey } },
      libraries: { server: libraries, task: { press: loads.libraries } },
    },
    () => WARM_UP_S,
  );
  const rate = medianOf(rounds.ours, ({ per_second }) => per_second);
  const sides = {
    ours: { server: ours, load: loads.ours },
    proxy: { server: proxy, load: loads.proxy },
    libraries: { server: libraries, load: loads.libraries },
  };
  return {
    proxy: { ours: rounds.ours, bare: rounds.proxy },
    portkey: { ours: rounds.ours, bare: rounds.portkey },
    libraries: { ours: rounds.libraries, bare: rounds.proxy },
    added: await addedLatency(sides, rate),
  };
}
