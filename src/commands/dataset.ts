import { basename } from "node:path";
import { type Command, print, readArguments, UsageError } from "./command.ts";
import { asOperator } from "./operator.ts";

const USAGE = "dataset import FILE --name NAME [--format jsonl|csv|parquet] [--mapping JSON] | dataset list";

async function formOf(path: string, name: string, format?: string, mapping?: string): Promise<FormData> {
  const file = Bun.file(path);
  if (!(await file.exists())) throw new UsageError(`There is no file ${path}.`);
  const form = new FormData();
  form.set("file", new File([await file.arrayBuffer()], basename(path)));
  form.set("name", name);
  if (format !== undefined) form.set("format", format);
  if (mapping !== undefined) form.set("mapping", mapping);
  return form;
}

export const dataset: Command = {
  name: "dataset",
  usage: USAGE,
  summary: "Import a file as a dataset, or list the datasets.",
  async run(argv) {
    const options = {
      name: { type: "string" },
      format: { type: "string" },
      mapping: { type: "string" },
    } as const;
    const { values, positionals } = readArguments({ options, allowPositionals: true }, argv, USAGE);
    const [verb, path] = positionals;
    await asOperator(async (operate) => {
      if (verb === "list" && !path) print(JSON.stringify(await operate("GET", "/v1/datasets?page_size=100")));
      else if (verb === "import" && path && values.name) {
        const form = await formOf(path, values.name, values.format, values.mapping);
        print(JSON.stringify(await operate("POST", "/v1/datasets", form)));
      } else throw new UsageError(`Usage: ${USAGE}`);
    });
    return 0;
  },
};
