import { Ajv, type AnySchema, type ErrorObject, type ValidateFunction } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";
import type { JsonObject } from "../plugin.ts";
import { Fault } from "./fault.ts";
import type { Definition } from "./protocol.ts";

/** What of a plugin is held against a schema of its own. */
export type SchemaName = "input_schema" | "output_schema" | "parameters";

type Check = (value: unknown) => void;

const OPTIONS = {
  strictSchema: true,
  strictTypes: false,
  strictTuples: false,
  strictRequired: false,
  validateFormats: false,
  logger: false,
  addUsedSchema: false,
  ownProperties: true,
} as const;

/**
 * JSON schemas of draft 2020-12, or of draft 7 if `$schema` says so. They are compiled, and their patterns run, here in the
 * worker, whose time is limited; a reference leads nowhere but into the schema itself.
 */
const makers = {
  draft7: once(() => new Ajv({ ...OPTIONS, useDefaults: true })),
  draft2020: once(() => new Ajv2020({ ...OPTIONS, useDefaults: true })),
};

function once<Value>(make: () => Value): () => Value {
  let made: Value | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The schema's own name is left out: it might be that of another's, or of the schema of schemas. */
function compile(name: SchemaName, { $id: _, ...schema }: JsonObject): ValidateFunction {
  if (!isObject(schema) || schema.$async) throw new Fault("load", `${name}: is not a JSON schema`);
  const ajv = /draft-07/.test(String(schema.$schema)) ? makers.draft7() : makers.draft2020();
  try {
    return ajv.compile(schema as AnySchema);
  } catch (error) {
    throw new Fault("load", `${name}: is not a JSON schema: ${(error as Error).message}`);
  } finally {
    ajv.removeSchema(schema as AnySchema);
  }
}

function wordsOf([error]: ErrorObject[]): string {
  if (!error) return "does not fit its schema";
  const path = error.instancePath.slice(1).replaceAll("/", ".");
  const named = error.params.additionalProperty ?? "";
  return `${path || "the whole"} ${error.message ?? "does not fit"}${named ? ` ('${named}')` : ""}`;
}

/** Checks of one plugin's values, compiled as they are needed. Every one throws a Fault. */
export function createSchemas(definition: Pick<Definition, SchemaName>) {
  const compiled = new Map<SchemaName, Check>();

  function make(name: SchemaName, schema: JsonObject): Check {
    const validate = compile(name, schema);
    const reason = name === "output_schema" ? "output" : "input";
    return (value) => {
      if (!validate(value)) throw new Fault(reason, wordsOf(validate.errors ?? []));
    };
  }

  function checkOf(name: SchemaName): Check | undefined {
    const schema = definition[name];
    if (schema === null) return undefined;
    const check = compiled.get(name) ?? make(name, schema);
    compiled.set(name, check);
    return check;
  }

  return {
    has: (name: SchemaName): boolean => definition[name] !== null,
    /** Checks the value and fills in the schema's defaults, in place. */
    check: (name: SchemaName, value: unknown): void => checkOf(name)?.(value),
    compileAll(): void {
      for (const name of ["input_schema", "output_schema", "parameters"] as const) checkOf(name);
    },
  };
}

export type Schemas = ReturnType<typeof createSchemas>;
