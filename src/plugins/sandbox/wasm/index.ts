import createPlugin, { type Plugin } from "@extism/extism";
import { Fault } from "../fault.ts";
import { refuseHuge } from "../json-output.ts";
import type { CallContext, Runtime, RuntimePlugin } from "../runtime.ts";
import { boundModule } from "./bounds.ts";
import { createImports, refuseUnknownImports } from "./imports.ts";

const PAGES_PER_MIB = 16;
const MIB = 1024 * 1024;
const ENTRY = "execute";
/** The most compiled modules, and the most instances of pure plugins, that are kept. */
const KEPT_MAX = 16;

/** An instance of a pure plugin whose memory exceeds this is dropped. */
const GROWN_BYTES = 16 * MIB;

interface Instance {
  plugin: Plugin;
  memory_mib: number;
  setCurrent(current: CallContext): void;
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Keeps the newest values; the garbage collector frees the others. */
function keep<Value>(kept: Map<string, Value>, hash: string, value: Value): Value {
  const [oldest] = kept.keys();
  if (kept.size >= KEPT_MAX && oldest !== undefined) kept.delete(oldest);
  kept.set(hash, value);
  return value;
}

async function compile({ code, memory_mib }: RuntimePlugin): Promise<WebAssembly.Module> {
  const bytes = boundModule(Buffer.from(code, "base64"), memory_mib * PAGES_PER_MIB);
  const module = await WebAssembly.compile(bytes).catch((error: unknown) => {
    throw new Fault("load", `is not valid WebAssembly: ${messageOf(error)}`);
  });
  refuseUnknownImports(module);
  const entry = WebAssembly.Module.exports(module).find(({ name }) => name === ENTRY);
  if (entry?.kind !== "function") throw new Fault("load", `exports no function '${ENTRY}'`);
  return module;
}

async function instantiate(
  module: WebAssembly.Module,
  memory_mib: number,
  first: CallContext,
): Promise<Instance> {
  let current = first;
  const budget = { left: memory_mib * MIB };
  const plugin = await createPlugin(
    { wasm: [{ module }] },
    {
      useWasi: false,
      runInWorker: false,
      allowedHosts: [],
      config: Object.create(null),
      functions: createImports(() => current, budget),
    },
  ).catch((error: unknown) => {
    throw asFault(error, "load");
  });
  return {
    plugin,
    memory_mib,
    setCurrent(now) {
      current = now;
      budget.left = memory_mib * MIB;
    },
  };
}

/** Extism's prefix of a plugin's own message. */
const PLUGIN_MESSAGE_PREFIX = /^Plugin-originated error: /;

/** A trap carries little information; a full stack or memory is a better explanation. */
function asFault(error: unknown, reason: "load" | "threw", isFull = false): Fault {
  if (error instanceof Fault) return error;
  const message = messageOf(error);
  if (PLUGIN_MESSAGE_PREFIX.test(message))
    return new Fault(reason, message.replace(PLUGIN_MESSAGE_PREFIX, ""));
  if (error instanceof RangeError && /call stack/.test(error.message))
    return new Fault("stack", "exceeded the stack depth");
  if (isFull) return new Fault("memory", "exceeded its memory limit");
  return new Fault(reason, message);
}

async function memoryBytes({ plugin }: Instance): Promise<number> {
  const { exports } = await plugin.getInstance();
  const memory = Object.values(exports).find((item) => item instanceof WebAssembly.Memory);
  return memory?.buffer.byteLength ?? 0;
}

/** Whether its last request for memory failed, or nearly did. */
const isFull = async (instance: Instance): Promise<boolean> =>
  (await memoryBytes(instance)) > (instance.memory_mib - 1) * MIB;

async function call(instance: Instance, input: string): Promise<string> {
  try {
    const output = await instance.plugin.call(ENTRY, input);
    if (!output) throw new Fault("output", "returned nothing: 'execute' must set a JSON value as output");
    refuseHuge(output.bytes().byteLength);
    return output.string();
  } catch (error) {
    throw asFault(error, "threw", await isFull(instance));
  }
}

/**
 * Creates the runtime for WebAssembly by Extism. `execute` takes no arguments; it reads its input and sets its
 * output by Extism's functions, which every PDK wraps. Each call gets a fresh instance; a pure plugin keeps one.
 */
export function createWasm(): Runtime {
  const modules = new Map<string, WebAssembly.Module>();
  const instances = new Map<string, Instance>();

  const moduleOf = async (plugin: RuntimePlugin) =>
    modules.get(plugin.hash) ?? keep(modules, plugin.hash, await compile(plugin));

  async function runKept(plugin: RuntimePlugin, input: string, current: CallContext) {
    const { hash, memory_mib } = plugin;
    const module = await moduleOf(plugin);
    const instance =
      instances.get(hash) ?? keep(instances, hash, await instantiate(module, memory_mib, current));
    instance.setCurrent(current);
    try {
      const output = await call(instance, input);
      await instance.plugin.reset();
      if ((await memoryBytes(instance)) > GROWN_BYTES) instances.delete(hash);
      return output;
    } catch (error) {
      instances.delete(hash);
      throw error;
    }
  }

  return {
    async check(plugin, current) {
      await instantiate(await compile(plugin), plugin.memory_mib, current);
    },
    async run(plugin, input, current) {
      if (plugin.pure) return runKept(plugin, input, current);
      return call(await instantiate(await moduleOf(plugin), plugin.memory_mib, current), input);
    },
    forget() {
      modules.clear();
      instances.clear();
    },
  };
}
