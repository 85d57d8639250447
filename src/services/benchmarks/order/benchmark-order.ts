import type { BenchmarkRow } from "../../../store/benchmarks.ts";
import type { DatasetRow } from "../../../store/datasets.ts";
import type { Store } from "../../../store/index.ts";
import { createTrialOrder, type TrialOrder } from "./trial-order.ts";

type DatasetStores = Pick<Store, "datasets">;

/** Returns the dataset of a benchmark. Throws if it was deleted. */
export async function datasetOf(
  { datasets }: DatasetStores,
  { dataset_id }: Pick<BenchmarkRow, "dataset_id">,
): Promise<DatasetRow> {
  const dataset = await datasets.find(dataset_id);
  if (!dataset) throw new Error(`Dataset ${dataset_id} was deleted.`);
  return dataset;
}

/** Returns the positions of a dataset's samples, or of one group's, ascending. */
export const positionsOf = async (
  { datasets }: DatasetStores,
  { dataset_id, samples }: Pick<DatasetRow, "dataset_id" | "samples">,
  group: string | null,
): Promise<Uint32Array> =>
  group === null
    ? Uint32Array.from({ length: samples }, (_, position) => position)
    : Uint32Array.from(await datasets.positionsOfGroup(dataset_id, group));

/** Returns the order in which a benchmark asks the samples of its dataset or group. */
export async function orderOf(
  store: DatasetStores,
  { spec }: Pick<BenchmarkRow, "spec">,
  dataset: DatasetRow,
): Promise<TrialOrder> {
  return createTrialOrder(await positionsOf(store, dataset, spec.group), spec.iterations, spec.seed);
}
