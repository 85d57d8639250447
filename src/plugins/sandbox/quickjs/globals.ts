import type { QuickJSContext, QuickJSHandle } from "quickjs-emscripten-core";
import { createRandom } from "../../../base/random.ts";
import type { CallContext } from "../runtime.ts";
import { lengthOf, wordsOfObject } from "./faults.ts";

const LEVELS = ["log", "debug", "info", "warn", "error"] as const;
/** What is longer is not copied out only to be cut. */
const SHOWN_MAX = 100_000;

/** What a plugin's context has beyond the language itself; one for each context. */
export interface Globals {
  /** As they were before the plugin could change them; `stringify` throws at what JSON would make null of. */
  parse: QuickJSHandle;
  stringify: QuickJSHandle;
  /** Before each call: the seed of `Math.random`. */
  seed(seed: number): void;
  dispose(): void;
}

/** Evaluated before the plugin is, which could otherwise have it made of parts of its own. */
const EXACT_STRINGIFY = `(({ stringify }, Fault) => {
  const refuse = (_key, item) => {
    if (typeof item === "number" && item - item !== 0) throw new Fault("it holds " + item);
    return item;
  };
  return (value) => stringify(value, refuse);
})(JSON, TypeError)`;

function shown(context: QuickJSContext, value: QuickJSHandle, stringify: QuickJSHandle): string {
  const type = context.typeof(value);
  if (type === "string")
    return lengthOf(context, value) > SHOWN_MAX ? "[a huge text]" : context.getString(value);
  if (type !== "object") return type === "function" ? "[a function]" : String(context.dump(value));
  const made = context.callFunction(stringify, context.undefined, value);
  if (made.error) {
    made.error.dispose();
    return "[an object that is not JSON]";
  }
  try {
    if (context.typeof(made.value) !== "string") return String(context.dump(made.value));
    // An error has nothing that JSON would show.
    const text =
      lengthOf(context, made.value) > SHOWN_MAX ? "[a huge object]" : context.getString(made.value);
    return text === "{}" ? (wordsOfObject(context, value) ?? text) : text;
  } finally {
    made.value.dispose();
  }
}

function addConsole(context: QuickJSContext, stringify: QuickJSHandle, current: () => CallContext): void {
  const console = context.newObject();
  for (const level of LEVELS) {
    const write = context.newFunction(level, (...values) => {
      current().console.add(level, values.map((value) => shown(context, value, stringify)).join(" "));
    });
    context.setProp(console, level, write);
    write.dispose();
  }
  context.setProp(context.global, "console", console);
  console.dispose();
}

/** Replaces `Math.random`, gives a console, and keeps what the host needs out of the plugin's reach. */
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
