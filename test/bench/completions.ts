import { percentile } from "../../src/statistics/quantile.ts";
import { chatAnswer } from "./chat-answer.ts";
import { byTurns, CONNECTIONS, type Comparison, type Round, type Side } from "./comparison.ts";
import { startPortkey } from "./portkey.ts";
import type { Load } from "./press.ts";
import { type Process, startBare } from "./process.ts";
import { requestText, startServer } from "./server.ts";

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

/** What our server adds to an answer's time at half of its rate, in milliseconds. */
export interface AddedLatency {
  p50_ms: number;
  p99_ms: number;
  per_second: number;
}

export interface CompletionRates {
  /** Against a proxy that hands the same body on, and against Portkey's gateway. */
  proxy: Comparison;
  portkey: Comparison;
  added: AddedLatency;
}

const medianOf = (rounds: readonly Round[], figure: (round: Round) => number | null): number =>
  percentile(Float64Array.from(rounds, (round) => figure(round) ?? Number.NaN).sort(), 50) ?? Number.NaN;

/** At half of our full rate, for both. */
async function addedLatency(ours: Load, proxy: Load, sides: { ours: Process; proxy: Process }, full: number) {
  const rate = full / 2;
  const side = (server: Process, load: Load): Side => ({ server, task: { press: { ...load, rate } } });
  const rounds = await byTurns({ ours: side(sides.ours, ours), proxy: side(sides.proxy, proxy) }, () => 1);
  const added = (figure: (round: Round) => number | null) =>
    medianOf(rounds.ours, figure) - medianOf(rounds.proxy, figure);
  return {
    p50_ms: added(({ p50_ms }) => p50_ms),
    p99_ms: added(({ p99_ms }) => p99_ms),
    per_second: medianOf(rounds.ours, ({ per_second }) => per_second),
  };
}

/**
 * `POST /v1/completions` with API key, validation, accounting and a durable row, against a proxy that hands the
 * same body on and against Portkey's gateway; all ask the same upstream, which answers at once.
 */
export async function completions(): Promise<CompletionRates> {
  await using upstream = await startBare({ WORK: "answer", BODY: JSON.stringify(ANSWER) }, "others");
  const settings = { OPENAI_API_KEY: "not-a-secret", OPENAI_BASE_URL: `${upstream.url}/v1` };
  await using ours = await startServer(settings);
  await using proxy = await startBare({ WORK: "proxy", UPSTREAM: `${upstream.url}/v1/chat/completions` });
  await using portkey = await startPortkey();
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
    },
    () => WARM_UP_S,
  );
  const rate = medianOf(rounds.ours, ({ per_second }) => per_second);
  return {
    proxy: { ours: rounds.ours, bare: rounds.proxy },
    portkey: { ours: rounds.ours, bare: rounds.portkey },
    added: await addedLatency(loads.ours, loads.proxy, { ours, proxy }, rate),
  };
}
