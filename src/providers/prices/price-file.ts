import { readFileSync } from "node:fs";
import { findRepeatedField } from "../../base/json/json-fields.ts";
import { validator } from "../../base/validation.ts";
import { writeWholeFile } from "../../base/whole-file.ts";
import { PriceFile } from "../../domain/price.ts";

/** An unusable price file; `message` names it, the fault and the remedy. */
export class PricesError extends Error {
  override readonly name = "PricesError";

  constructor(
    readonly path: string,
    remedy: string,
    cause: unknown,
  ) {
    const fault = cause instanceof Error ? cause.message : String(cause);
    super(`${path} can't be used: ${fault}. ${remedy}`, { cause });
  }
}

const priceFile = validator(PriceFile);

/** Reads a price file. Throws PricesError, whose message ends with the remedy. */
export function readPriceFile(path: string, name: string, remedy: string): PriceFile {
  try {
    const text = readFileSync(path, "utf8");
    const prices = priceFile(JSON.parse(text));
    const repeated = findRepeatedField(text);
    if (repeated !== undefined) throw new Error(`${repeated} is given more than once`);
    return prices;
  } catch (error) {
    throw new PricesError(name, remedy, error);
  }
}

/** Writes a price file as a whole: a reader finds either the old file or the new one. */
export const writePriceFile = (path: string, prices: PriceFile): void =>
  writeWholeFile(path, JSON.stringify(prices));
