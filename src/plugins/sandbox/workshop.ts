import { createConsoleLines } from "./console-lines.ts";
import { Fault } from "./fault.ts";
import { parseOutput } from "./json-output.ts";
import type { Definition, Job, Order, Report } from "./protocol.ts";
import { createQuickJs } from "./quickjs/index.ts";
import type { CallContext, Runtime } from "./runtime.ts";
import { createSchemas, type Schemas } from "./schemas.ts";
import { createWasm } from "./wasm/index.ts";

interface Loaded {
  hash: string;
  definition: Definition;
  schemas: Schemas;
}

const faultOf = (error: unknown) => {
  const { reason, message } =
    error instanceof Fault ? error : new Fault("crashed", `failed: ${String(error)}`);
  return { reason, message };
};

/** Creates the function that runs a worker's orders, one at a time. */
export async function createWorkshop() {
  const runtimes: Record<Definition["language"], Runtime> = {
    javascript: await createQuickJs(),
    wasm: createWasm(),
  };
  const plugins = new Map<string, Loaded>();

  function take({ hash, load, forget }: Order): Loaded {
    if (forget) {
      plugins.clear();
      for (const runtime of Object.values(runtimes)) runtime.forget();
    }
    if (load) plugins.set(hash, { hash, definition: load, schemas: createSchemas(load) });
    const loaded = plugins.get(hash);
    if (!loaded) throw new Error(`The plugin ${hash} was not loaded.`);
    return loaded;
  }

  async function check({ hash, definition, schemas }: Loaded, current: CallContext): Promise<string> {
    schemas.compileAll();
    await runtimes[definition.language].check({ ...definition, hash }, current);
    return "null";
  }

  function complete(
    { schemas }: Loaded,
    parameters: Extract<Job, { kind: "complete" }>["parameters"],
  ): string {
    schemas.check("parameters", parameters);
    return JSON.stringify(parameters);
  }

  /** Checks the input and returns it with the defaults of its schema. */
  function completeInput({ schemas }: Loaded, input: string): string {
    if (!schemas.has("input_schema")) return input;
    const value: unknown = JSON.parse(input);
    schemas.check("input_schema", value);
    return JSON.stringify(value);
  }

  async function run(loaded: Loaded, input: string, current: CallContext): Promise<string> {
    const { hash, definition, schemas } = loaded;
    const completed = completeInput(loaded, input);
    const runtime = runtimes[definition.language];
    const output = parseOutput(await runtime.run({ ...definition, hash }, completed, current));
    schemas.check("output_schema", output);
    return JSON.stringify(output);
  }

  function perform(order: Order, current: CallContext): string | Promise<string> {
    const { job } = order;
    const loaded = take(order);
    if (job.kind === "check") return check(loaded, current);
    return job.kind === "complete" ? complete(loaded, job.parameters) : run(loaded, job.input, current);
  }

  return async (order: Order): Promise<Report> => {
    const console = createConsoleLines();
    const started = performance.now();
    const logsAndTime = () => ({ logs: console.lines, execution_time_ms: performance.now() - started });
    try {
      const value = await perform(order, { deadline: started + order.time_ms, console });
      return { value, ...logsAndTime() };
    } catch (error) {
      return { fault: faultOf(error), ...logsAndTime() };
    }
  };
}
