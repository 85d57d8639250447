import type { QuickJSContext, QuickJSHandle } from "quickjs-emscripten-core";
import { createRandom } from "../../../base/random.ts";
import type { CallContext } from "../runtime.ts";
import { describeObject, lengthOf } from "./faults.ts";

const LEVELS = ["log", "debug", "info", "warn", "error"] as const;
/** A longer value is not copied out, because most of it would be dropped. */
const PRINTED_MAX = 100_000;

/** The host's additions to a plugin's context; one for each context. */
export interface Globals {
  /**
   * JSON's functions, taken before the plugin could change them; `stringify` throws for numbers that JSON would
   * turn into null.
   */
  parse: QuickJSHandle;
  stringify: QuickJSHandle;
  /** Sets the seed of `Math.random`; called before each call. */
  seed(seed: number): void;
  dispose(): void;
}

/** Evaluated before the plugin, which could otherwise replace its parts. */
const EXACT_STRINGIFY = `(({ stringify }, Fault) => {
  const refuse = (_key, item) => {
    if (typeof item === "number" && item - item !== 0) throw new Fault("it holds " + item);
    return item;
  };
  return (value) => stringify(value, refuse);
})(JSON, TypeError)`;

function printable(context: QuickJSContext, value: QuickJSHandle, stringify: QuickJSHandle): string {
  const type = context.typeof(value);
  if (type === "string")
    return lengthOf(context, value) > PRINTED_MAX ? "[a very long text]" : context.getString(value);
  if (type !== "object") return type === "function" ? "[a function]" : String(context.dump(value));
  const json = context.callFunction(stringify, context.undefined, value);
  if (json.error) {
    json.error.dispose();
    return "[an object that is not JSON]";
  }
  try {
    if (context.typeof(json.value) !== "string") return String(context.dump(json.value));
    // JSON shows nothing of an error.
    const text =
      lengthOf(context, json.value) > PRINTED_MAX ? "[a very large object]" : context.getString(json.value);
    return text === "{}" ? (describeObject(context, value) ?? text) : text;
  } finally {
    json.value.dispose();
  }
}

function addConsole(context: QuickJSContext, stringify: QuickJSHandle, current: () => CallContext): void {
  const console = context.newObject();
  for (const level of LEVELS) {
    const write = context.newFunction(level, (...values) => {
      current().console.add(level, values.map((value) => printable(context, value, stringify)).join(" "));
    });
    context.setProp(console, level, write);
    write.dispose();
  }
  context.setProp(context.global, "console", console);
  console.dispose();
}

/** Replaces `Math.random`, adds a console, and keeps the host's functions out of the plugin's reach. */
export function installGlobals(context: QuickJSContext, current: () => CallContext): Globals {
  let random = createRandom(0);
  const json = context.getProp(context.global, "JSON");
  const parse = context.getProp(json, "parse");
  const written = context.getProp(json, "stringify");
  const stringify = context.unwrapResult(context.evalCode(EXACT_STRINGIFY, "json.js"));
  const math = context.getProp(context.global, "Math");
  const seeded = context.newFunction("random", () => context.newNumber(random()));
  context.setProp(math, "random", seeded);
  addConsole(context, written, current);
  for (const handle of [json, math, seeded]) handle.dispose();
  return {
    parse,
    stringify,
    seed(seed) {
      random = createRandom(seed);
    },
    dispose() {
      for (const handle of [parse, written, stringify]) handle.dispose();
    },
  };
}
