import { Ajv, type AnySchema, type ErrorObject, type ValidateFunction } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";
import type { JsonObject } from "../plugin.ts";
import { Fault } from "./fault.ts";
import type { Definition } from "./protocol.ts";

/** The values of a plugin that have a schema. */
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
 * Compilers for JSON schemas of draft 2020-12, and of draft 7 if `$schema` names it. Schemas compile, and their
 * patterns run, in the worker, whose time is limited. References stay within the schema.
 */
const compilers = {
  draft7: once(() => new Ajv({ ...OPTIONS, useDefaults: true })),
  draft2020: once(() => new Ajv2020({ ...OPTIONS, useDefaults: true })),
};

function once<Value>(create: () => Value): () => Value {
  let value: Value | undefined;
  return () => {
    value ??= create();
    return value;
  };
}

const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The schema's own name is removed: it might equal that of another schema or of the metaschema. */
function compile(name: SchemaName, { $id: _, ...schema }: JsonObject): ValidateFunction {
  if (!isObject(schema) || schema.$async) throw new Fault("load", `${name}: is not a JSON schema`);
  const ajv = /draft-07/.test(String(schema.$schema)) ? compilers.draft7() : compilers.draft2020();
  try {
    return ajv.compile(schema as AnySchema);
  } catch (error) {
    throw new Fault("load", `${name}: is not a JSON schema: ${(error as Error).message}`);
  } finally {
    ajv.removeSchema(schema as AnySchema);
  }
}

function describeViolation([error]: ErrorObject[]): string {
  if (!error) return "violates its schema";
  const path = error.instancePath.slice(1).replaceAll("/", ".");
  const named = error.params.additionalProperty ?? "";
  return `${path || "the value"} ${error.message ?? "violates its schema"}${named ? ` ('${named}')` : ""}`;
}

/** Creates the checks of a plugin's values; each is compiled on first use. Every check throws a Fault. */
export function createSchemas(definition: Pick<Definition, SchemaName>) {
  const compiled = new Map<SchemaName, Check>();

  function createCheck(name: SchemaName, schema: JsonObject): Check {
    const validate = compile(name, schema);
    const reason = name === "output_schema" ? "output" : "input";
    return (value) => {
      if (!validate(value)) throw new Fault(reason, describeViolation(validate.errors ?? []));
    };
  }

  function checkOf(name: SchemaName): Check | undefined {
    const schema = definition[name];
    if (schema === null) return undefined;
    const check = compiled.get(name) ?? createCheck(name, schema);
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
