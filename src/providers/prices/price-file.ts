import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { validator } from "../../base/validation.ts";
import { PriceFile } from "../../domain/price.ts";

/** A file of prices can't be used; `message` names it and the fault. */
export class PricesError extends Error {
  override readonly name = "PricesError";

  constructor(
    readonly path: string,
    fault: string,
    remedy: string,
    cause: unknown,
  ) {
    super(`${path} can't be used: ${fault}. ${remedy}`, { cause });
  }
}

const priceFile = validator(PriceFile);

/** Throws PricesError, which ends in what to do about it. */
export function readPriceFile(path: string, name: string, remedy: string): PriceFile {
  try {
    return priceFile(JSON.parse(readFileSync(path, "utf8")));
  } catch (error) {
    throw new PricesError(name, error instanceof Error ? error.message : String(error), remedy, error);
  }
}

/** Whole or not at all: a reader finds the old file or the new one, whenever the process or the machine ends. */
export function writePriceFile(path: string, prices: PriceFile): void {
  const half = `${path}.${process.pid}.new`;
  try {
    writeFileSync(half, JSON.stringify(prices), { mode: 0o600, flush: true });
    renameSync(half, path);
  } catch (error) {
    rmSync(half, { force: true });
    throw error;
  }
}
