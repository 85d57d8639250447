import { AppError } from "../../../base/errors.ts";
import type { BenchmarkRow } from "../../../store/benchmarks.ts";
import type { DatasetRow } from "../../../store/datasets.ts";
import type { Store } from "../../../store/index.ts";
import { datasetOf, orderOf } from "./benchmark-order.ts";
import { askedPositions, sharedSamples } from "./shared-samples.ts";
import type { TrialOrder } from "./trial-order.ts";

/** The places of one benchmark's trials in the order of another one. */
export type SharedPlaces = Pick<TrialOrder, "total" | "samples" | "indexOf">;

const NOWHERE = 0xffff_ffff;

/** A benchmark's dataset, and the order in which its samples are asked. */
export interface OrderedBenchmark {
  order: TrialOrder;
  dataset: DatasetRow;
}

/** Returns, by position in the other dataset, the position of the same sample in the first; NOWHERE if it has none. */
async function matchedPositions(
  store: Pick<Store, "sampleContents">,
  first: OrderedBenchmark,
  other: OrderedBenchmark,
): Promise<Uint32Array> {
  const matches = new Uint32Array(other.dataset.samples).fill(NOWHERE);
  const selectionOf = ({ order, dataset: { dataset_id } }: OrderedBenchmark) => ({
    dataset_id,
    positions: askedPositions(order),
  });
  let shared = 0;
  for await (const pair of sharedSamples(store.sampleContents, selectionOf(first), selectionOf(other))) {
    matches[pair.other] = pair.one;
    shared++;
  }
  if (shared > 0) return matches;
  const datasets = [first, other].map(({ dataset: { name, content_hash } }) => ({ name, content_hash }));
  throw new AppError(
    "CONFLICT",
    "The two benchmarks have no sample in common, so their trials don't pair. Samples are the same if their input, choices, expected answer and context are.",
    { datasets },
  );
}

/**
 * Returns where the trials of `other` stand in the order of the first benchmark. Samples of another dataset, such as one
 * that has grown or was reordered, are matched by their content. Throws CONFLICT if none matches.
 */
export async function placesIn(
  store: Pick<Store, "datasets" | "sampleContents">,
  first: OrderedBenchmark,
  other: Pick<BenchmarkRow, "dataset_id" | "spec">,
): Promise<SharedPlaces> {
  const { order } = first;
  const dataset = await datasetOf(store, other);
  if (dataset.content_hash === first.dataset.content_hash) return order;
  const matches = await matchedPositions(store, first, {
    dataset,
    order: await orderOf(store, other, dataset),
  });
  const { total, samples } = order;
  return {
    total,
    samples,
    indexOf(position, repeat) {
      const match = matches[position] ?? NOWHERE;
      return match === NOWHERE ? undefined : order.indexOf(match, repeat);
    },
  };
}
