import { basename } from "node:path";
import type { DatasetListing } from "../domain/dataset.ts";
import { type Command, print, readArguments, UsageError } from "./command.ts";
import { asOperator, type Operate } from "./operator.ts";
import { createProgress, type Output } from "./terminal.ts";

const USAGE =
  "dataset import FILE --name NAME [--format jsonl|csv|parquet] [--mapping JSON] [--shots FILE] | dataset fetch NAME | dataset list";

interface Options {
  name?: string;
  format?: string;
  mapping?: string;
  shots?: string;
}

async function fileAt(path: string): Promise<File> {
  const file = Bun.file(path);
  if (!(await file.exists())) throw new UsageError(`No file at ${path}.`);
  return new File([await file.arrayBuffer()], basename(path));
}

async function formOf(path: string, { shots, ...options }: Options): Promise<FormData> {
  const form = new FormData();
  form.set("file", await fileAt(path));
  if (shots !== undefined) form.set("shots", await fileAt(shots));
  for (const [name, value] of Object.entries(options)) form.set(name, value);
  return form;
}

/** Fetches a dataset and shows the progress until the download ends. */
async function fetchDataset(operate: Operate, dataset: string, out: Output): Promise<DatasetListing> {
  const progress = createProgress(dataset, out);
  for (;;) {
    const listing = (await operate(
      "POST",
      `/v1/datasets/${encodeURIComponent(dataset)}/fetch`,
    )) as DatasetListing;
    progress.show(listing.status === "ready" ? 1 : (listing.progress ?? 0));
    if (listing.status !== "downloading") {
      progress.end();
      return listing;
    }
  }
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
  summary: "Import a file as a dataset, fetch a known dataset such as mmlu, or list the datasets.",
  async run(argv) {
    const options = {
      name: { type: "string" },
      format: { type: "string" },
      mapping: { type: "string" },
      shots: { type: "string" },
    } as const;
    const { values, positionals } = readArguments({ options, allowPositionals: true }, argv, USAGE);
    const [verb, name, ...rest] = positionals;
    if (verb === "fetch" && name && rest.length === 0) {
      await asOperator(async (operate) =>
        print(JSON.stringify(await fetchDataset(operate, name, process.stderr))),
      );
      return 0;
    }
    const request = await requestOf(positionals, values);
    await asOperator(async (operate) => print(JSON.stringify(await operate(...request))));
    return 0;
  },
};
