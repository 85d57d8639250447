import { type QuickJSContext, type QuickJSHandle, type QuickJSRuntime, Scope } from "quickjs-emscripten-core";
import { hashSeed } from "../../../base/random.ts";
import { Fault } from "../fault.ts";
import { refuseHuge } from "../json-output.ts";
import type { CallContext } from "../runtime.ts";
import type { Engine } from "./engine.ts";
import { lengthOf, notJson, notLoaded, type Result, threw, unwrap } from "./faults.ts";
import { type Globals, installGlobals } from "./globals.ts";

const STACK_BYTES = 256 * 1024;
const JOBS_AT_ONCE = 100;

/** A plugin loaded into a context. */
export interface LoadedModule {
  /** Calls `execute` with JSON text and returns JSON text. Throws a Fault. */
  call(input: string, current: CallContext): string;
  dispose(): void;
}

/** Runs pending jobs until the promise has settled; a value that is not a promise counts as settled. */
function settle(context: QuickJSContext, promise: QuickJSHandle, { deadline }: CallContext): QuickJSHandle {
  for (;;) {
    const state = context.getPromiseState(promise);
    if (state.type === "fulfilled") return state.notAPromise ? promise.dup() : state.value;
    if (state.type === "rejected") return unwrap(context, { error: state.error }, threw);
    if (performance.now() > deadline) throw new Fault("timeout", "exceeded its time limit");
    if (!context.runtime.hasPendingJob())
      throw new Fault("threw", "waits for a promise that can never settle");
    const ran = context.runtime.executePendingJobs(JOBS_AT_ONCE);
    if (ran.error) unwrap(context, ran as Result, threw);
  }
}

function loadModule(context: QuickJSContext, code: string, current: CallContext): QuickJSHandle {
  return Scope.withScope((scope) => {
    const result = context.evalCode(code, "plugin.js", { type: "module" }) as Result;
    const evaluated = scope.manage(unwrap(context, result, notLoaded));
    const namespace = scope.manage(settle(context, evaluated, current));
    const execute = context.getProp(namespace, "execute");
    if (context.typeof(execute) === "function") return execute;
    execute.dispose();
    throw new Fault("load", "exports no function 'execute'");
  });
}

interface LoadedContext {
  context: QuickJSContext;
  execute: QuickJSHandle;
  globals: Globals;
}

/** Returns the output of `execute` for the input, as JSON text. */
function callExecute(
  { context, execute, globals: { parse, stringify } }: LoadedContext,
  input: string,
  current: CallContext,
): string {
  return Scope.withScope((scope) => {
    const call = (callee: QuickJSHandle, argument: QuickJSHandle, otherwise: typeof threw) =>
      scope.manage(
        unwrap(context, context.callFunction(callee, context.undefined, argument) as Result, otherwise),
      );
    const value = call(parse, scope.manage(context.newString(input)), threw);
    const output = scope.manage(settle(context, call(execute, value, threw), current));
    const text = call(stringify, output, notJson);
    if (context.typeof(text) !== "string")
      throw new Fault("output", "returned nothing: 'execute' must return a JSON value");
    refuseHuge(lengthOf(context, text));
    return context.getString(text);
  });
}

function createRuntime({ module }: Engine, current: () => CallContext): QuickJSRuntime {
  const runtime = module.newRuntime();
  runtime.setMaxStackSize(STACK_BYTES);
  runtime.setInterruptHandler(() => performance.now() > current().deadline);
  return runtime;
}

/** Loads a plugin into its own context. Throws a Fault if it cannot be loaded. */
export function openModule(engine: Engine, code: string, first: CallContext): LoadedModule {
  let current = first;
  const runtime = createRuntime(engine, () => current);
  const context = runtime.newContext();
  const globals = installGlobals(context, () => current);
  let execute: QuickJSHandle | undefined;

  function dispose(): void {
    execute?.dispose();
    globals.dispose();
    context.dispose();
    runtime.dispose();
  }

  try {
    execute = loadModule(context, code, current);
  } catch (error) {
    if (error instanceof Fault && !engine.isFull()) dispose();
    throw error;
  }
  const loaded: LoadedContext = { context, execute, globals };
  return {
    call(input, now) {
      current = now;
      globals.seed(hashSeed(input));
      return callExecute(loaded, input, now);
    },
    dispose,
  };
}
