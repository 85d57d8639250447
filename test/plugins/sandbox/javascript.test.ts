import { describe, expect, test } from "bun:test";
import { FROZEN_TIME } from "../../../src/plugins/sandbox/clock.ts";
import { faultOf, jsPlugin, testSandbox, wasmBytes, wasmPlugin } from "../../support/plugins.ts";

const sandbox = testSandbox();
const run = async (source: string, input: unknown = {}, { pure = false, time_ms = 30_000 } = {}) =>
  (await sandbox.run(jsPlugin(source, { pure }), input, { time_ms })).output;

/** A plugin that returns the value of the expression. */
const answering = (expression: string) => `export async function execute(input) { return ${expression}; }`;

describe("a plugin in JavaScript", () => {
  test("returns a value or a promise", async () => {
    expect(await run("export function execute({ a, b }) { return { sum: a + b }; }", { a: 1, b: 2 })).toEqual(
      { sum: 3 },
    );
    expect(await run("export const execute = async (input) => (await null, input);", [1, null])).toEqual([
      1,
      null,
    ]);
    expect(
      await run("const start = await Promise.resolve(40); export const execute = ({ n }) => start + n;", {
        n: 2,
      }),
    ).toBe(42);
  });

  test("has a frozen clock in UTC", async () => {
    expect(
      await run(
        answering("[new Date(), Date.now(), String(new Date(2020, 0, 1)), new Date(0).getTimezoneOffset()]"),
      ),
    ).toEqual([FROZEN_TIME, Date.parse(FROZEN_TIME), "Wed Jan 01 2020 00:00:00 GMT+0000", 0]);
  });

  test.each([false, true])(
    "gives the same output for the same input, random numbers included (pure: %p)",
    async (pure) => {
      const source = answering("[input.n, Math.random(), Math.random()]");
      const [first, other, again] = [
        await run(source, { n: 1 }, { pure }),
        await run(source, { n: 2 }, { pure }),
        await run(source, { n: 1 }, { pure }),
      ];
      expect(again).toEqual(first);
      expect(other).not.toEqual(first);
    },
  );

  test("writes to a console with bounded lines", async () => {
    const source = `export function execute() {
      console.log("text", 1, null, undefined, { a: [1] }, new TypeError("odd"));
      console.error(Symbol("s"), 10n, () => 1);
      for (let line = 0; line < 500; line++) console.info("x".repeat(5000));
      return 1;
    }`;
    const { logs } = await sandbox.run(jsPlugin(source), {}, { time_ms: 30_000 });
    expect(logs[0]).toStartWith('log: text 1 null undefined {"a":[1]} TypeError: odd (line 2, column ');
    expect(logs[1]).toStartWith("error: Symbol(s) 10 [a function]");
    expect(logs).toHaveLength(101);
    expect(logs[50]).toHaveLength("info: ".length + 1_000);
  });
});

describe("an output is rejected", () => {
  const cases: [string, string, RegExp][] = [
    ["that is undefined", "undefined", /returned nothing/],
    ["that is cyclic", "(() => { const a = {}; a.a = a; return a; })()", /circular/],
    ["that is huge", "'x'.repeat(2_000_000)", /more than 1048576 bytes/],
    ["with a __proto__ field", 'JSON.parse(\'{"a":[{"__proto__":{"polluted":1}}]}\')', /'__proto__'/],
    [
      "that is too deep",
      "(() => { let a = 1; for (let i = 0; i < 200; i++) a = [a]; return a; })()",
      /nested/,
    ],
    ["that holds NUL", "'a\\0b'", /NUL/],
    ["that holds half a pair", "'\\ud800'", /surrogate/],
    ["that holds a BigInt", "1n", /is not JSON/],
  ];
  test.each(cases)("%s", async (_what, expression, message) => {
    const fault = await faultOf(run(answering(expression)));
    expect(fault.reason).toBe("output");
    expect(fault.message).toMatch(message);
  });
});

describe("a fault is described:", () => {
  const cases: [string, string, string, RegExp][] = [
    ["no JavaScript", "export function execute( {", "load", /SyntaxError/],
    ["no export", "export const run = 1;", "load", /exports no function 'execute'/],
    ["no function", "export const execute = 1;", "load", /exports no function 'execute'/],
    ["a throw at load", "throw new Error('early'); export const execute = 1;", "load", /early/],
    ["a loop at load", "for (;;);", "timeout", /time limit/],
    [
      "allocation at load",
      "const all = []; for (;;) all.push('x'.repeat(1e6) + all.length);",
      "memory",
      /memory/,
    ],
    [
      "a throw",
      answering("(() => { throw new TypeError('bad'); })()"),
      "threw",
      /^TypeError: bad \(line 1, column \d+\)$/,
    ],
    ["a throw of no error", answering("(() => { throw 'plain'; })()"), "threw", /^plain$/],
    [
      "a throw of what throws",
      answering("(() => { throw { get message() { throw 1; } }; })()"),
      "threw",
      /an unreadable value|without a message/,
    ],
    ["a promise that never settles", answering("new Promise(() => {})"), "threw", /never settle/],
  ];
  test.each(cases)("%s", async (_what, source, reason, message) => {
    const fault = await faultOf(run(source, {}, { time_ms: reason === "timeout" ? 1_500 : 30_000 }));
    expect([reason, fault.message]).toEqual([fault.reason, expect.stringMatching(message)]);
  });

  test("lines logged before the fault are kept", async () => {
    const fault = await faultOf(run("export function execute() { console.log('here'); null.x; }"));
    expect(fault.logs).toEqual(["log: here"]);
  });

  test("an input of more than 1 MiB", async () => {
    expect((await faultOf(run(answering("1"), "x".repeat(1024 * 1024)))).reason).toBe("input");
  });
});

/** Never done within a test: the engine gives nested groups up after a while, but not these, whose steps are 10^15. */
const CATASTROPHIC = `^${"a*".repeat(10)}$`;

describe("schemas", () => {
  const plugin = jsPlugin("export const execute = ({ n }) => ({ n });", {
    input_schema: {
      type: "object",
      properties: { n: { type: "integer", default: 7 }, text: { type: "string", pattern: CATASTROPHIC } },
      additionalProperties: false,
    },
    output_schema: { type: "object", properties: { n: { maximum: 10 } } },
    parameters: {
      type: "object",
      properties: { threshold: { type: "number", default: 0.5 } },
      additionalProperties: false,
    },
  });
  const execute = (input: unknown) => sandbox.run(plugin, input, { time_ms: 30_000 });

  test("check input, output and parameters, and fill in defaults", async () => {
    await sandbox.check(plugin);
    expect((await execute({})).output).toEqual({ n: 7 });
    expect(await faultOf(execute({ n: "1" }))).toMatchObject({
      reason: "input",
      message: "n must be integer",
    });
    expect(await faultOf(execute({ m: 1 }))).toMatchObject({
      reason: "input",
      message: expect.stringContaining("'m'"),
    });
    expect(await faultOf(execute({ n: 11 }))).toMatchObject({ reason: "output", message: "n must be <= 10" });
    expect(await sandbox.complete(plugin, {})).toEqual({ threshold: 0.5 });
    expect(await faultOf(sandbox.complete(plugin, { treshold: 1 }))).toMatchObject({ reason: "input" });
  });

  test("with a catastrophic pattern end with their worker, and the next call gets another worker", async () => {
    const slow = sandbox.run(plugin, { text: `${"a".repeat(200)}!` }, { time_ms: 300 });
    expect((await faultOf(slow)).reason).toBe("timeout");
    expect((await execute({})).output).toEqual({ n: 7 });
  });

  test("cannot replace another schema, nor the metaschema, by its name", async () => {
    const $id = "https://json-schema.org/draft/2020-12/schema";
    for (const n of [1, 2]) {
      const named = jsPlugin(answering(`${n}`), { input_schema: { $id, type: "object" } });
      await sandbox.check(named);
      expect((await faultOf(sandbox.run(named, 1, { time_ms: 30_000 }))).reason).toBe("input");
    }
  });

  const bad: [string, Record<string, unknown>, RegExp][] = [
    ["an unknown type", { type: "strange" }, /input_schema: is not a JSON schema/],
    ["an unknown keyword", { maximun: 1 }, /unknown keyword: "maximun"/],
    ["a reference to elsewhere", { $ref: "https://example.org/schema.json" }, /can't resolve reference/],
  ];
  test.each(bad)("are refused with %s", async (_what, input_schema, message) => {
    const fault = await faultOf(sandbox.check(jsPlugin(answering("1"), { input_schema })));
    expect(fault).toMatchObject({ reason: "load", message: expect.stringMatching(message) });
  });
});

describe("a plugin with the smallest memory", () => {
  const failing = (source: string) =>
    faultOf(sandbox.run(jsPlugin(source, { memory_mib: 16 }), {}, { time_ms: 30_000 }));

  test.each([
    ["throws", "export function execute() { throw new Error('my own words'); }", "threw", /my own words/],
    ["waits for ever", "export const execute = () => new Promise(() => {});", "threw", /never settle/],
    ["answers nothing", "export const execute = () => undefined;", "output", /must return a JSON value/],
    ["exports nothing", "const execute = 1;", "load", /exports no function/],
    [
      "takes too much",
      "export const execute = () => { const all = []; for (;;) all.push({}); };",
      "memory",
      /memory/,
    ],
  ])("has a clear fault if it %s", async (_name, source, reason, words) => {
    const fault = await failing(source);
    expect(fault.reason as string).toBe(reason);
    expect(fault.message).toMatch(words);
  });
});

test("a WebAssembly plugin whose memory starts at its limit has a clear fault", async () => {
  const module = wasmBytes(`(module
    (import "extism:host/env" "alloc" (func $alloc (param i64) (result i64)))
    (import "extism:host/env" "store_u8" (func $store (param i64 i32)))
    (import "extism:host/env" "error_set" (func $error (param i64)))
    (memory 256)
    (export "memory" (memory 0))
    (func (export "execute") (result i32) (local $at i64)
      (local.set $at (call $alloc (i64.const 1)))
      (call $store (local.get $at) (i32.const 33))
      (call $error (local.get $at))
      (i32.const 1)))`);
  const plugin = wasmPlugin(module, { memory_mib: 16 });
  const fault = await faultOf(sandbox.run(plugin, {}, { time_ms: 30_000 }));
  expect([fault.reason as string, fault.message]).toEqual(["threw", "!"]);
});

describe("a thrown value is described:", () => {
  test.each([
    ["null", "null"],
    ["undefined", "undefined"],
    ["7", "7"],
    ["'text'", "text"],
    ["{ code: 5 }", "an object without a message"],
    ["new Error()", "Error"],
    ["{ message: 'only this' }", "only this"],
    ["Object.create(null)", "an object without a message"],
    ["'x'.repeat(1e6)", "x".repeat(500)],
    ["'x'.repeat(499) + '😀'", `${"x".repeat(499)}\ufffd`],
  ])("%s", async (thrown, words) => {
    const source = `export function execute() { throw ${thrown}; }`;
    const { message } = await faultOf(sandbox.run(jsPlugin(source), {}, { time_ms: 30_000 }));
    expect(message.replace(/ \(line.*/, "")).toBe(words);
  });
});

describe("a number that JSON cannot express", () => {
  test.each([
    ["NaN", "NaN"],
    ["{ score: 0 / 0 }", "NaN"],
    ["{ score: [Infinity] }", "Infinity"],
    ["{ score: -1 / 0 }", "-Infinity"],
    ["{ toJSON: () => NaN }", "NaN"],
  ])("is a fault, not null: %s", async (expression, number) => {
    const fault = await faultOf(run(answering(expression)));
    expect(fault.reason).toBe("output");
    expect(fault.message).toContain(`holds ${number}`);
  });

  test("is a fault even if the plugin has replaced the functions that check it", async () => {
    const source =
      "Number.isFinite = isFinite = () => true; TypeError = null; JSON.stringify = () => '1';" +
      "export const execute = () => ({ score: NaN });";
    expect((await faultOf(run(source))).reason).toBe("output");
  });

  test("is shown by the console as it was", async () => {
    const source = "export const execute = () => (console.log({ a: NaN }, NaN), 1);";
    const { logs } = await sandbox.run(jsPlugin(source), {}, { time_ms: 30_000 });
    expect(logs).toEqual(['log: {"a":null} NaN']);
  });
});
