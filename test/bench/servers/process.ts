import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Subprocess } from "bun";

/** A server that is measured, in a process of its own. */
export interface Process extends AsyncDisposable {
  readonly url: string;
  /** CPU time used so far, in milliseconds; null where the system does not tell. */
  cpuMs(): number | null;
}

/**
 * Who runs where: the server that is measured has a core of its own, and all else has the other. One whose workers are
 * measured too has both.
 */
export type Core = "measured" | "others" | "both";

const CORE_NUMBERS: Record<Core, string> = { measured: "0", others: "1", both: "0,1" };
const START_MS = 10_000;
/** Linux counts in hundredths of a second. */
const MS_PER_TICK = 10;

const canPin = Bun.which("taskset") !== null && navigator.hardwareConcurrency > 1;

/**
 * A command kept to one core where that can be done: Linux likes to put the two ends of a connection on the same
 * core, where each would wait for the other.
 */
const onCore = (core: Core, command: readonly string[]): string[] => [
  ...(canPin ? ["taskset", "-c", CORE_NUMBERS[core]] : []),
  ...command,
];

export const bunCommand = (core: Core, argv: readonly string[]): string[] =>
  onCore(core, [process.execPath, ...argv]);

/** User and system time out of `/proc/PID/stat`, whose second field may hold blanks. */
function cpuMsOf(pid: number): number | null {
  const file = `/proc/${pid}/stat`;
  if (!existsSync(file)) return null;
  const fields = readFileSync(file, "utf8").split(") ").at(-1)?.split(" ") ?? [];
  return (Number(fields[11]) + Number(fields[12])) * MS_PER_TICK;
}

/** A port that was free a moment ago. */
async function freePort(): Promise<number> {
  const probe = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => new Response() });
  const port = Number(probe.url.port);
  await probe.stop(true);
  return port;
}

async function untilAnswers(url: string, path: string, server: Subprocess): Promise<void> {
  const deadline = Date.now() + START_MS;
  while (Date.now() < deadline) {
    if (server.exitCode !== null) throw new Error(`The server at ${url} ended with ${server.exitCode}.`);
    // Nobody listens yet: that is what is waited for.
    const answer = await fetch(url + path).catch(() => null);
    if (answer?.ok) return;
    await Bun.sleep(20);
  }
  throw new Error(`There is no answer from ${url}.`);
}

/** How a server is started that is told where to listen, and the path at which it says that it does. */
interface Start {
  core: Core;
  commandAt(port: number): readonly string[];
  environment?: Record<string, string>;
  health?: string;
}

/** Starts a server and waits until it answers; BIND_ADDRESS tells it where, too. */
export async function startCommand(start: Start): Promise<Process> {
  const { core, commandAt, environment = {}, health = "/health" } = start;
  const port = await freePort();
  const address = `127.0.0.1:${port}`;
  const url = `http://${address}`;
  const server = Bun.spawn(onCore(core, commandAt(port)), {
    env: { ...(Bun.env.PATH ? { PATH: Bun.env.PATH } : {}), BIND_ADDRESS: address, ...environment },
    stdout: "ignore",
    stderr: "inherit",
  });
  const stop = async () => {
    // Nothing of it is needed any more, so it need not end in order.
    server.kill("SIGKILL");
    await server.exited;
  };
  await untilAnswers(url, health, server).catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  return { url, cpuMs: () => cpuMsOf(server.pid), [Symbol.asyncDispose]: stop };
}

/** Starts `bun` with those arguments. */
export const startProcess = (
  core: Core,
  argv: readonly string[],
  environment: Record<string, string> = {},
): Promise<Process> => startCommand({ core, commandAt: () => [process.execPath, ...argv], environment });

/** Starts the `Bun.serve` that does nothing but the given work. */
export const startBare = (
  environment: { WORK: string; BODY?: string; UPSTREAM?: string; WAIT_MS?: string },
  core: Core = "measured",
) => startProcess(core, [join(import.meta.dir, "bare.ts")], environment);
