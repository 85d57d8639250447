import { type CompletionRequest, type Provider, ProviderError } from "../../providers/provider.ts";
import type { CallDelta, CallPolicy, ModelCall, ModelCalls } from "../model-calls/index.ts";
import type { CompletionOrder } from "./order.ts";

/** A provider that may be asked, and the request that it gets. */
export interface Target {
  provider: Provider;
  request: CompletionRequest;
}

/** The calls of one completion: its targets in turn, until one of them answers. */
export interface TargetCalls {
  modelCalls: ModelCalls;
  targets: readonly Target[];
  policy: CallPolicy;
  /** Receives a sentence about each target that could not answer. */
  warnings: string[];
}

/**
 * Returns the targets of an order. All names are looked up before the first call is paid. Throws BAD_REQUEST for an
 * unknown name, and SERVICE_UNAVAILABLE for a provider without its key, which could not be a fallback.
 */
export function findTargets(
  modelCalls: ModelCalls,
  { targets, messages, params }: CompletionOrder,
): Target[] {
  return targets.map(({ provider: name, model }, index) => {
    const provider = modelCalls.require(name, model, index === 0 ? "" : `fallbacks.${index - 1}.`);
    modelCalls.requireConfigured(provider);
    return { provider, request: { ...params, model, messages } };
  });
}

/** Another provider may do better, unless the request itself is at fault or the caller has left. */
const mayFallBack = (error: unknown): error is ProviderError =>
  error instanceof ProviderError && error.reason !== "invalid_request" && error.reason !== "cancelled";

/** Returns the sentence about a target that could not answer. Throws the error if no other target may be asked. */
function fallbackWarning(error: unknown): string {
  if (!mayFallBack(error)) throw error;
  return `${error.provider} could not answer (${error.reason}: ${error.message}), so the next fallback was asked.`;
}

/** Calls the targets in turn and returns the first answer. Throws the failure of the last one that was asked. */
export async function callInTurn({
  modelCalls,
  targets,
  policy,
  warnings,
}: TargetCalls): Promise<{ target: Target; call: ModelCall }> {
  for (const [index, target] of targets.entries()) {
    try {
      return { target, call: await modelCalls.call(target.provider, target.request, policy) };
    } catch (error) {
      if (index === targets.length - 1) throw error;
      warnings.push(fallbackWarning(error));
    }
  }
  throw new Error("A completion needs at least one target.");
}

/** Streams from the targets in turn: the next one is asked only if nothing was read from those before it. */
export async function* streamInTurn({
  modelCalls,
  targets,
  policy,
  warnings,
}: TargetCalls): AsyncGenerator<{ target: Target; delta: CallDelta }> {
  for (const [index, target] of targets.entries()) {
    let begun = false;
    try {
      for await (const delta of modelCalls.stream(target.provider, target.request, policy)) {
        begun = true;
        yield { target, delta };
      }
      return;
    } catch (error) {
      if (begun || index === targets.length - 1) throw error;
      warnings.push(fallbackWarning(error));
    }
  }
}
