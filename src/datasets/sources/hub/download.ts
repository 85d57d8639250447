import { mkdir, open, rename, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { faultOfFile } from "./file-check.ts";
import { HubError } from "./hub-error.ts";
import { askHub, type HubAccess, type HubAnswer, unreachable } from "./request.ts";
import { startSilence } from "./silence.ts";
import type { HubFile } from "./snapshot.ts";

export interface DownloadLimits {
  bytes_max: number;
  /** How long nothing may come. */
  silence_ms: number;
  /** The pauses before further attempts; each goes on where the one before broke off. */
  retry_ms: readonly number[];
}

export interface Download {
  /** The path behind the endpoint. */
  from: string;
  file: HubFile;
  to: string;
  /** Whether the file behind that path never changes, so that what is there of it counts. */
  isFixed: boolean;
  /** Bytes that are there, and in all where that is known. */
  onBytes(there: number, total: number | undefined): void;
}

const sizeOf = async (path: string): Promise<number | undefined> =>
  (
    await stat(path).catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return undefined;
      throw error;
    })
  )?.size;

const tooLarge = (path: string, bytes_max: number): HubError =>
  new HubError("too_large", `${path} has more than ${bytes_max} bytes, the most that is taken.`);

/** From where on an answer brings the file, and how long the file is. */
function extentOf({ response, bytes }: HubAnswer): { start: number; total: number | undefined } {
  const length = Number(response.headers.get("content-length") ?? Number.NaN);
  const [, from, whole] =
    /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(response.headers.get("content-range") ?? "") ?? [];
  const start = response.status === 206 ? Number(from ?? Number.NaN) : 0;
  const counted = whole !== undefined && whole !== "*" ? Number(whole) : start + length;
  return { start, total: Number.isSafeInteger(counted) ? counted : bytes };
}

/** Appends what comes to the part, from where it stops; answers what the hub said of the whole. */
async function receive(
  access: HubAccess,
  { from, file, isFixed, onBytes }: Download,
  part: string,
  { bytes_max, silence_ms }: DownloadLimits,
  signal: AbortSignal,
): Promise<HubAnswer> {
  const had = isFixed ? ((await sizeOf(part)) ?? 0) : 0;
  const silence = startSilence(silence_ms, signal);
  try {
    const range: Record<string, string> = had > 0 ? { range: `bytes=${had}-` } : {};
    const answer = await askHub(access, from, range, silence.signal);
    const { start, total = file.bytes } = extentOf(answer);
    if (answer.response.status === 416 || (start !== 0 && start !== had)) {
      await answer.response.body?.cancel();
      await rm(part, { force: true });
      throw new HubError("invalid", `The hub can't go on with ${file.path}.`, { passing: true });
    }
    if ((total ?? 0) > bytes_max) throw tooLarge(file.path, bytes_max);
    const there = await append(answer.response, part, start, (size) => {
      silence.heard();
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
  part: string,
  start: number,
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
 * Fetches one file, by way of a `.part` beside it that a later attempt, also of another process, goes on with. The
 * file is there under its name only whole and checked. Throws HubError, or the signal's reason.
 */
export async function download(
  access: HubAccess,
  order: Download,
  limits: DownloadLimits,
  signal: AbortSignal,
): Promise<{ commit?: string }> {
  const { to, file, isFixed } = order;
  if (isFixed && (await sizeOf(to)) !== undefined) return {};
  const part = `${to}.part`;
  await mkdir(dirname(to), { recursive: true, mode: 0o700 });
  for (let attempt = 0; ; attempt++) {
    try {
      const answer = await receive(access, order, part, limits, signal);
      const fault = await faultOfFile(part, { ...answer, ...file });
      if (!fault) {
        await rename(part, to);
        return answer.commit ? { commit: answer.commit } : {};
      }
      await rm(part, { force: true });
      throw new HubError("invalid", `${file.path} as the hub sent it ${fault}.`, { passing: true });
    } catch (error) {
      signal.throwIfAborted();
      const pause = limits.retry_ms[attempt];
      if (pause === undefined || !(error instanceof HubError) || !error.passing) throw error;
      await sleep(pause, undefined, { signal });
    }
  }
}
