import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { findRepeatedField } from "../../base/json-fields.ts";
import { validator } from "../../base/validation.ts";
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

/**
 * Writes a price file atomically: a reader finds either the old file or the new one, even if the process or the
 * machine stops.
 */
export function writePriceFile(path: string, prices: PriceFile): void {
  const unfinished = `${path}.${process.pid}.new`;
  try {
    writeFileSync(unfinished, JSON.stringify(prices), { mode: 0o600, flush: true });
    renameSync(unfinished, path);
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw error;
  }
}
