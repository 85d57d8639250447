import type { Asked, Reply, UpstreamToolCall, Wire } from "./wire.ts";

/** What the model says. Without `finish_reason`: the vendor's word for how such an answer ends. */
export interface UpstreamAnswer {
  text: string;
  /** In the vendor's own words (`length`, `end_turn`, …); null leaves it out. */
  finish_reason?: string | null;
  /** Whether usage is reported; true if left out. */
  usage?: boolean;
  /** The name that it gives itself; the one asked for if left out. */
  model?: string;
  tool_calls?: readonly UpstreamToolCall[];
  /** What it thinks first, and how many tokens that takes. */
  thoughts?: string;
  reasoning_tokens?: number;
  /** Of the prompt's tokens. */
  cached_tokens?: number;
  cache_write_tokens?: number;
  /** It won't answer. */
  refused?: boolean;
  /** In place of those that are made up for each word; empty where it has none, though they were asked for. */
  logprobs?: Reply["logprobs"];
}

const wordsOf = (text: string): string[] => text.match(/^\s*\S+\s*|\S+\s*/g) ?? [];

export const tokensIn = (texts: readonly string[]): number =>
  texts.reduce((sum, text) => sum + wordsOf(text).length, 0);

/** The vectors of texts: a text's letters (100 at most), its words and 1. */
export const countsOf = (texts: readonly string[]): number[][] =>
  texts.map((text) => [Math.min(100, text.length), wordsOf(text).length, 1]);

function finishOf(wire: Wire, answer: UpstreamAnswer, cut: boolean): string | null {
  if (answer.finish_reason !== undefined) return answer.finish_reason;
  if (answer.refused) return wire.refused;
  if (answer.tool_calls?.length) return wire.called;
  return cut ? wire.truncated : wire.finished;
}

/** Every word a token of log-probability -0.25, with as many others as were asked for, each half as likely. */
const logprobsOf = (words: readonly string[], { top_logprobs }: Asked): Reply["logprobs"] =>
  top_logprobs === undefined
    ? []
    : words.map((token) => ({
        token,
        logprob: -0.25,
        top: Array.from({ length: top_logprobs }, (_, rank) => ({
          token: rank === 0 ? token : `other${rank}`,
          logprob: -0.25 - rank * Math.LN2,
        })),
      }));

/** The reply to a request, of what the model says. */
export function toReply(wire: Wire, asked: Asked, said: string | UpstreamAnswer): Reply {
  const answer: UpstreamAnswer = typeof said === "string" ? { text: said } : said;
  const words = wordsOf(answer.text);
  const room = asked.max_tokens ?? words.length;
  const spoken = words.slice(0, room);
  const usage = {
    input: tokensIn(asked.texts),
    output: spoken.length,
    cached: answer.cached_tokens ?? 0,
    cache_write: answer.cache_write_tokens ?? 0,
    reasoning: answer.reasoning_tokens ?? 0,
  };
  return {
    model: answer.model ?? asked.model,
    words: spoken,
    finish_reason: finishOf(wire, answer, words.length > room),
    usage: answer.usage === false ? null : usage,
    tool_calls: answer.tool_calls ?? [],
    thoughts: answer.thoughts ?? "",
    refused: answer.refused ?? false,
    logprobs: answer.logprobs ?? logprobsOf(spoken, asked),
  };
}
