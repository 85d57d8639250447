import { basename } from "node:path";
import { type Command, print, readArguments, UsageError } from "./command.ts";
import { asOperator, type Operate } from "./operator.ts";

const USAGE = "dataset import FILE --name NAME [--format jsonl|csv|parquet] [--mapping JSON] | dataset list";

interface Options {
  name?: string;
  format?: string;
  mapping?: string;
}

async function formOf(path: string, options: Options): Promise<FormData> {
  const file = Bun.file(path);
  if (!(await file.exists())) throw new UsageError(`There is no file ${path}.`);
  const form = new FormData();
  form.set("file", new File([await file.arrayBuffer()], basename(path)));
  for (const [name, value] of Object.entries(options)) form.set(name, value);
  return form;
}

async function requestOf([verb, path, ...rest]: string[], options: Options): Promise<Parameters<Operate>> {
  if (verb === "list" && !path) return ["GET", "/v1/datasets?page_size=100"];
  if (verb === "import" && path && rest.length === 0 && options.name)
    return ["POST", "/v1/datasets", await formOf(path, options)];
  throw new UsageError(`Usage: ${USAGE}`);
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
    const request = await requestOf(positionals, values);
    await asOperator(async (operate) => print(JSON.stringify(await operate(...request))));
    return 0;
  },
};
