import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { HubDataset } from "../../hub-dataset.ts";
import { type DownloadLimits, download } from "./download.ts";
import type { HubAccess } from "./request.ts";
import { type HubFile, isCommit, takeSnapshot } from "./snapshot.ts";

export { HubError } from "./hub-error.ts";

/** Bytes of a set's files that are there, and in all where every size is known. */
export interface FetchProgress {
  there: number;
  total: number | undefined;
}

/** A set's files on this machine. */
export interface FetchedSet {
  /** A commit; of a mirror that does not tell any, the branch's name. */
  revision: string;
  samples: Blob[];
  shots: Blob[];
}

export interface HubOptions extends HubAccess {
  /** Where files are kept, by repository and revision. */
  cache_dir: string;
  limits?: Partial<DownloadLimits>;
}

const LIMITS: DownloadLimits = {
  bytes_max: 256 * 1024 * 1024,
  silence_ms: 30_000,
  retry_ms: [500, 2_000, 5_000],
};

function createCounter(files: readonly HubFile[], onProgress: (progress: FetchProgress) => void) {
  const there = new Map<string, number>();
  const totals = new Map(files.map(({ path, bytes }) => [path, bytes]));
  const sum = (numbers: Iterable<number>) => [...numbers].reduce((all, number) => all + number, 0);
  return (path: string) => (bytes: number, total: number | undefined) => {
    there.set(path, bytes);
    if (total !== undefined) totals.set(path, total);
    const sizes = [...totals.values()];
    const known = sizes.filter((size) => size !== undefined);
    onProgress({
      there: sum(there.values()),
      total: known.length === sizes.length ? sum(known) : undefined,
    });
  };
}

/** The Hugging Face hub, or a mirror of it: brings canonical sets to this machine. */
export function createHub({ cache_dir, limits: given, ...access }: HubOptions) {
  const limits = { ...LIMITS, ...given };
  const folderOf = ({ repository }: HubDataset, revision: string): string =>
    join(cache_dir, repository.replace("/", "--"), revision);
  return {
    /** Where the set's files are, for whoever fetches them by hand. */
    addressOf: ({ repository }: HubDataset): string => `${access.endpoint}/datasets/${repository}`,
    /** Forgets a set's files, as they turned out not to be readable. */
    discard: (set: HubDataset, revision: string): Promise<void> =>
      rm(folderOf(set, revision), { recursive: true, force: true }),
    /**
     * Fetches what is missing of a set's files. What is there of a commit is kept and gone on with, whatever happens.
     * Throws HubError, or the signal's reason.
     */
    async fetch(
      set: HubDataset,
      onProgress: (progress: FetchProgress) => void,
      signal: AbortSignal,
    ): Promise<FetchedSet> {
      const { revision, samples, shots } = await takeSnapshot(access, set, limits.silence_ms, signal);
      const files = [...samples, ...shots];
      const count = createCounter(files, onProgress);
      const folder = folderOf(set, revision);
      const commits = new Set<string>();
      for (const file of files) {
        const order = {
          from: `/datasets/${set.repository}/resolve/${revision}/${file.path}`,
          file,
          to: join(folder, file.path),
          isFixed: isCommit(revision),
          onBytes: count(file.path),
        };
        const { commit } = await download(access, order, limits, signal);
        commits.add(commit ?? revision);
      }
      const blobs = (list: readonly HubFile[]) => list.map(({ path }) => Bun.file(join(folder, path)));
      const [only = revision] = commits;
      return {
        revision: commits.size === 1 ? only : revision,
        samples: blobs(samples),
        shots: blobs(shots),
      };
    },
  };
}

export type Hub = ReturnType<typeof createHub>;
