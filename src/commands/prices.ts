import { resolve } from "node:path";
import { PRICES_PATH } from "../domain/operator-paths.ts";
import type { Price, PriceUpdate } from "../domain/price.ts";
import { MODELS_DEV_URL } from "../providers/prices/models-dev.ts";
import { type Command, print, readArguments, UsageError } from "./command.ts";
import { asOperator } from "./operator.ts";

const USAGE = "prices update [--from URL|FILE]";
const LISTED_MAX = 20;

const count = (number: number, noun: string): string =>
  `${number.toLocaleString("en-US")} ${noun}${number === 1 ? "" : "s"}`;

/** Returns the rates that differ, such as `input 2.5 → 2`. */
function differences(before: Price, after: Price): string {
  const rates = ["input", "output", "cache_read", "cache_write", "reasoning"] as const;
  const differing = rates
    .filter((rate) => before[rate] !== after[rate])
    .map((rate) => `${rate} ${before[rate] ?? "–"} → ${after[rate] ?? "–"}`);
  return differing.length > 0 ? differing.join(", ") : "tiers";
}

function* listed(title: string, lines: readonly string[]): Generator<string> {
  if (lines.length === 0) return;
  yield `${title}: ${lines.length.toLocaleString("en-US")}`;
  for (const line of lines.slice(0, LISTED_MAX)) yield `  ${line}`;
  if (lines.length > LISTED_MAX) yield `  and ${lines.length - LISTED_MAX} more`;
}

/** Returns how many models have a price now, and what changed. */
function describeUpdate(update: PriceUpdate): string {
  const { models, providers, source, as_of, added, changed, gone, unreadable } = update;
  const lines = changed.map(({ model, before, after }) => `${model}  ${differences(before, after)}`);
  return [
    `${count(models, "model")} of ${count(providers, "provider")} from ${source}, as of ${as_of}.`,
    ...(added.length + changed.length + gone.length === 0 ? ["Nothing changed."] : []),
    ...listed("New", added),
    ...listed("Changed, in US dollars per million tokens", lines),
    ...listed("Removed, now without a price", gone),
    ...listed("Left out, because their entries could not be read", unreadable),
  ].join("\n");
}

export const prices: Command = {
  name: "prices",
  usage: USAGE,
  summary: "Update the models' prices from models.dev, or from a copy of its api.json.",
  async run(argv) {
    const options = { from: { type: "string" } } as const;
    const { values, positionals } = readArguments({ options, allowPositionals: true }, argv, USAGE);
    if (positionals.join(" ") !== "update") throw new UsageError(`Usage: ${USAGE}`);
    const { from = MODELS_DEV_URL } = values;
    const place = /^https?:/.test(from) ? from : resolve(from);
    await asOperator(async (operate) => {
      const update = (await operate("POST", PRICES_PATH, { from: place })) as PriceUpdate;
      print(describeUpdate(update));
    });
    return 0;
  },
};
