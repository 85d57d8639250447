import { PLUGIN_LIMITS } from "../../../domain/plugin.ts";
import { Fault } from "../fault.ts";
import type { CallContext, Runtime, RuntimePlugin } from "../runtime.ts";
import { type LoadedModule, openModule } from "./context.ts";
import { createEngine, type Engine } from "./engine.ts";

/** The most contexts of pure plugins that are kept, each in its own engine. */
const WARM_MAX = 4;

interface Warm {
  engine: Engine;
  module: LoadedModule;
}

/** After these faults the state of a context is unknown, as after any error that is not a Fault. */
const SPOILING = ["memory", "stack", "timeout"];

/** Out of memory, QuickJS throws null. A plugin's own message is better than this guess. */
const isWordless = ({ message }: Fault): boolean =>
  /^(returned a value that is not JSON: )?null$/.test(message);

/**
 * Converts an error to a Fault. QuickJS may have reached the end of its own stack or memory and report little of
 * it.
 */
function asFault(error: unknown, engine: Engine): Fault {
  if (error instanceof Fault && !isWordless(error)) return error;
  if (engine.isFull()) return new Fault("memory", "exceeded its memory limit");
  if (error instanceof Fault) return error;
  if (error instanceof RangeError) return new Fault("stack", "exceeded the stack depth");
  return new Fault(
    "crashed",
    `crashed its engine: ${error instanceof Error ? error.message : String(error)}`,
  );
}

/** Creates the runtime for JavaScript in QuickJS: a fresh context for each call, or a kept one for a pure plugin. */
export async function createQuickJs(): Promise<Runtime> {
  const warm = new Map<string, Warm>();
  // Created in advance, so that the first call does not spend its time on it.
  let shared = await createEngine(PLUGIN_LIMITS.memory_mib);

  async function sharedEngine(memory_mib: number): Promise<Engine> {
    if (shared.isWorn() || shared.memory_mib !== memory_mib) shared = await createEngine(memory_mib);
    return shared;
  }

  function attempt<Result>(engine: Engine, work: () => Result): Result {
    try {
      return work();
    } catch (error) {
      const fault = asFault(error, engine);
      if (SPOILING.includes(fault.reason) || !(error instanceof Fault) || engine.isFull()) engine.spoil();
      throw fault;
    }
  }

  async function inFresh<Result>(
    plugin: RuntimePlugin,
    current: CallContext,
    work: (module: LoadedModule) => Result,
  ) {
    const engine = await sharedEngine(plugin.memory_mib);
    const module = attempt(engine, () => openModule(engine, plugin.code, current));
    try {
      return attempt(engine, () => work(module));
    } finally {
      // A spoilt engine may not survive the disposal, and is not reused anyway.
      if (!engine.isWorn()) module.dispose();
    }
  }

  async function warmOf({ hash, code, memory_mib }: RuntimePlugin, current: CallContext): Promise<Warm> {
    const known = warm.get(hash);
    warm.delete(hash);
    const engine = known?.engine ?? (await createEngine(memory_mib));
    const opened = known ?? { engine, module: attempt(engine, () => openModule(engine, code, current)) };
    const [oldest] = warm.keys();
    if (warm.size >= WARM_MAX && oldest !== undefined) warm.delete(oldest);
    warm.set(hash, opened);
    return opened;
  }

  async function inWarm(plugin: RuntimePlugin, input: string, current: CallContext): Promise<string> {
    const { engine, module } = await warmOf(plugin, current);
    try {
      return attempt(engine, () => module.call(input, current));
    } finally {
      if (engine.isWorn()) warm.delete(plugin.hash);
    }
  }

  return {
    async check(plugin, current) {
      await inFresh(plugin, current, () => undefined);
    },
    run: (plugin, input, current) =>
      plugin.pure
        ? inWarm(plugin, input, current)
        : inFresh(plugin, current, (module) => module.call(input, current)),
    forget: () => warm.clear(),
  };
}
