import { setTimeout as sleep } from "node:timers/promises";
import { AppError } from "../../base/errors.ts";
import type { HubDataset } from "../../datasets/hub-dataset.ts";
import { samplesOfSet } from "../../datasets/hub-samples.ts";
import { type FetchProgress, type Hub, HubError } from "../../datasets/sources/hub/index.ts";
import type { DatasetStatus } from "../../domain/dataset.ts";
import { OPERATOR } from "../../domain/permissions.ts";
import type { EventBus } from "../../events.ts";
import type { DatasetRow } from "../../store/datasets.ts";
import type { Log } from "../../telemetry/log.ts";
import { hubRefusal } from "./hub-refusal.ts";
import type { SaveDataset } from "./writer.ts";

/** How far the fetching of a set has got. */
export interface FetchState extends FetchProgress {
  status: DatasetStatus;
  error: string | null;
}

interface HubDatasetTools {
  hub: Hub;
  save: SaveDataset;
  findName(name: string): Promise<DatasetRow | undefined>;
  bus: EventBus;
  log: Log;
  /** How long a caller waits for a set that is being fetched. */
  wait_ms?: number;
}

const WAIT_MS = 30_000;
const RETRY_AFTER_S = 5;
const TOLD_EVERY_MS = 100;
const LOGGED_EVERY_MS = 5_000;
const UNTOUCHED: FetchState = { status: "available", there: 0, total: undefined, error: null };

/** Progress from 0 to 1; null where the size is not known. */
export const shareOf = ({ there, total }: FetchProgress): number | null =>
  total === undefined || total === 0 ? null : Math.min(1, there / total);

const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(1);

/** Fetches canonical sets, each once however many ask for it at the same time. */
export function createHubDatasets(tools: HubDatasetTools) {
  const { hub, save, findName, bus, log, wait_ms = WAIT_MS } = tools;
  const states = new Map<string, FetchState>();
  const fetching = new Map<string, Promise<DatasetRow>>();
  const stopping = new AbortController();

  function tell({ name }: HubDataset, state: FetchState): void {
    states.set(name, state);
    const { status, error, there, total = null } = state;
    const data = { dataset: name, status, downloaded_bytes: there, total_bytes: total, error };
    bus.publish({ topic: "dataset.progress", data, timestamp: Date.now() });
  }

  /** Keeps the state up to date, tells it ten times a second and logs it every few seconds. */
  function createTeller(set: HubDataset): (progress: FetchProgress) => void {
    let told = 0;
    let logged = Date.now();
    return (progress) => {
      const moment = Date.now();
      const state = { ...progress, status: "downloading", error: null } as const;
      states.set(set.name, state);
      if (moment - told >= TOLD_EVERY_MS) {
        tell(set, state);
        told = moment;
      }
      if (moment - logged < LOGGED_EVERY_MS) return;
      log.info(
        { dataset: set.name, downloaded_bytes: progress.there, total_bytes: progress.total },
        "downloading",
      );
      logged = moment;
    };
  }

  /** A set's samples out of its files, which are forgotten if they can't be read: the next attempt fetches them anew. */
  async function contentOf(set: HubDataset, files: Awaited<ReturnType<Hub["fetch"]>>) {
    const format = typeof set.folder === "string" ? "parquet" : "csv";
    try {
      const samples = await samplesOfSet(set, files.samples, format);
      const shots = set.shots ? await samplesOfSet(set, files.shots, format) : undefined;
      return { samples, shots };
    } catch (error) {
      await hub.discard(set, files.revision);
      if (!(error instanceof AppError)) throw error;
      throw new HubError("invalid", `What the hub sent can't be read: ${error.message}.`, { cause: error });
    }
  }

  /** Somebody may have uploaded a set of that name in the meantime: that one counts. */
  async function saveUnlessNamed(...set: Parameters<SaveDataset>): Promise<DatasetRow> {
    try {
      return (await save(...set)).row;
    } catch (error) {
      const isTaken = error instanceof AppError && error.code === "CONFLICT";
      const uploaded = isTaken ? await findName(set[0].name) : undefined;
      if (!uploaded) throw error;
      return uploaded;
    }
  }

  async function bring(set: HubDataset): Promise<DatasetRow> {
    log.info({ dataset: set.name, repository: set.repository }, "downloading a dataset from the hub");
    const files = await hub.fetch(set, createTeller(set), stopping.signal);
    const content = await contentOf(set, files);
    const { name, choice_seed } = set;
    const { revision } = files;
    const about = { name, source: "hub", created_by: OPERATOR.id, revision, choice_seed } as const;
    const row = await saveUnlessNamed(about, content);
    log.info({ dataset: name, revision, samples: row.samples }, "a dataset was imported from the hub");
    return row;
  }

  async function run(set: HubDataset): Promise<DatasetRow> {
    tell(set, { ...UNTOUCHED, status: "downloading" });
    try {
      const row = await bring(set);
      tell(set, { ...(states.get(set.name) ?? UNTOUCHED), status: "ready" });
      states.delete(set.name);
      return row;
    } catch (cause) {
      const error = stopping.signal.aborted
        ? new AppError("SERVICE_UNAVAILABLE", "The server is stopping.")
        : hubRefusal(set, hub.addressOf(set), cause);
      const said =
        error instanceof AppError ? error.message : "An internal error; the server's log says which.";
      log.error({ err: cause, dataset: set.name }, "fetching a dataset failed");
      tell(set, { ...(states.get(set.name) ?? UNTOUCHED), status: "failed", error: said });
      throw error;
    } finally {
      fetching.delete(set.name);
    }
  }

  function start(set: HubDataset): Promise<DatasetRow> {
    const running = fetching.get(set.name);
    if (running) return running;
    const started = run(set);
    // Whoever waits may have left by then.
    started.catch(() => undefined);
    fetching.set(set.name, started);
    return started;
  }

  /** The dataset, if it is there in time; undefined while it is still being fetched. Throws why it can't be. */
  async function attempt(set: HubDataset): Promise<DatasetRow | undefined> {
    const waiting = new AbortController();
    const late = sleep(wait_ms, undefined, { signal: waiting.signal }).catch(() => undefined);
    try {
      return await Promise.race([start(set), late]);
    } finally {
      waiting.abort();
    }
  }

  const state = ({ name }: HubDataset): FetchState => states.get(name) ?? UNTOUCHED;

  return {
    attempt,
    state,
    addressOf: hub.addressOf,
    /** The dataset. SERVICE_UNAVAILABLE if it can't be had, and with `retry_after` if it takes longer than callers wait. */
    async require(set: HubDataset): Promise<DatasetRow> {
      const row = await attempt(set);
      if (row) return row;
      const { there, total } = state(set);
      const far =
        total === undefined ? `${megabytes(there)} MB` : `${megabytes(there)} of ${megabytes(total)} MB`;
      throw new AppError(
        "SERVICE_UNAVAILABLE",
        `The dataset '${set.name}' is being downloaded: ${far} are there. Try again in a few seconds.`,
        {
          field: "dataset",
          dataset: set.name,
          reason: "downloading",
          progress: shareOf({ there, total }),
          retry_after: RETRY_AFTER_S,
        },
      );
    },
    /** Ends all downloads; what is there of them is gone on with the next time. */
    async stop(): Promise<void> {
      stopping.abort(new Error("The server is stopping."));
      await Promise.allSettled(fetching.values());
    },
  };
}

export type HubDatasets = ReturnType<typeof createHubDatasets>;
