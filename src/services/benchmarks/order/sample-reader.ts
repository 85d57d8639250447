import type { Sample } from "../../../domain/dataset.ts";
import type { DatasetStore } from "../../../store/datasets.ts";
import type { TrialOrder } from "./trial-order.ts";

/** Reads the samples of a trial order, 64 at a time. Runs side by side share what is read. */
export interface SampleReader {
  /** Returns the sample of the trial with that index. Throws if it is missing. */
  read(index: number): Promise<Sample>;
}

const CHUNK = 64;
/** Runs of fast and slow models drift apart. Each needs its current chunk and, for a moment, the one before. */
const CHUNKS_KEPT_PER_RUN = 2;

interface SampleReaderOptions {
  dataset_id: string;
  order: TrialOrder;
  /** Number of runs that share the reader. */
  runs: number;
}

export function createSampleReader(
  store: Pick<DatasetStore, "samplesAt">,
  { dataset_id, order, runs }: SampleReaderOptions,
): SampleReader {
  const chunks = new Map<number, Promise<Map<number, Sample>>>();

  function load(chunk: number): Promise<Map<number, Sample>> {
    const indices = Array.from({ length: CHUNK }, (_, offset) => chunk * CHUNK + offset);
    const positions = indices.filter((index) => index < order.total).map((index) => order.at(index).position);
    return store.samplesAt(dataset_id, positions);
  }

  /** Keeps the chunks that were read last. */
  function keep(chunk: number, samples: Promise<Map<number, Sample>>): void {
    chunks.delete(chunk);
    chunks.set(chunk, samples);
    const [oldest] = chunks.keys();
    if (chunks.size > CHUNKS_KEPT_PER_RUN * runs && oldest !== undefined) chunks.delete(oldest);
  }

  return {
    async read(index) {
      const chunk = Math.floor(index / CHUNK);
      const loading = chunks.get(chunk) ?? load(chunk);
      keep(chunk, loading);
      const samples = await loading;
      const { position } = order.at(index);
      const sample = samples.get(position);
      if (!sample) throw new Error(`Sample ${position} of dataset ${dataset_id} is missing.`);
      return sample;
    },
  };
}
