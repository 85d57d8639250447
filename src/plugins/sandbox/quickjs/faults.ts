import type { QuickJSContext, QuickJSHandle } from "quickjs-emscripten-core";
import { Fault } from "../fault.ts";

const MESSAGE_MAX = 500;

/** The result of running code in a context. */
export type Result = { value: QuickJSHandle; error?: undefined } | { error: QuickJSHandle };

type Otherwise = (message: string) => Fault;

export const threw: Otherwise = (message) => new Fault("threw", message);
export const notLoaded: Otherwise = (message) => new Fault("load", message);
export const notJson: Otherwise = (message) =>
  new Fault("output", `returned a value that is not JSON: ${message}`);

/** Returns the length of a text before it is copied out. */
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

/** Finds the position in the plugin's own code; a stack ends in the host's code. */
function positionIn(stack: string): string | undefined {
  const [, line, column] = /plugin\.js:(\d+)(?::(\d+))?/.exec(stack) ?? [];
  if (line === undefined) return undefined;
  return column === undefined ? `line ${line}` : `line ${line}, column ${column}`;
}

/** Describes an error by its name, its message and its position, as far as they exist. */
function describe(context: QuickJSContext, thrown: QuickJSHandle): string | undefined {
  const place = positionIn(textOf(context, thrown, "stack").slice(0, 2_000));
  const parts = ["name", "message"].map((key) => textOf(context, thrown, key).slice(0, MESSAGE_MAX));
  const description = parts.filter((part) => part !== "").join(": ");
  if (description === "") return undefined;
  return place === undefined ? description : `${description} (${place})`;
}

/** Describes a thrown object, if possible. Reading it may run the plugin's code, which may throw again. */
export function describeObject(context: QuickJSContext, thrown: QuickJSHandle): string | undefined {
  try {
    return describe(context, thrown)?.toWellFormed();
  } catch {
    return "an unreadable value";
  }
}

/** Describes any thrown value. */
function describeThrown(context: QuickJSContext, thrown: QuickJSHandle): string {
  const type = context.typeof(thrown);
  if (type === "string") return context.getString(thrown).slice(0, MESSAGE_MAX).toWellFormed();
  if (type !== "object" || context.sameValue(thrown, context.null)) return String(context.dump(thrown));
  return describeObject(context, thrown) ?? "an object without a message";
}

/** QuickJS has a specific error for each limit. */
function faultOf(description: string, otherwise: Otherwise): Fault {
  if (description.startsWith("InternalError: interrupted"))
    return new Fault("timeout", "exceeded its time limit");
  if (description.startsWith("InternalError: stack overflow"))
    return new Fault("stack", "exceeded the stack depth");
  if (description.startsWith("InternalError: out of memory"))
    return new Fault("memory", "exceeded its memory limit");
  return otherwise(description);
}

/** Returns the value of a result; throws a Fault for its error. */
export function unwrap(context: QuickJSContext, result: Result, otherwise: Otherwise): QuickJSHandle {
  if (result.error === undefined) return result.value;
  try {
    throw faultOf(describeThrown(context, result.error), otherwise);
  } finally {
    result.error.dispose();
  }
}
