import { AppError } from "../../base/errors.ts";
import type { HubDataset } from "../../datasets/hub-dataset.ts";
import { HubError } from "../../datasets/sources/hub/index.ts";

/** Explains how to import the set without the hub, with the exact command. */
function importAdvice({ name, folder, split, shots, gated }: HubDataset, address: string): string {
  const pathOf = (part: string) =>
    typeof folder === "string" ? `${folder}/${part}-00000-of-00001.parquet` : folder.file;
  const fileOf = (part: string) => pathOf(part).split("/").at(-1);
  const paths = [split, ...(shots ? [shots] : [])].map(pathOf).join(" and ");
  const terms = gated ? " (a gated dataset: accept its terms there first)" : "";
  const examples = shots ? ` --shots ${fileOf(shots)}` : "";
  return (
    `To import it by hand, download ${paths} from ${address}${terms}. Then run ` +
    `'dataset import ${fileOf(split)} --name ${name}${examples}', or send the files to POST /v1/datasets as 'file'` +
    `${shots ? " and 'shots'" : ""} with the name '${name}'. A file with other columns needs a mapping, for example ` +
    `--mapping '{"input":"question","expected":"answer"}'.`
  );
}

/**
 * Converts a hub's failure for the caller: SERVICE_UNAVAILABLE with the reason and the way to import the set by hand.
 * Returns any other error unchanged.
 */
export function hubRefusal(set: HubDataset, address: string, error: unknown): unknown {
  if (!(error instanceof HubError)) return error;
  const message = `The dataset '${set.name}' can't be downloaded. ${error.message} ${importAdvice(set, address)}`;
  const details = { field: "dataset", dataset: set.name, reason: error.fault };
  return new AppError("SERVICE_UNAVAILABLE", message, details, { cause: error });
}
