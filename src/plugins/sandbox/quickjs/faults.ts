import type { QuickJSContext, QuickJSHandle } from "quickjs-emscripten-core";
import { Fault } from "../fault.ts";

const MESSAGE_MAX = 500;

/** What running something in a context came to. */
export type Result = { value: QuickJSHandle; error?: undefined } | { error: QuickJSHandle };

type Otherwise = (message: string) => Fault;

export const threw: Otherwise = (message) => new Fault("threw", message);
export const notLoaded: Otherwise = (message) => new Fault("load", message);
export const notJson: Otherwise = (message) => new Fault("output", `is not JSON: ${message}`);

/** The length of a text, told before any of it is copied out. */
export function lengthOf(context: QuickJSContext, text: QuickJSHandle): number {
  const length = context.getProp(text, "length");
  try {
    return context.getNumber(length);
  } finally {
    length.dispose();
  }
}

function textOf(context: QuickJSContext, handle: QuickJSHandle, key: string): string {
  const property = context.getProp(handle, key);
  try {
    return context.typeof(property) === "string" ? context.getString(property) : "";
  } finally {
    property.dispose();
  }
}

/** Where in the plugin's own code; a stack ends in ours. */
function placeIn(stack: string): string | undefined {
  const [, line, column] = /plugin\.js:(\d+)(?::(\d+))?/.exec(stack) ?? [];
  if (line === undefined) return undefined;
  return column === undefined ? `line ${line}` : `line ${line}, column ${column}`;
}

/** An error's name and message, or whichever there is, and where it came from. */
function describe(context: QuickJSContext, thrown: QuickJSHandle): string | undefined {
  const place = placeIn(textOf(context, thrown, "stack").slice(0, 2_000));
  const parts = ["name", "message"].map((key) => textOf(context, thrown, key).slice(0, MESSAGE_MAX));
  const words = parts.filter((part) => part !== "").join(": ");
  if (words === "") return undefined;
  return place === undefined ? words : `${words} (${place})`;
}

/** The words of an object, if it has any. Reading it may run code of the plugin's, and that may throw in turn. */
export function wordsOfObject(context: QuickJSContext, thrown: QuickJSHandle): string | undefined {
  try {
    return describe(context, thrown)?.toWellFormed();
  } catch {
    return "something that can't be read";
  }
}

/** What was thrown, in words. */
function wordsOf(context: QuickJSContext, thrown: QuickJSHandle): string {
  const type = context.typeof(thrown);
  if (type === "string") return context.getString(thrown).slice(0, MESSAGE_MAX).toWellFormed();
  if (type !== "object" || context.sameValue(thrown, context.null)) return String(context.dump(thrown));
  return wordsOfObject(context, thrown) ?? "an object without a message";
}

/** QuickJS has an error of its own for each limit that was met. */
function faultOf(words: string, otherwise: Otherwise): Fault {
  if (words.startsWith("InternalError: interrupted")) return new Fault("timeout", "took too long");
  if (words.startsWith("InternalError: stack overflow")) return new Fault("stack", "went too deep");
  if (words.startsWith("InternalError: out of memory")) return new Fault("memory", "needed too much memory");
  return otherwise(words);
}

/** The value that something came to; throws the Fault of what it threw. */
export function unwrap(context: QuickJSContext, result: Result, otherwise: Otherwise): QuickJSHandle {
  if (result.error === undefined) return result.value;
  try {
    throw faultOf(wordsOf(context, result.error), otherwise);
  } finally {
    result.error.dispose();
  }
}
