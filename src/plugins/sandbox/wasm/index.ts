import createPlugin, { type Plugin } from "@extism/extism";
import { Fault } from "../fault.ts";
import { refuseHuge } from "../json-output.ts";
import type { CallContext, Runtime, RuntimePlugin } from "../runtime.ts";
import { boundModule } from "./bounds.ts";
import { createImports, refuseUnknownImports } from "./imports.ts";

const PAGES_PER_MIB = 16;
const MIB = 1024 * 1024;
const ENTRY = "execute";
/** Compiled modules, and instances of pure plugins, that are kept. */
const KEPT_MAX = 16;

/** A pure plugin's memory that has grown beyond this is given up with its instance. */
const GROWN_BYTES = 16 * MIB;

interface Instance {
  plugin: Plugin;
  memory_mib: number;
  setCurrent(current: CallContext): void;
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Keeps the newest few; those that go are let go of by whoever collects garbage. */
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

/** What Extism puts before a plugin's own words. */
const OWN_WORDS = /^Plugin-originated error: /;

/** A trap says little; that the stack or the memory was at its end says more. */
function asFault(error: unknown, reason: "load" | "threw", isFull = false): Fault {
  if (error instanceof Fault) return error;
  const message = messageOf(error);
  if (OWN_WORDS.test(message)) return new Fault(reason, message.replace(OWN_WORDS, ""));
  if (error instanceof RangeError && /call stack/.test(error.message))
    return new Fault("stack", "went too deep");
  if (isFull) return new Fault("memory", "needed too much memory");
  return new Fault(reason, message);
}

async function memoryBytes({ plugin }: Instance): Promise<number> {
  const { exports } = await plugin.getInstance();
  const memory = Object.values(exports).find((item) => item instanceof WebAssembly.Memory);
  return memory?.buffer.byteLength ?? 0;
}

/** What it asked for last did not fit, or hardly would have. */
const isFull = async (instance: Instance): Promise<boolean> =>
  (await memoryBytes(instance)) > (instance.memory_mib - 1) * MIB;

async function call(instance: Instance, input: string): Promise<string> {
  try {
    const output = await instance.plugin.call(ENTRY, input);
    if (!output) throw new Fault("output", "is nothing: 'execute' set no output");
    refuseHuge(output.bytes().byteLength);
    return output.string();
  } catch (error) {
    throw asFault(error, "threw", await isFull(instance));
  }
}

/**
 * WebAssembly by Extism: `execute` takes nothing, reads its input and sets its output by Extism's functions, which every
 * PDK wraps. A fresh instance for each call, or of a pure plugin one that is kept.
 */
export function createWasm(): Runtime {
  const modules = new Map<string, WebAssembly.Module>();
  const instances = new Map<string, Instance>();

  const moduleOf = async (hash: string, plugin: RuntimePlugin) =>
    modules.get(hash) ?? keep(modules, hash, await compile(plugin));

  async function runKept(
    hash: string,
    module: WebAssembly.Module,
    memory_mib: number,
    input: string,
    current: CallContext,
  ) {
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
    async run(hash, plugin, input, current) {
      const module = await moduleOf(hash, plugin);
      if (plugin.pure) return runKept(hash, module, plugin.memory_mib, input, current);
      return call(await instantiate(module, plugin.memory_mib, current), input);
    },
    forget() {
      modules.clear();
      instances.clear();
    },
  };
}
