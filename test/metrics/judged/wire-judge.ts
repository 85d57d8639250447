import { afterEach } from "bun:test";
import { Value } from "@sinclair/typebox/value";
import { judgedMetrics } from "../../../src/metrics/judged/index.ts";
import {
  isParametric,
  type JudgeAnswer,
  JudgeFailure,
  type JudgeRequest,
  type Metric,
  type ScoringTools,
} from "../../../src/metrics/metric.ts";
import { createOpenAi } from "../../../src/providers/openai.ts";
import { ProviderError } from "../../../src/providers/provider.ts";
import { createCalls, MODEL } from "../../support/model-calls.ts";
import { tempDirs } from "../../support/temp-dir.ts";
import {
  createUpstream,
  type Upstream,
  type UpstreamAnswer,
  type UpstreamOptions,
} from "../../support/upstream/index.ts";
import { formIn, textOf } from "../../support/upstream/wire.ts";

const newDir = tempDirs();
const stops: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

type ScriptedReply = string | UpstreamAnswer;

/** Creates a judge's answers by the requested form, one after another; the last answer of each form repeats. */
export function script(
  answers: Record<string, ScriptedReply | ScriptedReply[]>,
): NonNullable<UpstreamOptions["answer"]> {
  const turns = new Map<string, number>();
  return (body) => {
    const form = formIn(body);
    const replies = [answers[form] ?? `no script for ${form}`].flat();
    const turn = turns.get(form) ?? 0;
    turns.set(form, turn + 1);
    return replies[Math.min(turn, replies.length - 1)] ?? "";
  };
}

export const statements = (...list: string[]): string => JSON.stringify({ statements: list });

/**
 * Verdicts in the requested form: words, or numbers and booleans as the judges of the reference libraries give
 * them.
 */
export const verdicts = (...list: (string | number | boolean)[]): string =>
  JSON.stringify({
    verdicts: list.map((verdict, index) => ({ number: index + 1, reason: "so it is", verdict })),
  });

export interface WireJudge extends Required<Pick<ScoringTools, "judge">> {
  upstream: Upstream;
  /** The texts that the judge received, by call. */
  receivedTexts(): Record<string, unknown>[];
}

const judgeAt = (
  upstream: Upstream,
  complete: (request: JudgeRequest) => Promise<JudgeAnswer>,
): WireJudge => ({
  upstream,
  receivedTexts: () =>
    upstream.requests.map(({ body }) => JSON.parse(textOf(body.messages[1]?.content ?? "{}"))),
  async judge(request) {
    try {
      return await complete(request);
    } catch (error) {
      throw error instanceof ProviderError ? new JudgeFailure(error.message) : error;
    }
  },
});

/** Starts a judge behind a real provider on a real socket. */
export async function startJudge(options: UpstreamOptions): Promise<WireJudge> {
  const upstream = createUpstream(options);
  stops.push(upstream.stop);
  const provider = createOpenAi({ api_key: "sk-test", base_url: `${upstream.url}/v1` });
  return judgeAt(upstream, (request) => provider.complete({ model: MODEL, ...request }));
}

/** Like `startJudge`, with the retries and time limits of every call. */
export async function startGuardedJudge(options: UpstreamOptions, total_ms = 20_000): Promise<WireJudge> {
  const upstream = createUpstream(options);
  const { calls, provider, close } = await createCalls(newDir(), upstream.url);
  stops.push(upstream.stop, close);
  const policy = { limits: { total_ms } };
  return judgeAt(
    upstream,
    async (request) => (await calls.call(provider, { model: MODEL, ...request }, policy)).completion,
  );
}

/** Returns a judged metric with these parameters over their defaults. */
export function judged(name: keyof typeof judgedMetrics, params: Record<string, unknown> = {}): Metric {
  const entry = judgedMetrics[name];
  if (!isParametric(entry)) return entry;
  return entry.create(Value.Default(entry.parameters, structuredClone(params)) as Record<string, unknown>);
}
