import { accessSync, constants, statfsSync } from "node:fs";
import { dirname } from "node:path";
import type { Client, InArgs, InStatement } from "@libsql/client";
import { AppError } from "../../base/errors.ts";
import { StorageUnavailable, storageFaultOf } from "./database-error.ts";

/** Tells whether the disk and the database can take new rows. */
export interface StorageHealth {
  /** Returns why no row can be stored now, as a sentence; null if nothing is known against it. */
  fault(): string | null;
  /** Throws SERVICE_UNAVAILABLE with that sentence. Call it before work that costs money and whose result is stored. */
  require(): void;
  /** Returns the public error of a statement that failed because of the disk or a damaged file, else the error itself. */
  refusalOf(error: unknown): unknown;
}

/** The free space below which nothing new is begun, in bytes: open work and the log still need some. */
export const FREE_MIN_BYTES = 4 * 1024 * 1024;
const MIB = 1024 * 1024;
/** How long a look at the disk is good for, in milliseconds. */
const LOOK_MS = 250;
/** How long a write that failed speaks against the next ones: a quota, for example, shows nowhere else. */
const REMEMBER_MS = 2_000;

const sentence = (fault: string): string =>
  `The server can't store anything: ${fault}. Its operator has to put that right.`;

/** Looks at the disk of a database file, and returns what is wrong in words; null if nothing is. */
function lookAt(file: string): string | null {
  try {
    const { bavail, bsize } = statfsSync(dirname(file));
    if (bavail * bsize < FREE_MIN_BYTES)
      return `the disk is full (${((bavail * bsize) / MIB).toFixed(1)} MiB are free, at least ${FREE_MIN_BYTES / MIB} MiB are needed)`;
    accessSync(file, constants.W_OK);
    return null;
  } catch (error) {
    return storageFaultOf(error) ?? `the database file can't be written (${(error as Error).message})`;
  }
}

const unavailable = (fault: string, cause: unknown): AppError =>
  new AppError("SERVICE_UNAVAILABLE", sentence(fault), { reason: "storage" }, { cause });

/** Watches the disk of a database file, and the errors of its statements. `file` is null for a libSQL server. */
export function createStorageHealth(file: string | null): StorageHealth {
  let seen: string | null = null;
  let looked_at = Number.NEGATIVE_INFINITY;
  let failure: string | null = null;
  let failed_at = Number.NEGATIVE_INFINITY;
  let is_damaged = false;

  function look(): string | null {
    if (file === null || performance.now() - looked_at < LOOK_MS) return seen;
    looked_at = performance.now();
    seen = lookAt(file);
    return seen;
  }

  function currentFault(): string | null {
    if (is_damaged || performance.now() - failed_at < REMEMBER_MS) return failure;
    return look();
  }

  return {
    fault() {
      const fault = currentFault();
      return fault === null ? null : sentence(fault);
    },
    require() {
      const fault = currentFault();
      // The cause tells a benchmark that it can go on later.
      if (fault !== null) throw unavailable(fault, new StorageUnavailable(fault));
    },
    refusalOf(error) {
      const fault = storageFaultOf(error);
      if (fault === undefined || error instanceof AppError) return error;
      failure = fault;
      failed_at = performance.now();
      is_damaged ||= fault.includes("is damaged");
      return unavailable(fault, error);
    },
  };
}

/** Makes the statements of a connection report faults of the disk and of the file. */
export function reportTo({ refusalOf }: StorageHealth, client: Client): void {
  const refuse = (error: unknown): never => {
    throw refusalOf(error);
  };
  const execute = client.execute.bind(client) as (statement: InStatement, args?: InArgs) => Promise<never>;
  const batch = client.batch.bind(client);
  client.execute = (statement: InStatement, args?: InArgs) =>
    (args === undefined ? execute(statement) : execute(statement, args)).catch(refuse);
  client.batch = (statements, mode) => batch(statements, mode).catch(refuse);
}
