import { createRandom, shuffledIndices } from "../../../base/random.ts";
import type { BenchmarkSpec } from "../../../domain/benchmarks/benchmark.ts";
import type { RunRequest } from "../../../domain/benchmarks/run.ts";
import type { CompletionRequest } from "../../../providers/provider.ts";
import type { DatasetStore } from "../../../store/datasets.ts";
import type { ModelCalls } from "../../model-calls/index.ts";
import { createSampleReader } from "../order/sample-reader.ts";
import type { TrialOrder } from "../order/trial-order.ts";
import { requestOf } from "../run/trial.ts";
import type { TrialContext } from "../run/trial-context.ts";
import { askedRun } from "../run/trial-context.ts";

/** Which trials are looked at: all if they are few, else a seeded sample of them, in order. */
export function chosenTrials(total: number, most: number, seed: number): number[] {
  if (total <= most) return [...Array(total).keys()];
  return [...shuffledIndices(total, createRandom(seed)).slice(0, most)].sort((left, right) => left - right);
}

/** What a run's model would be asked in those trials. */
export async function requestsOf(
  datasets: Pick<DatasetStore, "samplesAt">,
  modelCalls: ModelCalls,
  { spec, dataset_id, asking }: { spec: BenchmarkSpec; dataset_id: string; asking: TrialContext["asking"] },
  run: RunRequest,
  order: TrialOrder,
  trials: readonly number[],
): Promise<CompletionRequest[]> {
  const asked = askedRun(modelCalls, spec, run, asking);
  const samples = createSampleReader(datasets, dataset_id, order, 1);
  const requests: CompletionRequest[] = [];
  for (const index of trials) {
    const sample = await samples.read(index);
    const { position, repeat } = order.at(index);
    requests.push(requestOf(asked, asked.asking(sample, position), sample, repeat));
  }
  return requests;
}
