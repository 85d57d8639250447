import type { ConsoleLines } from "./console-lines.ts";
import type { Definition } from "./protocol.ts";

/** A running call: its deadline (by `performance.now`) and its console. */
export interface CallContext {
  deadline: number;
  console: ConsoleLines;
}

export interface RuntimePlugin extends Pick<Definition, "code" | "pure" | "memory_mib"> {
  /** The hash of the plugin's content: a runtime keeps pure plugins under it. */
  readonly hash: string;
}

/** Runs plugins of one language. Throws nothing but Faults. */
export interface Runtime {
  /** Loads the plugin, which must export `execute`. */
  check(plugin: RuntimePlugin, current: CallContext): Promise<void>;
  /** Calls `execute` with JSON text and returns JSON text. */
  run(plugin: RuntimePlugin, input: string, current: CallContext): Promise<string>;
  /** Drops everything that it kept. */
  forget(): void;
}
