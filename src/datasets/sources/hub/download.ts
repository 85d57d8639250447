import { mkdir, open, rename, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { HubError } from "./hub-error.ts";
import { askHub, type HubAccess, type HubAnswer, unreachable } from "./request.ts";
import { startSilence } from "./silence.ts";
import type { HubFile } from "./snapshot.ts";

export interface DownloadLimits {
  bytes_max: number;
  /** The longest time without data. */
  silence_ms: number;
  /** The pauses before further attempts; each attempt resumes where the previous one stopped. */
  retry_ms: readonly number[];
}

export interface Download {
  /** The path after the endpoint. */
  from: string;
  file: HubFile;
  to: string;
  /** Whether the file at this path never changes, so that a partial download can be resumed. */
  isFixed: boolean;
  /** Reports the bytes received, and the total if it is known. */
  onBytes(there: number, total: number | undefined): void;
}

const MAGIC = "PAR1";

async function hashOf(file: Blob): Promise<string> {
  const hasher = new Bun.CryptoHasher("sha256");
  for await (const chunk of file.stream()) hasher.update(chunk);
  return hasher.digest("hex");
}

const isParquet = async (file: Blob): Promise<boolean> =>
  file.size > 2 * MAGIC.length &&
  (await file.slice(0, MAGIC.length).text()) === MAGIC &&
  (await file.slice(-MAGIC.length).text()) === MAGIC;

/** Returns the fault of a received file, as a predicate of its name; undefined for a sound file. */
async function faultOfFile(
  path: string,
  { path: name, bytes, sha256 }: HubFile,
): Promise<string | undefined> {
  const file = Bun.file(path);
  if (bytes !== undefined && file.size !== bytes) return `has ${file.size} bytes instead of ${bytes}`;
  if (name.endsWith(".parquet") && !(await isParquet(file))) return "is not a parquet file, or is truncated";
  if (sha256 !== undefined && (await hashOf(file)) !== sha256) return "does not have the expected SHA-256";
  return undefined;
}

const sizeOf = async (path: string): Promise<number | undefined> =>
  (
    await stat(path).catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return undefined;
      throw error;
    })
  )?.size;

const tooLarge = (path: string, bytes_max: number): HubError =>
  new HubError("too_large", `${path} has more than ${bytes_max} bytes, the maximum for one file.`);

/** Returns the offset at which an answer starts within the file, and the file's length. */
function extentOf({ response, bytes }: HubAnswer): { start: number; total: number | undefined } {
  const length = Number(response.headers.get("content-length") ?? Number.NaN);
  const [, from, whole] =
    /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(response.headers.get("content-range") ?? "") ?? [];
  const start = response.status === 206 ? Number(from ?? Number.NaN) : 0;
  const counted = whole !== undefined && whole !== "*" ? Number(whole) : start + length;
  return { start, total: Number.isSafeInteger(counted) ? counted : bytes };
}

/** How files are fetched: from which hub, within which limits, until which signal. */
export interface HubSession {
  access: HubAccess;
  limits: DownloadLimits;
  signal: AbortSignal;
}

/** Appends the answer to the partial file; returns the hub's facts about the whole file. */
async function receive(
  { from, file, isFixed, onBytes }: Download,
  part: string,
  { access, limits: { bytes_max, silence_ms }, signal }: HubSession,
): Promise<HubAnswer> {
  const had = isFixed ? ((await sizeOf(part)) ?? 0) : 0;
  const silence = startSilence(silence_ms, signal);
  try {
    const headers: Record<string, string> = had > 0 ? { range: `bytes=${had}-` } : {};
    const answer = await askHub(access, from, { headers, signal: silence.signal });
    const { start, total = file.bytes } = extentOf(answer);
    if (answer.response.status === 416 || (start !== 0 && start !== had)) {
      await answer.response.body?.cancel();
      await rm(part, { force: true });
      throw new HubError("invalid", `The hub cannot resume the download of ${file.path}.`, { passing: true });
    }
    if ((total ?? 0) > bytes_max) throw tooLarge(file.path, bytes_max);
    const there = await append(answer.response, { part, start }, (size) => {
      silence.restart();
      if (size > bytes_max) throw tooLarge(file.path, bytes_max);
      onBytes(size, total);
    });
    if (total !== undefined && there < total)
      throw unreachable(`The hub, after ${there} of ${total} bytes,`, undefined);
    return answer;
  } catch (error) {
    if (error instanceof HubError || signal.aborted) throw error;
    throw unreachable(new URL(access.endpoint).origin, error);
  } finally {
    silence.end();
  }
}

async function append(
  response: Response,
  { part, start }: { part: string; start: number },
  onSize: (size: number) => void,
): Promise<number> {
  const handle = await open(part, start > 0 ? "a" : "w", 0o600);
  let size = start;
  try {
    for await (const chunk of response.body ?? []) {
      await handle.write(chunk);
      size += chunk.length;
      onSize(size);
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
  return size;
}

/**
 * Fetches one file through a `.part` file beside it, which a later attempt, even of another process, resumes. The
 * file gets its name only when it is complete and checked. Throws HubError, or the signal's reason.
 */
export async function download(order: Download, session: HubSession): Promise<{ commit?: string }> {
  const { limits, signal } = session;
  const { to, file, isFixed } = order;
  if (isFixed && (await sizeOf(to)) !== undefined) return {};
  const part = `${to}.part`;
  await mkdir(dirname(to), { recursive: true, mode: 0o700 });
  for (let attempt = 0; ; attempt++) {
    try {
      const answer = await receive(order, part, session);
      const fault = await faultOfFile(part, { ...answer, ...file });
      if (!fault) {
        await rename(part, to);
        return answer.commit ? { commit: answer.commit } : {};
      }
      await rm(part, { force: true });
      throw new HubError("invalid", `The file ${file.path} from the hub ${fault}.`, { passing: true });
    } catch (error) {
      signal.throwIfAborted();
      const pause = limits.retry_ms[attempt];
      if (pause === undefined || !(error instanceof HubError) || !error.passing) throw error;
      await sleep(pause, undefined, { signal });
    }
  }
}
