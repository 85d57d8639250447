import { PluginError, type SandboxedPlugin } from "../plugin.ts";
import { type Definition, type FromWorker, GRACE_MS, type Job, type Order, type Report } from "./protocol.ts";
import { spawnWorker } from "./spawn.ts";

/** Plugins that a worker keeps before it is told to forget them all. */
const LOADED_MAX = 16;
/** A process starts in a fraction of a second, but not on a machine with more to do. */
const START_MS = 30_000;

export interface Call {
  plugin: SandboxedPlugin;
  job: Job;
  time_ms: number;
}

/** One process of the pool, as the server sees it. It does one call at a time. */
export interface SandboxWorker {
  /** Rejects with a PluginError if the process dies or has to be killed: then it is gone. */
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

const died = () => new PluginError("crashed", "its worker died");

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
      ready.reject(died());
      open?.reject(died());
    },
  });
  // Whoever performs something meets the rejection; until then it must not count as unhandled.
  ready.promise.catch(() => undefined);

  function killBecause(error: PluginError): void {
    gone = true;
    ready.reject(error);
    open?.reject(error);
    child.kill("SIGKILL");
  }

  /** `work`, or the worker's end if that takes too long. */
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
      await within(START_MS, () => new PluginError("crashed", "its worker did not start"), ready.promise);
      const order = await orderOf(call);
      if (gone) throw died();
      open = Promise.withResolvers<Report>();
      const { promise } = open;
      try {
        child.send(order);
      } catch {
        // It died a moment ago, and its end is not yet known here.
        killBecause(died());
      }
      const late = () => new PluginError("timeout", `took longer than ${call.time_ms} ms and was ended`);
      return within(call.time_ms + GRACE_MS, late, promise);
    },
    pid: child.pid,
    get isGone() {
      return gone;
    },
    kill() {
      killBecause(died());
      return child.exited;
    },
  };
}
