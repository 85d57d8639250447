import { createRandom } from "../../base/random.ts";
import { letterOf } from "../../domain/choice-letters.ts";
import type { Usage } from "../../domain/completions/completion.ts";
import { abortedError, unknownName } from "../failures.ts";
import { type Feature, withinReach } from "../features.ts";
import {
  type CallOptions,
  type CompletionRequest,
  lastUserMessage,
  type Provider,
  type ProviderCompletion,
  ProviderError,
} from "../provider.ts";

const NAME = "baseline";
const DESCRIPTION =
  "Null models, which need no network and which a real model must beat. For multiple-choice samples: random (uniform; " +
  "the same seed and prompt give the same choice), first, longest (the first of the longest choices) and overlap " +
  "(the choice that shares the most words with the question). For any prompt: echo (the last user message). " +
  "They read no tokens, so their usage is zero.";

const CANNOT: readonly Feature[] = [
  "max_tokens",
  "temperature",
  "top_p",
  "stop",
  "json_object",
  "json_schema",
  "tools",
  "top_logprobs",
];

/** Returns the index of a choice. */
type Chooser = (request: CompletionRequest, choices: readonly string[]) => number;

const random: Chooser = (request, choices) => {
  const seed = `${request.seed ?? 0}:${request.repeat ?? 0}:${lastUserMessage(request.messages)}`;
  return Math.floor(createRandom(seed)() * choices.length);
};

/** Returns the first index of the highest score. */
function best(scores: readonly number[]): number {
  return scores.indexOf(Math.max(...scores));
}

const longest: Chooser = (_request, choices) => best(choices.map((choice) => choice.length));

const wordsOf = (text: string): Set<string> => new Set(text.toLowerCase().match(/[\p{L}\p{N}]+/gu));

const overlap: Chooser = (request, choices) => {
  if (request.question === undefined)
    throw refuse("overlap", "needs the sample's question without its choices");
  const question_words = wordsOf(request.question);
  return best(choices.map((choice) => wordsOf(choice).intersection(question_words).size));
};

const refuse = (model: string, fault: string): ProviderError =>
  new ProviderError(NAME, "invalid_request", `baseline: the model '${model}' ${fault}.`);

const choosing = (choose: Chooser) => (request: CompletionRequest) => {
  if (!request.choices?.length) throw refuse(request.model, "answers multiple-choice samples only");
  const choice = choose(request, request.choices);
  return request.answers?.[choice] ?? `ANSWER: ${letterOf(choice)}`;
};

const MODELS = new Map<string, (request: CompletionRequest) => string>([
  ["random", choosing(random)],
  ["first", choosing(() => 0)],
  ["longest", choosing(longest)],
  ["overlap", choosing(overlap)],
  ["echo", (request) => lastUserMessage(request.messages)],
]);

function modelOf(name: string) {
  const model = MODELS.get(name);
  if (!model) throw unknownName(NAME, "model", { name, known: [...MODELS.keys()] });
  return model;
}

const NONE_READ: Usage = { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 };

function complete(request: CompletionRequest, options: CallOptions = {}): ProviderCompletion {
  if (options.signal?.aborted) throw abortedError(NAME, options.signal);
  return {
    text: modelOf(request.model)(request),
    model: request.model,
    finish_reason: "stop",
    usage: NONE_READ,
    warnings: withinReach(request, { name: NAME, title: NAME, cannot: CANNOT }).warnings,
  };
}

/** Null models. A call costs microseconds, and nothing is kept between calls. */
export const createBaseline = (): Provider => ({
  listing: {
    name: NAME,
    description: DESCRIPTION,
    kind: "embedded",
    configured: true,
    requires: [],
    streams: true,
    logprobs: false,
    embeddings: false,
    models: [...MODELS.keys()],
  },
  checkModel: (model) => void modelOf(model),
  forecast: () => ({ usage: NONE_READ, latency_ms: 0, error_rate: 0, retryable: false }),
  complete: async (request, options) => complete(request, options),
  async *stream(request, options) {
    const completion = complete(request, options);
    yield { type: "text", text: completion.text };
    yield { type: "finish", completion };
  },
});
