import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { processScript } from "../../support/paths.ts";
import type { ServerProcess } from "../../support/server/server-process.ts";
import { waitUntil } from "../../support/timing/waiting.ts";

/** Megabytes. */
export interface Memory {
  rss_mb: number;
  heap_mb: number;
}

/** The program whose memory is asked for: the server that collects its garbage when it is told to. */
export const COLLECTING = processScript("serve-and-collect");

/** What such a server holds after a collection of its garbage. */
export async function memoryOf({ pid }: ServerProcess, data_dir: string): Promise<Memory> {
  const file = join(data_dir, "memory.json");
  rmSync(file, { force: true });
  process.kill(pid, "SIGUSR2");
  await waitUntil(() => existsSync(file));
  const { rss, heap } = JSON.parse(readFileSync(file, "utf8")) as { rss: number; heap: number };
  return { rss_mb: Math.round(rss / 2 ** 20), heap_mb: Math.round(heap / 2 ** 16) / 16 };
}

/** Throws where either figure is more than a tenth above what it was. */
export function refuseGrowth(before: Memory, after: Memory): void {
  for (const measure of ["rss_mb", "heap_mb"] as const)
    if (after[measure] > before[measure] * 1.1)
      throw new Error(`${measure}: ${before[measure]}, then ${after[measure]}`);
}
