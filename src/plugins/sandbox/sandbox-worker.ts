import { createWorkerProcess, WorkerFailure } from "../../base/workers/worker-process.ts";
import { PluginError, type SandboxedPlugin } from "../plugin.ts";
import { type Definition, type Job, type Order, type Report, WORKER_COMMAND } from "./protocol.ts";

/** The most plugins that a worker keeps before it drops all of them. */
const LOADED_MAX = 16;

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

const PROGRAM = { command: WORKER_COMMAND, source: new URL("./worker.ts", import.meta.url) };

function errorOf(failure: unknown, { time_ms }: Call): unknown {
  if (!(failure instanceof WorkerFailure)) return failure;
  if (failure.reason === "late")
    return new PluginError("timeout", `exceeded its time limit of ${time_ms} ms and was stopped`);
  return new PluginError("crashed", failure.message.replace("the process", "the sandbox process"));
}

export function createSandboxWorker(): SandboxWorker {
  const loaded = new Set<string>();
  const worker = createWorkerProcess<Order, Report>(PROGRAM);

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
      const order = await orderOf(call);
      try {
        return await worker.perform(order, call.time_ms);
      } catch (failure) {
        throw errorOf(failure, call);
      }
    },
    pid: worker.pid,
    get isGone() {
      return worker.isGone;
    },
    kill: () => worker.kill(),
  };
}
