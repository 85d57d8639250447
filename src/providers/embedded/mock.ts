import { setTimeout as sleep } from "node:timers/promises";
import { createRandom } from "../../base/random.ts";
import type { Usage } from "../../domain/completions/completion.ts";
import { abortedError, failureOf } from "../failures.ts";
import { type Feature, withinReach } from "../features.ts";
import {
  type CallOptions,
  type CompletionRequest,
  type Provider,
  type ProviderCompletion,
  ProviderError,
} from "../provider.ts";
import { answerOf, wordsOf } from "./mock-answer.ts";
import { hashedBagOfWords } from "./mock-embedding.ts";
import { MOCK, MOCK_ERRORS, type MockError, type MockSettings, readMockSettings } from "./mock-settings.ts";

const DESCRIPTION =
  "A simulated LLM for load and fault tests, without network. The model's name contains its settings: latency_ms " +
  "(minimum time of a call), ttft_ms, tokens_per_second, error_rate, error (" +
  `${MOCK_ERRORS.join(", ")}; default 500), accuracy and seed. It solves arithmetic questions; accuracy is the share ` +
  "of correct answers. It does not know the right choice of a multiple-choice sample: there it picks a seeded random " +
  "one, and accuracy has no effect. Its tokens are words. It embeds texts as hashed bags of words: texts with words in " +
  "common are near each other, whatever they mean.";

const CANNOT: readonly Feature[] = [
  "temperature",
  "top_p",
  "json_object",
  "json_schema",
  "tools",
  "top_logprobs",
];

/** Names come from callers, so the number of kept models is bounded. */
const MODELS_KEPT = 1000;

interface Model {
  settings: MockSettings;
  /** Draws the next number of the sequence that decides which calls fail. */
  draw(): number;
}

/** A call, whose failure is decided in advance. */
interface Call {
  settings: MockSettings;
  failure: MockError | null;
  started: number;
  signal: AbortSignal | undefined;
}

/** A call whose answer is text. */
interface Completing extends Call {
  words: readonly string[];
  completion: ProviderCompletion;
}

function createModels(): (name: string) => Model {
  const models = new Map<string, Model>();
  return (name) => {
    const known = models.get(name);
    if (known) return known;
    const settings = readMockSettings(name);
    const oldest = models.keys().next();
    if (models.size >= MODELS_KEPT && !oldest.done) models.delete(oldest.value);
    const model = { settings, draw: createRandom(name) };
    models.set(name, model);
    return model;
  };
}

function begin({ settings, draw }: Model, { signal }: CallOptions = {}): Call {
  if (signal?.aborted) throw abortedError(MOCK, signal);
  const failure = draw() < settings.error_rate ? settings.error : null;
  return { settings, failure, started: performance.now(), signal };
}

const tokensIn = (texts: readonly string[]): number =>
  texts.reduce((sum, text) => sum + wordsOf(text).length, 0);

/** The tokens are words. */
function usageOf({ messages }: CompletionRequest, words: readonly string[]): Usage {
  const prompt_tokens = tokensIn(messages.map(({ content }) => content));
  const completion_tokens = words.length;
  return { prompt_tokens, completion_tokens, total_tokens: prompt_tokens + completion_tokens };
}

function beginCompletion(model: Model, request: CompletionRequest, options?: CallOptions): Completing {
  const call = begin(model, options);
  const { words, finish_reason } = answerOf(request, model.settings);
  const { warnings } = withinReach(request, { name: MOCK, title: MOCK, cannot: CANNOT });
  const usage = usageOf(request, words);
  return {
    ...call,
    words,
    completion: { text: words.join(""), model: request.model, finish_reason, usage, warnings },
  };
}

/** Returns the time of a word, in milliseconds from the start of the call, by the word's index. */
const dueAt = ({ settings }: Pick<Call, "settings">, index: number): number =>
  settings.ttft_ms + (index * 1000) / settings.tokens_per_second;

const endOf = (call: Pick<Completing, "settings" | "words">): number =>
  Math.max(call.settings.latency_ms, dueAt(call, Math.max(0, call.words.length - 1)));

/** Waits until `ms` after the start of the call; throws as soon as its signal is aborted. */
async function waitUntil(call: Call, ms: number): Promise<void> {
  const { signal } = call;
  const left = call.started + ms - performance.now();
  if (signal?.aborted) throw abortedError(MOCK, signal);
  if (left <= 0) return;
  await sleep(left, undefined, signal ? { signal } : {}).catch((error: unknown) => {
    throw signal?.aborted ? abortedError(MOCK, signal) : error;
  });
}

function untilAborted({ signal }: Call): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal?.addEventListener("abort", () => reject(abortedError(MOCK, signal)), { once: true });
  });
}

const cutError = (): ProviderError =>
  new ProviderError(
    MOCK,
    "invalid_response",
    "mock: simulated failure: the answer ended without a finish reason.",
  );

/** Fails as the settings require. A `cut` happens later, in the middle of the answer. */
async function failIfAsked(call: Call): Promise<void> {
  const { failure } = call;
  if (failure === null || failure === "cut") return;
  if (failure === "timeout") return untilAborted(call);
  const status = Number(failure);
  const { reason, retryable } = failureOf(status);
  throw new ProviderError(MOCK, reason, `mock: simulated failure: HTTP ${status}.`, { retryable, status });
}

/**
 * A simulated LLM. The sequence of failures of a model name continues from call to call, so that a retry can
 * succeed.
 */
export function createMock(): Provider {
  const modelOf = createModels();
  return {
    listing: {
      name: MOCK,
      description: DESCRIPTION,
      kind: "embedded",
      configured: true,
      requires: [],
      streams: true,
      logprobs: false,
      embeddings: true,
      models: [
        MOCK,
        `${MOCK}?latency_ms=100&ttft_ms=20&tokens_per_second=200&error_rate=0.02&error=429&accuracy=0.9&seed=1`,
      ],
    },
    checkModel: (model) => void readMockSettings(model),
    forecast(request) {
      const { settings } = modelOf(request.model);
      const { words } = answerOf(request, settings);
      const latency_ms = endOf({ settings, words });
      const { error, error_rate } = settings;
      const { retryable } = failureOf(Number(error) || 0);
      return { usage: usageOf(request, words), latency_ms, error_rate, retryable };
    },
    async complete(request, options) {
      const call = beginCompletion(modelOf(request.model), request, options);
      await failIfAsked(call);
      await waitUntil(call, endOf(call));
      if (call.failure === "cut") throw cutError();
      return call.completion;
    },
    async embed({ model, texts }, options) {
      const call = begin(modelOf(model), options);
      await failIfAsked(call);
      await waitUntil(call, call.settings.latency_ms);
      if (call.failure === "cut") throw cutError();
      return { vectors: texts.map(hashedBagOfWords), model, usage: { prompt_tokens: tokensIn(texts) } };
    },
    async *stream(request, options) {
      const call = beginCompletion(modelOf(request.model), request, options);
      await failIfAsked(call);
      options?.onBegin?.();
      const cut = call.failure === "cut";
      const words = cut ? call.words.slice(0, call.words.length / 2) : call.words;
      for (const [index, text] of words.entries()) {
        await waitUntil(call, dueAt(call, index));
        yield { type: "text", text };
      }
      if (cut) throw cutError();
      await waitUntil(call, endOf(call));
      yield { type: "finish", completion: call.completion };
    },
  };
}
