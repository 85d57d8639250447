import { Ajv, type CodeKeywordDefinition, type FuncKeywordDefinition, type Options } from "ajv";
import { _, Ajv2020 } from "ajv/dist/2020.js";
import ref from "ajv/dist/vocabularies/core/ref.js";
import dynamicRef from "ajv/dist/vocabularies/dynamic/dynamicRef.js";
import { AppError, badField } from "../domain/errors.ts";
import { canonicalJson } from "../domain/hash.ts";
import { compilePattern } from "./pattern.ts";

/** Characters of a schema's JSON: the time to compile it grows with them. */
const SCHEMA_MAX = 20_000;
/** References followed in one check: a schema that refers to itself twice has twice as many a level further down. */
const REFERENCES_MAX = 200_000;
const DRAFT_7 = /^https?:\/\/json-schema\.org\/draft-0[67]\/schema#?$/;

/** The check came to a bound that `message` tells of: it takes too long. */
export class Unchecked extends Error {
  override readonly name = "Unchecked";
}

/** What is wrong with a value by a schema, null where nothing is. Throws Unchecked. */
export type SchemaCheck = (value: unknown) => string | null;

/** Patterns by RE2, as the engine of JavaScript may take exponential time. */
const regExp = Object.assign(
  (pattern: string) => {
    const compiled = compilePattern(pattern, "pattern");
    return {
      test(text: string): boolean {
        const found = compiled.test(text);
        if (found === null) throw new Unchecked("a text is too long for so large a pattern");
        return found;
      },
      toString: () => `re2:${pattern}`,
    };
  },
  { code: "compilePattern" },
);

const OPTIONS: Options = { strict: false, logger: false, validateFormats: false, code: { regExp } };

/** Items as canonical JSON in a set: ajv compares each with each. */
const uniqueItems: FuncKeywordDefinition = {
  keyword: "uniqueItems",
  type: "array",
  schemaType: "boolean",
  validate: (unique: boolean, items: unknown[]) =>
    !unique || new Set(items.map(canonicalJson)).size === items.length,
  error: { message: "must NOT have duplicate items" },
};

const counted = (definition: CodeKeywordDefinition, count: () => void): CodeKeywordDefinition => ({
  ...definition,
  code(context, type) {
    context.gen.code(_`${context.gen.scopeValue("keyword", { ref: count })}()`);
    definition.code(context, type);
  },
});

/**
 * Compiles a JSON schema: of draft 2020-12, or of 6 and 7 where its `$schema` says so. References stay within it,
 * unknown keywords and `format` are annotations. BAD_REQUEST naming `field` for what is no such schema.
 */
export function compileSchema(schema: Record<string, unknown>, field: string): SchemaCheck {
  if (JSON.stringify(schema).length > SCHEMA_MAX)
    throw badField(field, `is longer than ${SCHEMA_MAX} characters of JSON`);
  let references = 0;
  const count = () => {
    if (++references > REFERENCES_MAX) throw new Unchecked("the schema refers to itself too often");
  };
  const validate = compile(schema, field, count);
  return (value) => {
    references = 0;
    if (withinStack(() => validate(value))) return null;
    const [error] = validate.errors ?? [];
    return `${error?.instancePath || "the value"} ${error?.message ?? "does not fit the schema"}`;
  };
}

function compile(schema: Record<string, unknown>, field: string, count: () => void) {
  const is_draft_7 = DRAFT_7.test(String(schema.$schema));
  const ajv = is_draft_7 ? new Ajv(OPTIONS) : new Ajv2020(OPTIONS);
  for (const definition of is_draft_7 ? [ref] : [ref, dynamicRef]) {
    ajv.removeKeyword(String(definition.keyword));
    ajv.addKeyword(counted(definition, count));
  }
  ajv.removeKeyword("uniqueItems").addKeyword(uniqueItems);
  try {
    return ajv.compile(schema);
  } catch (error) {
    const fault = error instanceof AppError ? String(error.details.fault) : (error as Error).message;
    throw badField(field, `is not a JSON schema that can be checked: ${fault}`);
  }
}

/** A schema may refer to itself without end. */
function withinStack<Result>(check: () => Result): Result {
  try {
    return check();
  } catch (error) {
    if (error instanceof RangeError) throw new Unchecked("the schema refers to itself without end");
    throw error;
  }
}
