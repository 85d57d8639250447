import type { Sample } from "../../domain/dataset.ts";
import type { DatasetStore } from "../../store/datasets.ts";
import type { TrialOrder } from "./trial-order.ts";

/** Samples of a trial order, read some dozens at a time and shared by the runs that walk it side by side. */
export interface SampleReader {
  /** The sample of the trial with that index. */
  read(index: number): Promise<Sample>;
}

const CHUNK = 64;
const CHUNKS_KEPT = 16;

export function createSampleReader(store: DatasetStore, dataset_id: string, order: TrialOrder): SampleReader {
  const chunks = new Map<number, Promise<Map<number, Sample>>>();

  function load(chunk: number): Promise<Map<number, Sample>> {
    const indices = Array.from({ length: CHUNK }, (_, offset) => chunk * CHUNK + offset);
    const positions = indices.filter((index) => index < order.total).map((index) => order.at(index).position);
    const loading = store.samplesAt(dataset_id, positions);
    chunks.set(chunk, loading);
    const [oldest] = chunks.keys();
    if (chunks.size > CHUNKS_KEPT && oldest !== undefined) chunks.delete(oldest);
    return loading;
  }

  return {
    async read(index) {
      const chunk = Math.floor(index / CHUNK);
      const samples = await (chunks.get(chunk) ?? load(chunk));
      const { position } = order.at(index);
      const sample = samples.get(position);
      if (!sample) throw new Error(`Sample ${position} of dataset ${dataset_id} is missing.`);
      return sample;
    },
  };
}
