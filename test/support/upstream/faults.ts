import assert from "node:assert/strict";
import type { Completion, CompletionRecord } from "../../../src/domain/completions/completion.ts";
import type { Refusal } from "../benchmarks.ts";
import type { Answer, Sent } from "../server/index.ts";
import { readCompletion, streamCompletion } from "../server/sse.ts";

/** What is to come of a fault of `test/support/processes/faulty-upstream.ts`. */
interface Expected {
  /** How the record's error begins. */
  reason: RegExp;
  /** Whether a streamed answer has begun before it. */
  begun: boolean;
  /** The time that the call is given, which it then takes. */
  timeout_ms?: number;
  /** Attempts beyond the first, where they are always as many. */
  retries?: number;
  /** Takes long, or much memory. */
  heavy?: true;
}

const LIMIT_MS = 300;

export const FAULTS: Readonly<Record<string, Expected>> = {
  "429-after": { reason: /^rate_limited: /, begun: false, retries: 3 },
  "429": { reason: /^rate_limited: /, begun: false, retries: 3, heavy: true },
  "500": { reason: /^server_error: /, begun: false, retries: 3 },
  refused: { reason: /^unreachable: /, begun: false, retries: 3, heavy: true },
  "hang-before-headers": { reason: /^timeout: /, begun: false, timeout_ms: LIMIT_MS, retries: 0 },
  "hang-mid-stream": { reason: /^timeout: /, begun: true, timeout_ms: LIMIT_MS, retries: 0 },
  "cut-mid-chunk": { reason: /^(unreachable|invalid_response): /, begun: true },
  "no-finish": { reason: /^invalid_response: /, begun: true, retries: 0 },
  "invalid-json": { reason: /^invalid_response: /, begun: false, retries: 0 },
  "slow-drip": { reason: /^timeout: /, begun: true, timeout_ms: LIMIT_MS, retries: 0 },
  "large-body": { reason: /^invalid_response: .*33554432 bytes/, begun: true, retries: 0, heavy: true },
  "wrong-type": { reason: /^invalid_response: /, begun: false, retries: 0 },
};

/** A server in this process or in one of its own. */
interface FaultyServer {
  url: string;
  token: string;
  request<Body>(method: string, path: string, sent?: Sent): Promise<Answer<Body>>;
}

const PATIENT_MS = 60_000;
/** How late the end of a call may be noticed on a busy machine. */
const LATE_MS = 5_000;

const targetOf = (provider: string, fault: string) => ({
  // Nobody listens where this one is.
  provider: fault === "refused" ? "nobody" : provider,
  model: fault,
  timeout_ms: FAULTS[fault]?.timeout_ms ?? PATIENT_MS,
});

/** Makes a streamed call that fails, and checks the answer. */
export async function failStreamed(server: FaultyServer, provider: string, fault: string): Promise<void> {
  const begun = FAULTS[fault]?.begun ?? assert.fail(fault);
  assert.equal(await failSomehow(server, provider, fault), begun, fault);
}

/** The same for a server under load, where the time may be over before the answer has begun; answers whether it had. */
export async function failSomehow(server: FaultyServer, provider: string, fault: string): Promise<boolean> {
  const response = await streamCompletion(server, targetOf(provider, fault));
  if (response.status !== 200) {
    assert.equal(response.status, 503, fault);
    assert.equal(((await response.json()) as Refusal).error.code, "SERVICE_UNAVAILABLE", fault);
    return false;
  }
  const { done, error, texts } = await readCompletion(response);
  assert.equal(done, null, fault);
  assert.equal(error?.error.code, "SERVICE_UNAVAILABLE", fault);
  assert.ok(texts.length > 0, fault);
  return true;
}

/** The same for an answer in one piece. */
export async function failWhole(server: FaultyServer, provider: string, fault: string): Promise<void> {
  const { status, body } = await server.request<Completion & Refusal>("POST", "/v1/completions", {
    token: server.token,
    body: { prompt: "hello", ...targetOf(provider, fault) },
  });
  assert.equal(status, 503, fault);
  assert.equal(body.error.code, "SERVICE_UNAVAILABLE", fault);
}

async function newestRecord({ request, token }: FaultyServer, fault: string): Promise<CompletionRecord> {
  const query = new URLSearchParams({ page_size: "1", model: fault });
  const { body } = await request<{ items: CompletionRecord[] }>("GET", `/v1/completions?${query}`, { token });
  const listed = body.items[0] ?? assert.fail(`${fault} has no record`);
  const { request_id } = listed;
  return (await request<CompletionRecord>("GET", `/v1/completions/${request_id}`, { token })).body;
}

/** Lets a call fail, and checks its record and the time it took; answers both. */
export async function failOnRecord(
  server: FaultyServer,
  fault: string,
  fail: (server: FaultyServer, provider: string, fault: string) => Promise<void>,
) {
  const { reason, begun, timeout_ms, retries } = FAULTS[fault] ?? assert.fail(fault);
  const started = performance.now();
  await fail(server, "faulty", fault);
  const took_ms = Math.round(performance.now() - started);
  const record = await newestRecord(server, fault);
  assert.equal(record.status, "failed", fault);
  assert.match(record.error ?? "", reason);
  const said = begun && fail === failStreamed;
  assert.equal(record.text === null, !said, fault);
  assert.equal(record.usage?.estimated ?? null, said || null, fault);
  assert.equal(record.ttft_ms === null, !said, fault);
  if (retries !== undefined) assert.equal(record.retries, retries, fault);
  assert.ok(record.latency_ms !== null && record.latency_ms <= took_ms + 1, fault);
  if (timeout_ms)
    assert.ok(took_ms >= timeout_ms && took_ms < timeout_ms + LATE_MS, `${fault}: ${took_ms} ms`);
  return { took_ms, record };
}
