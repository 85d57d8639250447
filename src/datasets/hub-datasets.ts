import type { HubDataset } from "./hub-dataset.ts";
import { arcChallenge, arcEasy } from "./sets/arc.ts";
import { boolq } from "./sets/boolq.ts";
import { gpqaDiamond } from "./sets/gpqa.ts";
import { gsm8k } from "./sets/gsm8k.ts";
import { hellaswag } from "./sets/hellaswag.ts";
import { mmlu } from "./sets/mmlu.ts";
import { mmluPro } from "./sets/mmlu-pro.ts";
import { truthfulqaMc1 } from "./sets/truthfulqa.ts";
import { winogrande } from "./sets/winogrande.ts";

/** The canonical sets that are fetched from the hub. */
export const hubDatasets: readonly HubDataset[] = [
  mmlu,
  mmluPro,
  gsm8k,
  arcEasy,
  arcChallenge,
  hellaswag,
  truthfulqaMc1,
  gpqaDiamond,
  winogrande,
  boolq,
];

export const findHubDataset = (name: string): HubDataset | undefined =>
  hubDatasets.find((dataset) => dataset.name === name);

/** Well-known sets that are not offered, with the reason as a predicate of the name. */
const NOT_OFFERED: Readonly<Record<string, string>> = {
  humaneval:
    "is not offered: its answers are programs, and scoring them would run code written by a model on this machine",
};

/** Returns why a well-known set is not offered; undefined for any other name. */
export const refusalOfSet = (name: string): string | undefined =>
  Object.hasOwn(NOT_OFFERED, name) ? NOT_OFFERED[name] : undefined;
