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

/** The state of a set's download. */
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
  /** How long a caller waits for a download, in milliseconds. */
  wait_ms?: number;
}

const WAIT_MS = 30_000;
const RETRY_AFTER_S = 5;
const PUBLISHED_EVERY_MS = 100;
const LOGGED_EVERY_MS = 5_000;
const UNTOUCHED: FetchState = { status: "available", there: 0, total: undefined, error: null };

/** Returns the progress from 0 to 1; null if the size is not known. */
export const shareOf = ({ there, total }: FetchProgress): number | null =>
  total === undefined || total === 0 ? null : Math.min(1, there / total);

const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(1);

/** Downloads canonical sets. Callers that ask for the same set at the same time share one download. */
export function createHubDatasets(tools: HubDatasetTools) {
  const { hub, save, findName, bus, log, wait_ms = WAIT_MS } = tools;
  const states = new Map<string, FetchState>();
  const fetching = new Map<string, Promise<DatasetRow>>();
  const stopping = new AbortController();

  /** Keeps the state of a download and publishes it. */
  function publish({ name }: HubDataset, state: FetchState): void {
    states.set(name, state);
    const { status, error, there, total = null } = state;
    const data = { dataset: name, status, downloaded_bytes: there, total_bytes: total, error };
    bus.publish({ topic: "dataset.progress", data, timestamp: Date.now() });
  }

  /** Returns a listener that keeps the progress, publishes it ten times a second and logs it every five seconds. */
  function createProgressListener(set: HubDataset): (progress: FetchProgress) => void {
    let published_at = 0;
    let logged_at = Date.now();
    return (progress) => {
      const moment = Date.now();
      const state = { ...progress, status: "downloading", error: null } as const;
      states.set(set.name, state);
      if (moment - published_at >= PUBLISHED_EVERY_MS) {
        publish(set, state);
        published_at = moment;
      }
      if (moment - logged_at < LOGGED_EVERY_MS) return;
      log.info(
        { dataset: set.name, downloaded_bytes: progress.there, total_bytes: progress.total },
        "downloading",
      );
      logged_at = moment;
    };
  }

  /** Reads the samples of a set. Files that can't be read are deleted, so that the next attempt fetches them anew. */
  async function contentOf(set: HubDataset, files: Awaited<ReturnType<Hub["fetch"]>>) {
    const format = typeof set.folder === "string" ? "parquet" : "csv";
    try {
      const samples = await samplesOfSet(set, files.samples, format);
      const shots = set.shots ? await samplesOfSet(set, files.shots, format) : undefined;
      return { samples, shots };
    } catch (error) {
      await hub.discard(set, files.revision);
      if (!(error instanceof AppError)) throw error;
      throw new HubError("invalid", `The hub's file can't be read: ${error.message}.`, { cause: error });
    }
  }

  /** Saves a set. If an upload has taken its name in the meantime, returns that upload. */
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

  /** Downloads a set, reads it and saves it. */
  async function importSet(set: HubDataset): Promise<DatasetRow> {
    log.info({ dataset: set.name, repository: set.repository }, "downloading a dataset from the hub");
    const files = await hub.fetch(set, createProgressListener(set), stopping.signal);
    const content = await contentOf(set, files);
    const { name, choice_seed } = set;
    const { revision } = files;
    const about = { name, source: "hub", created_by: OPERATOR.id, revision, choice_seed } as const;
    const row = await saveUnlessNamed(about, content);
    log.info({ dataset: name, revision, samples: row.samples }, "a dataset was imported from the hub");
    return row;
  }

  /** Imports a set, and keeps and publishes the state of it. */
  async function runImport(set: HubDataset): Promise<DatasetRow> {
    publish(set, { ...UNTOUCHED, status: "downloading" });
    try {
      const row = await importSet(set);
      publish(set, { ...(states.get(set.name) ?? UNTOUCHED), status: "ready" });
      states.delete(set.name);
      return row;
    } catch (cause) {
      const error = stopping.signal.aborted
        ? new AppError("SERVICE_UNAVAILABLE", "The server is stopping.")
        : hubRefusal(set, hub.addressOf(set), cause);
      const message =
        error instanceof AppError
          ? error.message
          : "An internal error of the server. Its log has the reason.";
      log.error({ err: cause, dataset: set.name }, "fetching a dataset failed");
      publish(set, { ...(states.get(set.name) ?? UNTOUCHED), status: "failed", error: message });
      throw error;
    } finally {
      fetching.delete(set.name);
    }
  }

  function start(set: HubDataset): Promise<DatasetRow> {
    const running = fetching.get(set.name);
    if (running) return running;
    const started = runImport(set);
    // The callers that wait may have left before it fails.
    started.catch(() => undefined);
    fetching.set(set.name, started);
    return started;
  }

  /** Returns the dataset; undefined if its download takes longer than callers wait. Throws the reason if it fails. */
  async function attempt(set: HubDataset): Promise<DatasetRow | undefined> {
    const waiting = new AbortController();
    const timeout = sleep(wait_ms, undefined, { signal: waiting.signal }).catch(() => undefined);
    try {
      return await Promise.race([start(set), timeout]);
    } finally {
      waiting.abort();
    }
  }

  const state = ({ name }: HubDataset): FetchState => states.get(name) ?? UNTOUCHED;

  return {
    attempt,
    state,
    addressOf: hub.addressOf,
    /** Returns the dataset. Throws SERVICE_UNAVAILABLE if the download fails, or with `retry_after` if it is slow. */
    async require(set: HubDataset): Promise<DatasetRow> {
      const row = await attempt(set);
      if (row) return row;
      const { there, total } = state(set);
      const downloaded =
        total === undefined ? `${megabytes(there)} MB` : `${megabytes(there)} of ${megabytes(total)} MB`;
      throw new AppError(
        "SERVICE_UNAVAILABLE",
        `The dataset '${set.name}' is being downloaded: ${downloaded} so far. Try again in ${RETRY_AFTER_S} seconds.`,
        {
          field: "dataset",
          dataset: set.name,
          reason: "downloading",
          progress: shareOf({ there, total }),
          retry_after: RETRY_AFTER_S,
        },
      );
    },
    /** Ends all downloads. The next start resumes them from the parts that are stored. */
    async stop(): Promise<void> {
      stopping.abort(new Error("The server is stopping."));
      await Promise.allSettled(fetching.values());
    },
  };
}

export type HubDatasets = ReturnType<typeof createHubDatasets>;
