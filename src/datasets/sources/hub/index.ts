import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { HubDataset } from "../../hub-dataset.ts";
import { type DownloadLimits, download } from "./download.ts";
import type { HubAccess } from "./request.ts";
import { type HubFile, isCommit, takeSnapshot } from "./snapshot.ts";

export { HubError } from "./hub-error.ts";

/** The received bytes of a set's files, and the total if every size is known. */
export interface FetchProgress {
  there: number;
  total: number | undefined;
}

/** The files of a set on this machine. */
export interface FetchedSet {
  /** A commit; the branch's name if a mirror does not report commits. */
  revision: string;
  samples: Blob[];
  shots: Blob[];
}

export interface HubOptions extends HubAccess {
  /** The folder of the files, by repository and revision. */
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

/** Creates the access to the Hugging Face hub, or to a mirror of it, which brings canonical sets to this machine. */
export function createHub({ cache_dir, limits: overrides, ...access }: HubOptions) {
  const limits = { ...LIMITS, ...overrides };
  const folderOf = ({ repository }: HubDataset, revision: string): string =>
    join(cache_dir, repository.replace("/", "--"), revision);
  return {
    /** Returns the address of the set's files, for a manual download. */
    addressOf: ({ repository }: HubDataset): string => `${access.endpoint}/datasets/${repository}`,
    /** Deletes a set's files that turned out to be unreadable. */
    discard: (set: HubDataset, revision: string): Promise<void> =>
      rm(folderOf(set, revision), { recursive: true, force: true }),
    /**
     * Fetches the missing files of a set. Files and partial files of a commit are always kept and resumed. Throws
     * HubError, or the signal's reason.
     */
    async fetch(
      set: HubDataset,
      onProgress: (progress: FetchProgress) => void,
      signal: AbortSignal,
    ): Promise<FetchedSet> {
      const { revision, samples, shots } = await takeSnapshot(access, set, {
        silence_ms: limits.silence_ms,
        signal,
      });
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
        const { commit } = await download(order, { access, limits, signal });
        commits.add(commit ?? revision);
      }
      const blobs = (list: readonly HubFile[]) => list.map(({ path }) => Bun.file(join(folder, path)));
      const [commit = revision] = commits;
      return {
        revision: commits.size === 1 ? commit : revision,
        samples: blobs(samples),
        shots: blobs(shots),
      };
    },
  };
}

export type Hub = ReturnType<typeof createHub>;
