import { readTemplate } from "../../../datasets/protocols/prompt-template.ts";
import type { BenchmarkSpec } from "../../../domain/benchmarks/benchmark.ts";
import type { DatasetRow } from "../../../store/datasets.ts";
import type { SampleFieldStore } from "../../../store/samples/sample-fields.ts";
import { protocolOf } from "../../datasets/protocols.ts";
import { paramsOf } from "./run-params.ts";

interface AskedDataset {
  spec: Pick<BenchmarkSpec, "runs" | "params" | "protocol" | "group">;
  dataset: DatasetRow;
}

/** Returns, by run, how many of the samples have a `context` that the run's prompt does not show. */
export async function hiddenContexts(
  sampleFields: SampleFieldStore,
  { spec, dataset }: AskedDataset,
): Promise<number[]> {
  if (dataset.fields.context === 0) return spec.runs.map(() => 0);
  const count = await contextsOf(sampleFields, dataset, spec.group);
  const shown = protocolOf(dataset, spec.protocol).shows_context === true;
  return spec.runs.map((run) => {
    const template = paramsOf(spec, run).prompt_template;
    const shows = template === undefined ? shown : readTemplate(template).fields.includes("context");
    return shows ? 0 : count;
  });
}

async function contextsOf(
  sampleFields: SampleFieldStore,
  { dataset_id, fields, samples }: DatasetRow,
  group: string | null,
): Promise<number> {
  if (group === null) return fields.context;
  const lacking = (key: string) =>
    sampleFields.lacking(dataset_id, { metadata: false, key }, { samples, group });
  // All samples of the group lack a field that no sample has.
  const [groupSize, without] = [await lacking(""), await lacking("context")];
  return groupSize - without;
}
