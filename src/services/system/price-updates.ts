import { readFileSync, statSync } from "node:fs";
import { basename } from "node:path";
import { AppError, badField } from "../../base/errors.ts";
import { now } from "../../base/time.ts";
import type { PriceFile, PriceUpdate } from "../../domain/price.ts";
import { limitBodies } from "../../providers/body-limit.ts";
import type { PriceCatalogue } from "../../providers/prices/index.ts";
import { readModelsDev } from "../../providers/prices/models-dev.ts";
import { writePriceFile } from "../../providers/prices/price-file.ts";
import type { Fetch } from "../../providers/provider.ts";

const FETCH_MS = 60_000;
const DAY_CHARACTERS = 10;
const KEPT = "The prices in use are unchanged.";

/** A document of prices, with its source. */
interface Document {
  text: string;
  source: string;
  /** The day of the prices, as YYYY-MM-DD. */
  as_of: string;
}

const dayOf = (time: string): string => time.slice(0, DAY_CHARACTERS);

const unreadableSource = (from: string, fault: string, cause?: unknown): AppError =>
  new AppError("SERVICE_UNAVAILABLE", `${from} ${fault}. ${KEPT}`, { field: "from" }, { cause });

async function fetchDocument(url: string, send: Fetch): Promise<Document> {
  const public_url = withoutCredentials(url);
  try {
    const response = await limitBodies(send)(url, { signal: AbortSignal.timeout(FETCH_MS) });
    if (!response.ok) throw unreadableSource(public_url, `answered HTTP ${response.status}`);
    return { text: await response.text(), source: `models.dev (${public_url})`, as_of: dayOf(now()) };
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw unreadableSource(
      public_url,
      `could not be read: ${error instanceof Error ? error.message : error}`,
      error,
    );
  }
}

function readDocument(path: string): Document {
  try {
    const text = readFileSync(path, "utf8");
    return {
      text,
      source: `models.dev (${basename(path)})`,
      as_of: dayOf(statSync(path).mtime.toISOString()),
    };
  } catch (cause) {
    throw unreadableSource(
      path,
      `could not be read: ${cause instanceof Error ? cause.message : cause}`,
      cause,
    );
  }
}

/** Removes user, password and query: every caller who lists the models sees the source. */
function withoutCredentials(url: string): string {
  const { origin, pathname } = new URL(url);
  return origin + pathname;
}

function parse(text: string, source: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw badField("from", `${source} is not valid JSON. ${KEPT}`);
  }
}

/** Replaces the prices that the server uses, in `file` and in memory. */
export function createPriceUpdates(prices: PriceCatalogue, file: string, send: Fetch) {
  return {
    /**
     * Reads the prices from a document in the format of models.dev, by its URL or its absolute path. Throws
     * SERVICE_UNAVAILABLE if it can't be read and BAD_REQUEST for another format; then the prices stay unchanged.
     */
    async update(from: string): Promise<PriceUpdate> {
      const { text, source, as_of } = /^https?:/.test(from)
        ? await fetchDocument(from, send)
        : readDocument(from);
      const found = readModelsDev(parse(text, source));
      const providers = Object.keys(found?.prices ?? {}).length;
      if (!found || providers === 0)
        throw badField(
          "from",
          `${source} has no price for a provider of this server. Give a document in the format of models.dev. ${KEPT}`,
        );
      const updated: PriceFile = { source, as_of, prices: found.prices };
      writePriceFile(file, updated);
      const models = Object.values(found.prices).reduce((sum, known) => sum + Object.keys(known).length, 0);
      return { source, as_of, models, providers, ...prices.renew(updated), unreadable: found.unreadable };
    },
  };
}

export type PriceUpdates = ReturnType<typeof createPriceUpdates>;
