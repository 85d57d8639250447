import { yieldToEventLoop } from "../../../base/event-loop.ts";
import type { Range } from "../../../domain/benchmarks/plan.ts";
import type { PricedModel } from "../../../providers/prices/index.ts";
import type { CompletionRequest } from "../../../providers/provider.ts";
import { estimateUsage } from "../../model-calls/estimate.ts";
import type { Evidence } from "./evidence.ts";
import { scaled, totalOf, whole } from "./ranges.ts";

/** A quantity with what it was worked out from, or with why it (or a part of it) is not known. */
export interface Worked {
  range: Range | null;
  basis?: string;
  reason?: string;
}

/** By how much the tokenizer may be wrong: it is OpenAI's own. */
const TOKENIZER_ERROR = { own: 0.05, others: 0.35 };
const OWN_TOKENIZER = new Set(["openai", "azure"]);

function tokenizerError(provider: string): Range {
  const error = OWN_TOKENIZER.has(provider) ? TOKENIZER_ERROR.own : TOKENIZER_ERROR.others;
  return { low: 1 - error, expected: 1, high: 1 + error };
}

/** Prompts counted by the tokenizer, some of all. */
async function countPrompts(requests: readonly CompletionRequest[]): Promise<number[]> {
  const counts: number[] = [];
  for (const request of requests) {
    counts.push((await estimateUsage(request, { text: "" })).prompt_tokens);
    await yieldToEventLoop();
  }
  return counts;
}

/** Tokens of all prompts of a run: by evidence of the same prompts, else by the tokenizer over some of them. */
export async function promptTokens(
  provider: string,
  requests: readonly CompletionRequest[],
  trials: number,
  evidence: Evidence | undefined,
): Promise<Worked> {
  const told = evidence?.same_prompts ? evidence.usages.map(({ prompt_tokens }) => prompt_tokens) : [];
  const known = evidence && totalOf(told, trials, evidence.are);
  if (known) return { range: whole(known), basis: evidence.basis };
  const counted = totalOf(await countPrompts(requests), trials, "some");
  const basis = `OpenAI's o200k tokenizer over ${requests.length} of ${trials} prompts`;
  return { range: counted && whole(scaled(counted, tokenizerError(provider))), basis };
}

/** Tokens of all answers: by evidence, else from one a trial to the most that the model may write. */
export function completionTokens(
  { max_tokens }: Pick<CompletionRequest, "max_tokens">,
  facts: PricedModel | undefined,
  trials: number,
  evidence: Evidence | undefined,
): Worked {
  const told = evidence?.usages.map(({ completion_tokens }) => completion_tokens) ?? [];
  const capped = told.map((tokens) => (max_tokens === undefined ? tokens : Math.min(tokens, max_tokens)));
  const known = evidence && totalOf(capped, trials, evidence.are);
  if (known) return { range: whole(known), basis: evidence.basis };
  const most = max_tokens ?? facts?.output_tokens ?? null;
  const limit = max_tokens === undefined ? "the most that the model can write" : "max_tokens";
  const reason = "no trial of this model over this dataset tells how long its answers are";
  if (most === null) {
    const open = `${reason}, and there is no max_tokens`;
    return {
      range: { low: trials, expected: null, high: null },
      basis: "one token a trial or more",
      reason: open,
    };
  }
  const range = { low: trials, expected: null, high: most * trials };
  return { range, basis: `from one token a trial to ${limit}, ${most}`, reason };
}
