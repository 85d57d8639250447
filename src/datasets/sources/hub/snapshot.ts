import type { HubDataset } from "../../hub-dataset.ts";
import { HubError } from "./hub-error.ts";
import { askHub, type HubAccess } from "./request.ts";
import { startSilence } from "./silence.ts";

/** A file of a repository, and the facts about it that are known before the download. */
export interface HubFile {
  path: string;
  bytes?: number;
  sha256?: string;
}

/** The files of a set at one commit. */
export interface Snapshot {
  /** A commit; the branch's name if a mirror does not report commits. */
  revision: string;
  samples: HubFile[];
  shots: HubFile[];
}

const BRANCH = "main";
const LISTING_BYTES_MAX = 8 * 1024 * 1024;
const COMMIT = /^[0-9a-f]{40}$/;

export const isCommit = (revision: string): boolean => COMMIT.test(revision);

interface ListingLimits {
  /** The longest time without data, in milliseconds. */
  silence_ms: number;
  signal: AbortSignal;
}

interface Listing {
  sha: string | undefined;
  files: HubFile[] | undefined;
}

const recordOf = (value: unknown): Record<string, unknown> =>
  typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};

function fileOf(value: unknown): HubFile[] {
  const { rfilename, size, lfs } = recordOf(value);
  const { sha256 } = recordOf(lfs);
  if (typeof rfilename !== "string") return [];
  return [
    {
      path: rfilename,
      ...(typeof size === "number" && Number.isSafeInteger(size) && size > 0 ? { bytes: size } : {}),
      ...(typeof sha256 === "string" && /^[0-9a-f]{64}$/.test(sha256) ? { sha256 } : {}),
    },
  ];
}

async function readText(response: Response, restart: () => void): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of response.body ?? []) {
    restart();
    text += decoder.decode(chunk, { stream: true });
    if (text.length > LISTING_BYTES_MAX)
      throw new HubError("invalid", `The hub's list of files has more than ${LISTING_BYTES_MAX} characters.`);
  }
  return text;
}

/** Returns the newest commit and its files; undefined if a mirror has no such list. */
async function list(
  access: HubAccess,
  { repository }: HubDataset,
  { silence_ms, signal }: ListingLimits,
): Promise<Listing | undefined> {
  const silence = startSilence(silence_ms, signal);
  try {
    const path = `/api/datasets/${repository}/revision/${BRANCH}?blobs=true`;
    const { response } = await askHub(access, path, {
      headers: { accept: "application/json" },
      signal: silence.signal,
    });
    const { sha, siblings } = recordOf(JSON.parse(await readText(response, silence.restart)));
    return {
      sha: typeof sha === "string" && isCommit(sha) ? sha : undefined,
      files: Array.isArray(siblings) ? siblings.flatMap(fileOf) : undefined,
    };
  } catch (error) {
    if (error instanceof HubError && error.fault === "not_found") return undefined;
    if (!(error instanceof SyntaxError)) throw error;
    throw new HubError("invalid", `The hub's answer about ${repository} is not JSON.`, { cause: error });
  } finally {
    silence.end();
  }
}

const PART = /^-(\d{5})-of-(\d{5})\.parquet$/;

/** Returns the parts of a split, complete and in order; without a list, the one part that all these sets have. */
function partsOf(folder: string, split: string, files: readonly HubFile[] | undefined): HubFile[] {
  if (!files) return [{ path: `${folder}/${split}-00000-of-00001.parquet` }];
  const beginning = `${folder}/${split}`;
  // Paths become file names on this machine, so only the two numbers are taken from the list.
  const numbersIn = (path: string) =>
    path.startsWith(beginning) ? PART.exec(path.slice(beginning.length)) : null;
  const parts = files
    .filter(({ path }) => numbersIn(path))
    .sort((left, right) => (left.path < right.path ? -1 : 1));
  const isWhole = parts.every(({ path }, index) => {
    const [, number, count] = numbersIn(path) ?? [];
    return Number(number) === index && Number(count) === parts.length;
  });
  if (parts.length > 0 && isWhole) return parts;
  const fault = parts.length === 0 ? "not_found" : "invalid";
  throw new HubError(fault, `The hub's repository has no complete set of files ${beginning}-….parquet.`);
}

function filesOf({ folder }: HubDataset, split: string, files: readonly HubFile[] | undefined): HubFile[] {
  if (typeof folder === "string") return partsOf(folder, split, files);
  return [files?.find(({ path }) => path === folder.file) ?? { path: folder.file }];
}

/**
 * Returns the files of a set, and their commit. If a mirror has the files but not the hub's list, the revision is
 * its branch; the files may report their commit when they are fetched.
 */
export async function takeSnapshot(
  access: HubAccess,
  set: HubDataset,
  limits: ListingLimits,
): Promise<Snapshot> {
  const listing = await list(access, set, limits);
  const files = listing?.files;
  return {
    revision: listing?.sha ?? BRANCH,
    samples: filesOf(set, set.split, files),
    shots: set.shots === undefined ? [] : filesOf(set, set.shots, files),
  };
}
