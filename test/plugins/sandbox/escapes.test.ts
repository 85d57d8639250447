import { describe, expect, test } from "bun:test";
import {
  faultOf,
  jsPlugin,
  testSandbox,
  wasmAnswering,
  wasmBytes,
  wasmPlugin,
} from "../../support/plugins.ts";

const sandbox = testSandbox();
const SHORT_MS = 1_000;

const runJs = (source: string, { pure = false, time_ms = 30_000 } = {}) =>
  sandbox.run(jsPlugin(source, { pure }), {}, { time_ms });
const evaluate = async (expression: string) =>
  (await runJs(`export const execute = async () => (${expression});`)).output;

describe("JavaScript does not reach the host:", () => {
  test.each([
    ...[
      "Bun",
      "process",
      "require",
      "fetch",
      "WebAssembly",
      "Worker",
      "setTimeout",
      "navigator",
      "performance",
    ],
    ...[
      "global",
      "window",
      "self",
      "std",
      "os",
      "module",
      "exports",
      "__dirname",
      "Deno",
      "XMLHttpRequest",
      "WebSocket",
    ],
  ])("there is no %s", async (name) => {
    expect(await evaluate(`[typeof ${name}, "${name}" in globalThis]`)).toEqual(["undefined", false]);
  });

  test.each([
    ["the function's own constructor", "execute.constructor('return typeof process')()"],
    ["a host function's constructor", "console.log.constructor('return typeof process')()"],
    ["the random function's", "Math.random.constructor('return typeof process')()"],
    ["an async function's", "(async () => {}).constructor('return typeof process')()"],
    ["a generator's", "(function* () {}).constructor('return typeof process')().next().value"],
    [
      "an error's",
      "(() => { try { null.x } catch (e) { return e.constructor.constructor('return typeof process')() } })()",
    ],
    ["the input's", "arguments_.constructor.constructor('return typeof process')()"],
    ["eval", "(0, eval)('typeof process')"],
    [
      "a stack's frames",
      "(() => { Error.prepareStackTrace = (_, frames) => frames; return typeof process })()",
    ],
    ["a getter's caller", "(() => { const o = { get a() { return typeof process } }; return o.a })()"],
  ])("by %s", async (_what, expression) => {
    const source = `export async function execute(arguments_) { return await (${expression}); }`;
    expect((await runJs(source)).output).toBe("undefined");
  });

  test.each([
    "fs",
    "node:fs",
    "bun",
    "./worker.ts",
    "file:///etc/passwd",
    "data:text/javascript,export default 1",
  ])("by importing %s", async (name) => {
    expect(await evaluate(`import(${JSON.stringify(name)}).then(() => "loaded", () => "refused")`)).toBe(
      "refused",
    );
    const fault = await faultOf(
      runJs(`import x from ${JSON.stringify(name)}; export const execute = () => x;`),
    );
    expect(fault.reason).toBe("load");
  });

  test("nor does it find anything of another call, or of another plugin", async () => {
    const pollute = `export function execute() {
      const before = [typeof Object.prototype.polluted, typeof globalThis.left, String(JSON.stringify).length];
      Object.prototype.polluted = 1; Array.prototype.map = null; globalThis.left = 1;
      JSON.stringify = () => '"mine"'; JSON.parse = () => 1; Promise.prototype.then = null;
      return before;
    }`;
    const [first, second] = [(await runJs(pollute)).output, (await runJs(pollute)).output];
    expect(second).toEqual(first);
    expect(await evaluate("[typeof ({}).polluted, typeof left, [1].map((n) => n + 1)]")).toEqual([
      "undefined",
      "undefined",
      [2],
    ]);
    await runJs(pollute, { pure: true });
    expect(await evaluate("typeof ({}).polluted")).toBe("undefined");
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });
});

describe("JavaScript is held to its limits:", () => {
  const cases: [string, string, string[]][] = [
    ["an infinite loop", "for (;;);", ["timeout"]],
    ["a loop that catches", "for (;;) { try { for (;;); } catch {} }", ["timeout"]],
    [
      "infinite microtasks",
      "const next = () => Promise.resolve().then(next); return next();",
      ["timeout", "memory"],
    ],
    ["flat microtasks", "const next = async () => { for (;;) await null; }; return next();", ["timeout"]],
    ["recursion", "const deeper = () => deeper() + 1; return deeper();", ["stack"]],
    [
      "recursion by a proxy",
      "const p = new Proxy({}, { get: (_, key, self) => self[key] }); return p.x;",
      ["stack"],
    ],
    ["huge strings", "const all = []; for (;;) all.push('x'.repeat(1e6) + all.length);", ["memory"]],
    ["a string beyond any length", "let s = 'x'; for (;;) s += s; ", ["memory", "threw"]],
    ["huge arrays", "const all = []; for (;;) all.push(new Array(1000).fill(all.length));", ["memory"]],
    ["huge buffers", "const all = []; for (;;) all.push(new ArrayBuffer(1e6));", ["memory"]],
    ["many objects", "const all = []; for (;;) all.push({});", ["memory"]],
    ["a regular expression that backtracks", "return /^(a+)+$/.test('a'.repeat(40) + '!');", ["timeout"]],
    [
      "a search that nothing interrupts",
      "return 'a'.repeat(2 ** 24).indexOf('a'.repeat(2 ** 23) + 'b');",
      ["timeout"],
    ],
    ["sums without end", "let n = 3n ** 100000n; for (;;) n * n;", ["timeout"]],
    [
      "waiting for nobody",
      "Atomics.wait(new Int32Array(new SharedArrayBuffer(8)), 0, 0); return 1;",
      ["threw", "timeout"],
    ],
  ];
  test.each(cases)("%s", async (_what, body, reasons) => {
    const limit = reasons.includes("timeout") ? SHORT_MS : 20_000;
    const fault = await faultOf(runJs(`export function execute() { ${body} }`, { time_ms: limit }));
    expect(reasons, `${fault.reason}: ${fault.message}`).toContain(fault.reason);
    expect(await evaluate("1 + 1")).toBe(2);
  });
});

test("a console that calls itself writes a hundred lines, and ends", async () => {
  const source = `export function execute() {
    const logged = { toJSON() { console.log(logged); return 1; } };
    console.log(logged);
    return 1;
  }`;
  const { output, logs } = await runJs(source);
  expect([output, logs.length]).toEqual([1, 101]);
});

const runWasm = (bytes: Uint8Array, time_ms = 30_000) => sandbox.run(wasmPlugin(bytes), {}, { time_ms });

describe("WebAssembly does not reach the host:", () => {
  const imports: [string, string][] = [
    ["a function of the host's", '(import "env" "system" (func (param i32)))'],
    ["Bun", '(import "env" "Bun" (func))'],
    ["process", '(import "process" "exit" (func (param i32)))'],
    ["require", '(import "env" "require" (func))'],
    ["fetch", '(import "extism:host/user" "fetch" (func))'],
    ["a constructor", '(import "extism:host/env" "constructor" (func))'],
    [
      "files",
      '(import "wasi_snapshot_preview1" "path_open" (func (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))',
    ],
    [
      "the clock",
      '(import "wasi_snapshot_preview1" "clock_time_get" (func (param i32 i64 i32) (result i32)))',
    ],
    ["a memory", '(import "env" "memory" (memory 1))'],
    ["a global", '(import "env" "global" (global i32))'],
  ];
  test.each(imports)("by importing %s", async (_what, text) => {
    const fault = await faultOf(runWasm(wasmAnswering("(i32.const 1)", text)));
    expect(fault).toMatchObject({ reason: "load", message: expect.stringContaining("imports '") });
  });

  test("by the network, which Extism would have", async () => {
    const fetching =
      wasmBytes(`(module (import "extism:host/env" "http_request" (func $http (param i64 i64) (result i64)))
      (func (export "execute") (drop (call $http (i64.const 0) (i64.const 0)))))`);
    expect(await faultOf(runWasm(fetching))).toMatchObject({
      reason: "threw",
      message: expect.stringContaining("network"),
    });
  });

  test("nor does it find anything of another call, or of another plugin", async () => {
    const counter = wasmAnswering(
      "(block (result i32) (global.set $n (i32.add (global.get $n) (i32.const 1))) (global.get $n))",
      "(global $n (mut i32) (i32.const 0)) (memory 1)",
    );
    expect((await runWasm(counter)).output).toBe(1);
    expect((await runWasm(counter)).output).toBe(1);
    const kept = wasmPlugin(counter, { pure: true });
    expect((await sandbox.run(kept, {}, { time_ms: 30_000 })).output).toBe(1);
    expect((await runWasm(counter)).output).toBe(1);
  });
});

describe("WebAssembly is held to its limits:", () => {
  const looping = '(module (func (export "execute") (loop $again (br $again))))';
  const env = (name: string, type: string) => `(import "extism:host/env" "${name}" (func $f ${type}))`;
  const cases: [string, string, string[]][] = [
    ["an infinite loop", looping, ["timeout"]],
    [
      "a loop at load",
      '(module (func $s (loop $l (br $l))) (start $s) (func (export "execute")))',
      ["timeout"],
    ],
    ["recursion", '(module (func $f (export "execute") (call $f)))', ["stack"]],
    [
      "memory that grows for ever",
      '(module (memory 1) (export "memory" (memory 0)) (func (export "execute") (loop $l (br_if $l (i32.ne (memory.grow (i32.const 1)) (i32.const -1)))) unreachable))',
      ["memory"],
    ],
    [
      "blocks without end",
      `(module ${env("alloc", "(param i64) (result i64)")} (func (export "execute") (loop $l (drop (call $f (i64.const 1000000))) (br $l))))`,
      ["memory"],
    ],
    [
      "small blocks without end",
      `(module ${env("alloc", "(param i64) (result i64)")} (func (export "execute") (loop $l (drop (call $f (i64.const 1))) (br $l))))`,
      ["memory"],
    ],
    [
      "a block beyond any size",
      `(module ${env("alloc", "(param i64) (result i64)")} (func (export "execute") (drop (call $f (i64.const -1)))))`,
      ["memory"],
    ],
    ["a trap", '(module (func (export "execute") unreachable))', ["threw"]],
    ["no output", '(module (func (export "execute")))', ["output"]],
  ];
  test.each(cases)("%s", async (_what, text, reasons) => {
    const limit = reasons.includes("timeout") ? SHORT_MS : 10_000;
    const fault = await faultOf(runWasm(wasmBytes(text), limit));
    expect(reasons, `${fault.reason}: ${fault.message}`).toContain(fault.reason);
    expect((await runWasm(wasmAnswering("(i32.const 2)"))).output).toBe(2);
  });
});
