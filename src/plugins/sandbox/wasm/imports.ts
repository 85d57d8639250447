import type { CallContext as Blocks } from "@extism/extism";
import { Fault } from "../fault.ts";
import type { CallContext } from "../runtime.ts";

/** Extism passes data between host and plugin in blocks of the host's memory, and does not count them. */
const BLOCK_OVERHEAD = 256;
const VARIABLES_MAX = 256;
const NAME_LENGTH_MAX = 1_024;

const ENVIRONMENT = "extism:host/env";

/** The functions that a module may import; each affects only its own call. */
const KNOWN: Readonly<Record<string, readonly string[]>> = {
  [ENVIRONMENT]: [
    "alloc",
    "free",
    "length",
    "length_unsafe",
    "load_u8",
    "load_u64",
    "store_u8",
    "store_u64",
    "input_offset",
    "input_length",
    "input_load_u8",
    "input_load_u64",
    "output_set",
    "error_set",
    "config_get",
    "var_get",
    "var_set",
    "log_warn",
    "log_info",
    "log_debug",
    "log_error",
    "http_request",
    "http_status_code",
  ],
  env: ["abort"],
};

/** Throws a Fault naming the first import that the sandbox does not provide. */
export function refuseUnknownImports(module: WebAssembly.Module): void {
  for (const { module: from, name, kind } of WebAssembly.Module.imports(module)) {
    if (kind !== "function" || !KNOWN[from]?.includes(name))
      throw new Fault("load", `imports '${from}.${name}', which the sandbox does not provide`);
  }
}

/** Returns the host's functions that replace Extism's unbounded ones; for one call. */
export function createImports(current: () => CallContext, budget: { left: number }) {
  const spend = (bytes: number) => {
    budget.left -= bytes + BLOCK_OVERHEAD;
    if (budget.left < 0) throw new Fault("memory", "exceeded its memory limit");
  };
  const textAt = (blocks: Blocks, address: bigint) => blocks.read(address)?.string() ?? "";
  const log = (level: string) => (blocks: Blocks, address: bigint) =>
    current().console.add(
      level,
      Number(blocks.length(address)) < 1_000_000 ? textAt(blocks, address) : "[a very long text]",
    );
  const names = new Set<string>();

  return {
    [ENVIRONMENT]: {
      alloc(blocks: Blocks, size: bigint): bigint {
        spend(Number(BigInt.asUintN(64, size)));
        return blocks.alloc(size);
      },
      var_set(blocks: Blocks, name: bigint, value: bigint): void {
        const key = textAt(blocks, name).slice(0, NAME_LENGTH_MAX);
        if (names.add(key).size > VARIABLES_MAX)
          throw new Fault("memory", `sets more than ${VARIABLES_MAX} variables`);
        blocks.setVariable(key, blocks.read(value)?.bytes() ?? "");
      },
      config_get: (): bigint => 0n,
      http_request(): bigint {
        throw new Fault("threw", "requested the network, which the sandbox does not provide");
      },
      log_debug: log("debug"),
      log_info: log("info"),
      log_warn: log("warn"),
      log_error: log("error"),
    },
    env: {
      /** AssemblyScript calls this to throw. */
      abort(_blocks: Blocks, _message: number, _file: number, line: number, column: number): never {
        throw new Fault("threw", `aborted at ${line}:${column}`);
      },
    },
  };
}
