import type { Completion, CompletionRecord } from "../../domain/completions/completion.ts";
import type { Provider, ProviderError } from "../../providers/provider.ts";
import type { CompletionStore } from "../../store/completions.ts";
import type { ModelCall, ModelCalls } from "../model-calls/index.ts";
import { type AnswerPart, answerOf, completed, failed } from "./record.ts";

/** The part of an answer that came before it broke off, and the model that gave it. */
export interface PartialAnswer {
  model: string;
  part: AnswerPart;
}

/** Stores how completions end. */
export function createRecorder(store: CompletionStore, modelCalls: ModelCalls) {
  return {
    /** Stores an answer and returns it as the caller receives it. */
    async complete(record: CompletionRecord, provider: Provider, call: ModelCall): Promise<Completion> {
      const done = completed(record, provider, call);
      await store.add(done);
      return answerOf(done);
    },
    /** Stores a failure, with the part of the answer that came before it and an estimate of what that part cost. */
    async fail(record: CompletionRecord, error: ProviderError, partial?: PartialAnswer): Promise<void> {
      if (!partial) return store.add(failed(record, error));
      const { messages, params } = record;
      const { model, part } = partial;
      const bill = await modelCalls.accountFor(error.provider, { ...params, messages, model }, part);
      await store.add(failed(record, error, { ...part, ...bill }));
    },
  };
}

export type Recorder = ReturnType<typeof createRecorder>;
