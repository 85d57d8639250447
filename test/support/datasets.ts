import { createHub, type HubOptions } from "../../src/datasets/sources/hub/index.ts";
import type { Sample, SampleListing } from "../../src/domain/dataset.ts";
import { type BusEvent, createEventBus } from "../../src/events.ts";
import { createHubDatasets, type HubDatasets } from "../../src/services/datasets/hub.ts";
import { createDatasets, type Datasets } from "../../src/services/datasets/index.ts";
import { createDatasetWriter } from "../../src/services/datasets/writer.ts";
import type { DatasetStore } from "../../src/store/datasets.ts";
import { createLog } from "../../src/telemetry/log.ts";

/** A hub that nobody answers. */
const NOWHERE: HubOptions = {
  endpoint: "http://hub.invalid",
  cache_dir: "/nonexistent",
  fetch: () => Promise.reject(new Error("There is no network here.")),
};

interface Fetching {
  datasets: Datasets;
  hubDatasets: HubDatasets;
  /** Events of downloads, in order. */
  told: BusEvent[];
}

/** The datasets of a store whose canonical sets come from that hub. */
export function datasetsFrom(store: DatasetStore, hub: HubOptions, wait_ms?: number): Fetching {
  const bus = createEventBus();
  const told: BusEvent[] = [];
  bus.subscribe("dataset.progress", (event) => told.push(event));
  const save = createDatasetWriter(store);
  const { findName } = store;
  const waiting = wait_ms === undefined ? {} : { wait_ms };
  const parts = { hub: createHub(hub), save, findName, bus, log: createLog("silent"), ...waiting };
  const hubDatasets = createHubDatasets(parts);
  return { datasets: createDatasets(store, { save, hub: hubDatasets }), hubDatasets, told };
}

/** The datasets of a store without network. */
export const datasetsOver = (store: DatasetStore): Datasets => datasetsFrom(store, NOWHERE).datasets;

/** Samples as a list shows them, if nothing is long. */
export const listed = (samples: readonly Sample[]): SampleListing[] =>
  samples.map((sample) => ({ ...sample, left_out: [] }));
