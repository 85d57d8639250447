import type { ConsoleLines } from "./console-lines.ts";
import type { Definition } from "./protocol.ts";

/** A call on its way: until when it may run (of `performance.now`), and where its console goes. */
export interface CallContext {
  deadline: number;
  console: ConsoleLines;
}

export type RuntimePlugin = Pick<Definition, "code" | "pure" | "memory_mib">;

/** What runs plugins of one language. Everything it throws is a Fault. */
export interface Runtime {
  /** Loads the plugin; it must export `execute`. */
  check(plugin: RuntimePlugin, current: CallContext): Promise<void>;
  /** JSON text in, JSON text out. What it keeps of pure plugins it keeps by their hash. */
  run(hash: string, plugin: RuntimePlugin, input: string, current: CallContext): Promise<string>;
  /** Lets go of all that it kept. */
  forget(): void;
}
