import { AppError } from "../../base/errors.ts";
import type { HubDataset } from "../../datasets/hub-dataset.ts";
import { HubError } from "../../datasets/sources/hub/index.ts";

/** What can be done without the hub, word for word. */
function byHand({ name, folder, split, shots, gated }: HubDataset, address: string): string {
  const pathOf = (part: string) =>
    typeof folder === "string" ? `${folder}/${part}-00000-of-00001.parquet` : folder.file;
  const fileOf = (part: string) => pathOf(part).split("/").at(-1);
  const paths = [split, ...(shots ? [shots] : [])].map(pathOf).join(" and ");
  const terms = gated ? " (gated: agree to its terms there)" : "";
  const examples = shots ? ` --shots ${fileOf(shots)}` : "";
  return (
    `To import it by hand, fetch ${paths} from ${address}${terms} elsewhere and run ` +
    `'dataset import ${fileOf(split)} --name ${name}${examples}', or send the files to POST /v1/datasets as 'file'` +
    `${shots ? " and 'shots'" : ""} with the name '${name}'. A file of your own with other columns needs a mapping, as in ` +
    `--mapping '{"input":"question","expected":"answer"}'.`
  );
}

/**
 * Why a set can't be had, as its caller is told: SERVICE_UNAVAILABLE with the hub's reason and the way by hand.
 * What is no fault of the hub's is answered as it is.
 */
export function hubRefusal(set: HubDataset, address: string, error: unknown): unknown {
  if (!(error instanceof HubError)) return error;
  const message = `The dataset '${set.name}' can't be fetched. ${error.message} ${byHand(set, address)}`;
  const details = { field: "dataset", dataset: set.name, reason: error.fault };
  return new AppError("SERVICE_UNAVAILABLE", message, details, { cause: error });
}
