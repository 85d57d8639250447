import { PLUGIN_LIMITS } from "../../../domain/plugin.ts";
import { Fault } from "../fault.ts";
import type { CallContext, Runtime, RuntimePlugin } from "../runtime.ts";
import { type LoadedModule, openModule } from "./context.ts";
import { createEngine, type Engine } from "./engine.ts";

/** Contexts of pure plugins that are kept, each in an engine of its own. */
const WARM_MAX = 4;

interface Warm {
  engine: Engine;
  module: LoadedModule;
}

/** After these a context can't be vouched for, and after anything that is no Fault neither. */
const SPOILING = ["memory", "stack", "timeout"];

/** At the end of its memory QuickJS throws null; a plugin's own words are worth more than a guess. */
const isWordless = ({ message }: Fault): boolean => /^(is not JSON: )?null$/.test(message);

/** What went wrong, as a Fault: QuickJS may have met the end of its own stack or memory, and say little of it. */
function asFault(error: unknown, engine: Engine): Fault {
  if (error instanceof Fault && !isWordless(error)) return error;
  if (engine.isFull()) return new Fault("memory", "needed too much memory");
  if (error instanceof Fault) return error;
  if (error instanceof RangeError) return new Fault("stack", "went too deep");
  return new Fault("crashed", `broke its engine: ${error instanceof Error ? error.message : String(error)}`);
}

/** JavaScript in QuickJS: a fresh context for each call, or a warm one of a plugin that is pure. */
export async function createQuickJs(): Promise<Runtime> {
  const warm = new Map<string, Warm>();
  // Made before the first call, whose time it would take.
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
      // A spoilt engine may not survive the tidying up, and is not used again anyway.
      if (!engine.isWorn()) module.dispose();
    }
  }

  async function warmOf(
    hash: string,
    { code, memory_mib }: RuntimePlugin,
    current: CallContext,
  ): Promise<Warm> {
    const known = warm.get(hash);
    warm.delete(hash);
    const engine = known?.engine ?? (await createEngine(memory_mib));
    const made = known ?? { engine, module: attempt(engine, () => openModule(engine, code, current)) };
    const [oldest] = warm.keys();
    if (warm.size >= WARM_MAX && oldest !== undefined) warm.delete(oldest);
    warm.set(hash, made);
    return made;
  }

  async function inWarm(
    hash: string,
    plugin: RuntimePlugin,
    input: string,
    current: CallContext,
  ): Promise<string> {
    const { engine, module } = await warmOf(hash, plugin, current);
    try {
      return attempt(engine, () => module.call(input, current));
    } finally {
      if (engine.isWorn()) warm.delete(hash);
    }
  }

  return {
    async check(plugin, current) {
      await inFresh(plugin, current, () => undefined);
    },
    run: (hash, plugin, input, current) =>
      plugin.pure
        ? inWarm(hash, plugin, input, current)
        : inFresh(plugin, current, (module) => module.call(input, current)),
    forget: () => warm.clear(),
  };
}
