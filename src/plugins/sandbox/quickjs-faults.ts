import type { QuickJSContext, QuickJSHandle } from "quickjs-emscripten-core";
import { Fault } from "./fault.ts";

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

/** What was thrown, in words. Reading it may run code of the plugin's, and that may throw in turn. */
export function wordsOf(context: QuickJSContext, thrown: QuickJSHandle): string {
  if (context.typeof(thrown) === "string") return context.getString(thrown);
  if (context.typeof(thrown) !== "object") return String(context.dump(thrown));
  try {
    const place = placeIn(textOf(context, thrown, "stack").slice(0, 2_000));
    const words = `${textOf(context, thrown, "name")}: ${textOf(context, thrown, "message").slice(0, MESSAGE_MAX)}`;
    return place === undefined ? words : `${words} (${place})`;
  } catch {
    return "something that can't be read";
  }
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
