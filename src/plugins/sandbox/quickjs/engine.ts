import variant from "@jitl/quickjs-singlefile-mjs-release-sync";
import { newQuickJSWASMModuleFromVariant, newVariant, type QuickJSWASMModule } from "quickjs-emscripten-core";

const PAGES_PER_MIB = 16;
/** The initial memory of this build of QuickJS. */
const INITIAL_PAGES = 256;
const MIB = 1024 * 1024;
/** Memory grows in steps of at most this size; a step that does not fit leaves the memory below its limit. */
const GROWTH_MAX = 8 * MIB;
/** An engine whose memory exceeds this is not reused: WebAssembly memory never shrinks. */
const KEPT_MIB = 24;

/** QuickJS in WebAssembly with its own memory. */
export interface Engine {
  module: QuickJSWASMModule;
  memory_mib: number;
  /** Whether it must not serve another call. */
  isWorn(): boolean;
  /** Whether its memory is at or near its limit. */
  isFull(): boolean;
  /** Marks the engine as unusable: a call left it in an unknown state. */
  spoil(): void;
}

/**
 * Creates an engine whose limit is the maximum of its WebAssembly memory. QuickJS's `setMemoryLimit` does not work:
 * this build cannot tell the size of its allocations, and a limit of 64 MiB let 2 GiB through.
 */
export async function createEngine(memory_mib: number): Promise<Engine> {
  const wasmMemory = new WebAssembly.Memory({ initial: INITIAL_PAGES, maximum: memory_mib * PAGES_PER_MIB });
  const module = await newQuickJSWASMModuleFromVariant(newVariant(variant, { wasmMemory }));
  let spoilt = false;
  return {
    module,
    memory_mib,
    isWorn: () => spoilt || wasmMemory.buffer.byteLength > KEPT_MIB * MIB,
    isFull: () => wasmMemory.buffer.byteLength > memory_mib * MIB - GROWTH_MAX,
    spoil() {
      spoilt = true;
    },
  };
}
