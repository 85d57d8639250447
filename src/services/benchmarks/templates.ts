import { badField } from "../../base/errors.ts";
import { unknownName } from "../../base/nearest.ts";
import { placeOf, readTemplate, TEMPLATE_FIELDS } from "../../datasets/protocols/prompt-template.ts";
import type { CreateBenchmark } from "../../domain/benchmarks/benchmark.ts";
import type { DatasetRow } from "../../store/datasets.ts";
import type { SampleFieldStore } from "../../store/samples/sample-fields.ts";
import type { ResolvedDataset } from "../datasets/index.ts";

/** Returns the templates of a request, each with the path of its field. */
const templatesIn = ({ params, providers }: CreateBenchmark): [string, string][] =>
  [
    ["params.prompt_template", params?.prompt_template] as const,
    ...providers.map(
      (run, index) => [`providers.${index}.params.prompt_template`, run.params?.prompt_template] as const,
    ),
  ].flatMap(([field, template]) => (template === undefined ? [] : [[field, template]]));

/** Returns the names that a template for this dataset may use. */
async function fieldsOf(store: SampleFieldStore, { dataset_id, fields }: DatasetRow): Promise<string[]> {
  const counts: Readonly<Record<string, number>> = fields;
  const keys = await store.metadataKeys(dataset_id);
  return [...TEMPLATE_FIELDS.filter((name) => counts[name] !== 0), ...keys.map((key) => `metadata.${key}`)];
}

/** Throws BAD_REQUEST for templates with a field that not every sample has: their prompts would have gaps. */
export async function checkTemplates(
  store: SampleFieldStore,
  request: CreateBenchmark,
  { row, group, samples }: ResolvedDataset,
): Promise<void> {
  const { dataset_id } = row;

  async function checkField(field: string, name: string): Promise<void> {
    const missing = await store.lacking(dataset_id, placeOf(name), { samples: row.samples, group });
    if (missing === 0) return;
    if (missing < samples)
      throw badField(field, `'${name.slice(0, 100)}' is missing in ${missing} of ${samples} samples`);
    const known = await fieldsOf(store, row);
    if (!placeOf(name).metadata)
      throw badField(field, `no sample of '${row.name}' has the field '${name}'`, { accepted: known });
    throw unknownName(field, "field", name, { known });
  }

  for (const [field, template] of templatesIn(request)) {
    const { fields } = readTemplate(template);
    if (fields.length === 0)
      throw badField(field, "has no field such as {{input}}, so every trial would get the same prompt");
    for (const name of fields) await checkField(field, name);
  }
}
