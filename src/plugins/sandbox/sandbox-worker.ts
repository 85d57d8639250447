import { fileURLToPath } from "node:url";
import { PluginError, type SandboxedPlugin } from "../plugin.ts";
import {
  type Definition,
  type FromWorker,
  GRACE_MS,
  type Job,
  type Order,
  type Report,
  WORKER_COMMAND,
} from "./protocol.ts";

/** The most plugins that a worker keeps before it drops all of them. */
const LOADED_MAX = 16;
/** A process usually starts in a fraction of a second, but not on a busy machine. */
const START_MS = 30_000;

export interface Call {
  plugin: SandboxedPlugin;
  job: Job;
  time_ms: number;
}

/** One process of the pool, from the server's side. It runs one call at a time. */
export interface SandboxWorker {
  /** Runs a call. Rejects with a PluginError if the process dies or has to be killed; then the worker is gone. */
  perform(call: Call): Promise<Report>;
  readonly isGone: boolean;
  readonly pid: number;
  kill(): Promise<unknown>;
}

const definitionOf = (plugin: SandboxedPlugin, code: string): Definition => ({
  language: plugin.language,
  pure: plugin.pure,
  memory_mib: plugin.memory_mib,
  code,
  input_schema: plugin.input_schema ?? null,
  output_schema: plugin.output_schema ?? null,
  parameters: plugin.parameters ?? null,
});

const processDied = () => new PluginError("crashed", "the sandbox process died");

/** Within an executable, the sources have paths that no other process can open. */
const isExecutable = /\$bunfs|~BUN/.test(import.meta.url);

/** Returns the command that starts a worker: the executable's own subcommand, or the source file run by Bun. */
const command = (): string[] =>
  isExecutable
    ? [process.execPath, WORKER_COMMAND]
    : [process.execPath, "--no-env-file", fileURLToPath(new URL("./worker.ts", import.meta.url))];

interface WorkerListener {
  message(message: unknown): void;
  /** The process has ended, for any reason. */
  exit(): void;
}

/** Starts a worker whose environment holds nothing but the time zone. */
const spawnWorker = (listener: WorkerListener) =>
  Bun.spawn(command(), {
    env: { TZ: "UTC" },
    cwd: "/",
    stdio: ["ignore", "ignore", "ignore"],
    serialization: "json",
    ipc: (message) => listener.message(message),
    onExit: () => listener.exit(),
  });

export function createSandboxWorker(): SandboxWorker {
  const loaded = new Set<string>();
  const ready = Promise.withResolvers<void>();
  let open: PromiseWithResolvers<Report> | undefined;
  let gone = false;

  const child = spawnWorker({
    message(message) {
      const received = message as FromWorker;
      if ("ready" in received) ready.resolve();
      else open?.resolve(received.report);
    },
    exit() {
      gone = true;
      ready.reject(processDied());
      open?.reject(processDied());
    },
  });
  // `perform` meets this rejection; until then it must not count as unhandled.
  ready.promise.catch(() => undefined);

  function killBecause(error: PluginError): void {
    gone = true;
    ready.reject(error);
    open?.reject(error);
    child.kill("SIGKILL");
  }

  /** Awaits `work`, and kills the worker if that takes too long. */
  async function within<Result>(
    time_ms: number,
    error: () => PluginError,
    work: Promise<Result>,
  ): Promise<Result> {
    const timer = setTimeout(() => killBecause(error()), time_ms);
    try {
      return await work;
    } finally {
      clearTimeout(timer);
    }
  }

  async function orderOf({ plugin, job, time_ms }: Call): Promise<Order> {
    const hash = plugin.content_hash;
    if (loaded.has(hash)) return { hash, time_ms, job };
    const load = definitionOf(plugin, await plugin.readCode());
    const forget = loaded.size >= LOADED_MAX;
    if (forget) loaded.clear();
    loaded.add(hash);
    return { hash, time_ms, job, load, ...(forget ? { forget } : {}) };
  }

  return {
    async perform(call) {
      await within(
        START_MS,
        () => new PluginError("crashed", `the sandbox process did not start within ${START_MS} ms`),
        ready.promise,
      );
      const order = await orderOf(call);
      if (gone) throw processDied();
      open = Promise.withResolvers<Report>();
      const { promise } = open;
      try {
        child.send(order);
      } catch {
        // The process has just died, and its exit is not yet reported.
        killBecause(processDied());
      }
      const late = () =>
        new PluginError("timeout", `exceeded its time limit of ${call.time_ms} ms and was stopped`);
      return within(call.time_ms + GRACE_MS, late, promise);
    },
    pid: child.pid,
    get isGone() {
      return gone;
    },
    kill() {
      killBecause(processDied());
      return child.exited;
    },
  };
}
