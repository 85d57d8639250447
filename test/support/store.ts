import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type BusEvent, createEventBus, TOPIC_NAMES } from "../../src/events.ts";
import { openStore } from "../../src/store/index.ts";
import { openDatabase } from "../../src/store/open.ts";

export const databaseFile = (data_dir: string): string => join(data_dir, "test-bench.db");

/** A bus, and all that was published on it, in order. */
export function recordingBus() {
  const bus = createEventBus();
  const published: BusEvent[] = [];
  for (const topic of TOPIC_NAMES) bus.subscribe(topic, (event) => published.push(event));
  return { bus, published };
}

const optionsOf = (data_dir: string, bus = createEventBus()) => ({
  data_dir,
  database_url: pathToFileURL(databaseFile(data_dir)).href,
  bus,
});

/** The database in a folder, as the server opens it. */
export const openDatabaseIn = (data_dir: string, bus = createEventBus()) =>
  openDatabase(optionsOf(data_dir, bus));

/** The same by noun, as services are given it. */
export const openStoreIn = (data_dir: string, bus = createEventBus()) => openStore(optionsOf(data_dir, bus));
