import type { CompletionRequest, Provider } from "../../../providers/provider.ts";
import type { ReadyMetric } from "../../catalogues/metrics.ts";
import type { CallPolicy, ModelCall, ModelCalls } from "../../model-calls/index.ts";

interface Asker {
  modelCalls: Pick<ModelCalls, "call" | "stream">;
  provider: Provider;
  metrics: readonly Pick<ReadyMetric, "requires">[];
}

/**
 * Calls the model: piece by piece where a metric wants to know when the answer began and the provider can stream, else
 * for all of it at once, and `ttft_ms` is null. A stream that breaks after its first piece is not tried again.
 */
export async function askModel(
  { modelCalls, provider, metrics }: Asker,
  request: CompletionRequest,
  policy: CallPolicy,
): Promise<ModelCall> {
  const is_timed = metrics.some(({ requires }) => requires.includes("first_token"));
  if (!is_timed || !provider.stream) return modelCalls.call(provider, request, policy);
  for await (const piece of modelCalls.stream(provider, request, policy)) {
    if (piece.type === "finish") return piece.call;
  }
  throw new Error("A stream of a call ended without its end.");
}
