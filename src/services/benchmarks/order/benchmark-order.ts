import type { BenchmarkRow } from "../../../store/benchmarks.ts";
import type { DatasetRow } from "../../../store/datasets.ts";
import type { Store } from "../../../store/index.ts";
import { createTrialOrder, type TrialOrder } from "./trial-order.ts";

type Datasets = Pick<Store, "datasets">;

/** The dataset a benchmark is over; throws if it is gone. */
export async function datasetOf(
  { datasets }: Datasets,
  { dataset_id }: Pick<BenchmarkRow, "dataset_id">,
): Promise<DatasetRow> {
  const dataset = await datasets.find(dataset_id);
  if (!dataset) throw new Error(`Dataset ${dataset_id} is gone.`);
  return dataset;
}

/** Which of its samples a benchmark asks when. */
export async function orderOf(
  store: Datasets,
  { spec }: Pick<BenchmarkRow, "spec">,
  dataset: DatasetRow,
): Promise<TrialOrder> {
  const positions =
    spec.group === null
      ? Uint32Array.from({ length: dataset.samples }, (_, position) => position)
      : await store.datasets.positionsOfGroup(dataset.dataset_id, spec.group);
  return createTrialOrder(positions, spec.iterations, spec.seed);
}
