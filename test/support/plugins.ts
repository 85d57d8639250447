import { afterAll } from "bun:test";
import binaryen from "binaryen";
import { sha256 } from "../../src/base/hash.ts";
import { createEventBus } from "../../src/events.ts";
import { PluginError, type Sandbox, type SandboxedPlugin } from "../../src/plugins/plugin.ts";
import { createSandbox } from "../../src/plugins/sandbox/pool.ts";
import { createPlugins } from "../../src/services/plugins/index.ts";
import type { Store } from "../../src/store/index.ts";
import { createLog } from "../../src/telemetry/log.ts";
import type { Api } from "./benchmarks.ts";

/** A sandbox that is stopped after the tests of a file. */
export function testSandbox(workers = 1, idle_ms = 30_000): Sandbox {
  const sandbox = createSandbox({ workers, idle_ms });
  afterAll(() => sandbox.stop());
  return sandbox;
}

/** The service over a store, with a sandbox that nothing has called yet. */
export const pluginsOver = (store: Store) =>
  createPlugins({
    store: store.plugins,
    sandbox: createSandbox({ workers: 1 }),
    bus: createEventBus(),
    log: createLog("silent"),
    folder: "",
  });

/** A plugin straight from its source; `more` are its other facts. */
export const jsPlugin = (source: string, more: Partial<SandboxedPlugin> = {}): SandboxedPlugin => ({
  content_hash: sha256(JSON.stringify([source, more])),
  language: "javascript",
  pure: false,
  memory_mib: 64,
  readCode: async () => source,
  ...more,
});

/** WebAssembly from its text format. */
export function wasmBytes(text: string): Uint8Array {
  const module = binaryen.parseText(text);
  module.setFeatures(binaryen.Features.All);
  try {
    return module.emitBinary();
  } finally {
    module.dispose();
  }
}

export const wasmPlugin = (bytes: Uint8Array, more: Partial<SandboxedPlugin> = {}): SandboxedPlugin =>
  jsPlugin(Buffer.from(bytes).toString("base64"), { language: "wasm", ...more });

/** Why a plugin failed; throws if it did not. */
export async function faultOf(work: Promise<unknown>): Promise<PluginError> {
  const answer = await work.catch((error: unknown) => error);
  if (answer instanceof PluginError) return answer;
  throw new Error(`There was no PluginError, but ${JSON.stringify(answer)}.`);
}

/**
 * In the text format, a module whose `execute` answers what the expression (i32) comes to, as a single digit. It keeps its
 * answer in a block of Extism's, as the PDKs do.
 */
export const wasmAnswering = (expression: string, more = ""): Uint8Array =>
  wasmBytes(`(module
    (import "extism:host/env" "alloc" (func $alloc (param i64) (result i64)))
    (import "extism:host/env" "store_u8" (func $store (param i64 i32)))
    (import "extism:host/env" "output_set" (func $output (param i64 i64)))
    ${more}
    (func (export "execute") (local $at i64)
      (local.set $at (call $alloc (i64.const 1)))
      (call $store (local.get $at) (i32.add (i32.const 48) ${expression}))
      (call $output (local.get $at) (i64.const 1))))`);

/** A manifest of which a test says what matters to it. */
export const manifestOf = (given: Record<string, unknown> = {}) => ({
  name: "a-plugin",
  version: "1.0.0",
  description: "A plugin of a test.",
  plugin_type: "custom",
  ...given,
});

/** Installs a plugin and answers its id. */
export async function installPlugin(
  server: Api,
  given: Record<string, unknown>,
  source: string,
): Promise<string> {
  const body = { manifest: manifestOf(given), source };
  const answer = await server.request<{ id: string }>("POST", "/v1/plugins", { token: server.token, body });
  if (answer.status === 201) return answer.body.id;
  throw new Error(`Installing answered ${answer.status}: ${JSON.stringify(answer.body)}`);
}
