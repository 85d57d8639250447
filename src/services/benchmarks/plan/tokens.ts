import { yieldToEventLoop } from "../../../base/event-loop.ts";
import type { Range } from "../../../domain/benchmarks/plan.ts";
import type { PricedModel } from "../../../providers/prices/index.ts";
import type { CompletionRequest } from "../../../providers/provider.ts";
import { estimateUsage } from "../../model-calls/estimate.ts";
import type { Evidence } from "./evidence.ts";
import { scaled, totalOf, whole } from "./ranges.ts";

/** An estimated quantity with its basis, or with the reason why it, or one of its ends, is not known. */
export interface Estimate {
  range: Range | null;
  basis?: string;
  reason?: string;
}

/** The relative error of the token counts. The tokenizer is OpenAI's. */
const TOKENIZER_ERROR = { openai: 0.05, others: 0.35 };
const OPENAI_PROVIDERS = new Set(["openai", "azure"]);

function tokenizerError(provider: string): Range {
  const error = OPENAI_PROVIDERS.has(provider) ? TOKENIZER_ERROR.openai : TOKENIZER_ERROR.others;
  return { low: 1 - error, expected: 1, high: 1 + error };
}

async function countPrompts(requests: readonly CompletionRequest[]): Promise<number[]> {
  const counts: number[] = [];
  for (const request of requests) {
    counts.push((await estimateUsage(request, { text: "" })).prompt_tokens);
    await yieldToEventLoop();
  }
  return counts;
}

/** The trials of a planned run, as far as their tokens depend on them. */
interface PlannedTrials {
  provider: string;
  /** The requests of some of the trials. */
  requests: readonly CompletionRequest[];
  /** Number of all trials. */
  trials: number;
  evidence: Evidence | undefined;
}

/** Estimates the tokens of all prompts: from evidence with the same prompts, else by the tokenizer from some of them. */
export async function promptTokens({
  provider,
  requests,
  trials,
  evidence,
}: PlannedTrials): Promise<Estimate> {
  const counts = evidence?.same_prompts ? evidence.usages.map(({ prompt_tokens }) => prompt_tokens) : [];
  const known = evidence && totalOf(counts, trials, evidence.are);
  if (known) return { range: whole(known), basis: evidence.basis };
  const counted = totalOf(await countPrompts(requests), trials, "some");
  const basis = `OpenAI's o200k tokenizer over ${requests.length} of ${trials} prompts`;
  return { range: counted && whole(scaled(counted, tokenizerError(provider))), basis };
}

/** Estimates the tokens of all answers: from evidence, else from one token a trial to the most the model may write. */
export function completionTokens(
  { requests, trials, evidence }: PlannedTrials,
  facts: PricedModel | undefined,
): Estimate {
  const max_tokens = requests[0]?.max_tokens;
  const counts = evidence?.usages.map(({ completion_tokens }) => completion_tokens) ?? [];
  const capped = counts.map((tokens) => (max_tokens === undefined ? tokens : Math.min(tokens, max_tokens)));
  const known = evidence && totalOf(capped, trials, evidence.are);
  if (known) return { range: whole(known), basis: evidence.basis };
  const limit = max_tokens === undefined ? "the model's output limit" : "max_tokens";
  return unknownLengths(trials, max_tokens ?? facts?.output_tokens ?? null, limit);
}

/** Estimates the tokens of answers of unknown length, by their limit alone. */
function unknownLengths(trials: number, most: number | null, limit: string): Estimate {
  const reason = "no past trial of this model over this dataset shows how long its answers are";
  const high = most === null ? null : most * trials;
  const range = { low: trials, expected: null, high };
  if (most === null)
    return { range, basis: "at least one token a trial", reason: `${reason}, and max_tokens is not set` };
  return { range, basis: `from one token a trial to ${limit}, ${most}`, reason };
}
