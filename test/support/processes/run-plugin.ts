import { createSandbox } from "../../../src/plugins/sandbox/pool.ts";
import { wasmBytes, wasmPlugin } from "../plugins.ts";

/** Catches a worker in WebAssembly that loops, and says which process that is. */
const sandbox = createSandbox({ workers: 1 });
const looping = wasmPlugin(wasmBytes('(module (func (export "execute") (loop $again (br $again))))'));
void sandbox.run(looping, {}, { time_ms: 1_500 });
await Bun.sleep(1_000);
console.log(sandbox.workers[0]);
await Bun.sleep(60_000);
