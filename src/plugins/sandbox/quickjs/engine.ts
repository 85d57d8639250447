import variant from "@jitl/quickjs-singlefile-mjs-release-sync";
import { newQuickJSWASMModuleFromVariant, newVariant, type QuickJSWASMModule } from "quickjs-emscripten-core";

const PAGES_PER_MIB = 16;
/** What this build of QuickJS begins with. */
const INITIAL_PAGES = 256;
const MIB = 1024 * 1024;
/** Its memory grows in steps; one that did not fit leaves it short of the limit. */
const GROWTH_MAX = 8 * MIB;
/** An engine whose memory has grown beyond this is not used again: memory of WebAssembly never shrinks. */
const KEPT_MIB = 24;

/** QuickJS in WebAssembly with a memory of its own. */
export interface Engine {
  module: QuickJSWASMModule;
  memory_mib: number;
  /** Whether it must not serve another call. */
  isWorn(): boolean;
  /** Whether its memory has grown to its limit, or nearly. */
  isFull(): boolean;
  /** Never to be used again: a call left it in a state that nobody vouches for. */
  spoil(): void;
}

/**
 * The limit is the maximum of WebAssembly's own memory. QuickJS's `setMemoryLimit` is none: this build can't tell the
 * size of what it allocated, and 64 MiB of limit let 2 GiB through.
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
