import type { Sample } from "../../../domain/dataset.ts";
import type { DatasetStore } from "../../../store/datasets.ts";
import type { TrialOrder } from "./trial-order.ts";

/** Samples of a trial order, read some dozens at a time and shared by the runs that walk it side by side. */
export interface SampleReader {
  /** The sample of the trial with that index. */
  read(index: number): Promise<Sample>;
}

const CHUNK = 64;
/** Runs of fast and slow models drift apart: each needs the chunk it is at, and the one before it for a moment. */
const CHUNKS_KEPT_PER_RUN = 2;

export function createSampleReader(
  store: Pick<DatasetStore, "samplesAt">,
  dataset_id: string,
  order: TrialOrder,
  runs: number,
): SampleReader {
  const chunks = new Map<number, Promise<Map<number, Sample>>>();

  function load(chunk: number): Promise<Map<number, Sample>> {
    const indices = Array.from({ length: CHUNK }, (_, offset) => chunk * CHUNK + offset);
    const positions = indices.filter((index) => index < order.total).map((index) => order.at(index).position);
    return store.samplesAt(dataset_id, positions);
  }

  /** Keeps what was asked for last. */
  function keep(chunk: number, samples: Promise<Map<number, Sample>>): void {
    chunks.delete(chunk);
    chunks.set(chunk, samples);
    const [oldest] = chunks.keys();
    if (chunks.size > CHUNKS_KEPT_PER_RUN * runs && oldest !== undefined) chunks.delete(oldest);
  }

  return {
    async read(index) {
      const chunk = Math.floor(index / CHUNK);
      const asked = chunks.get(chunk) ?? load(chunk);
      keep(chunk, asked);
      const samples = await asked;
      const { position } = order.at(index);
      const sample = samples.get(position);
      if (!sample) throw new Error(`Sample ${position} of dataset ${dataset_id} is missing.`);
      return sample;
    },
  };
}
