import { Ajv, type CodeKeywordDefinition, type FuncKeywordDefinition, type Options } from "ajv";
import { _, Ajv2020 } from "ajv/dist/2020.js";
import ref from "ajv/dist/vocabularies/core/ref.js";
import dynamicRef from "ajv/dist/vocabularies/dynamic/dynamicRef.js";
import { AppError, badField } from "../../base/errors.ts";
import { canonicalJson } from "../../base/hash.ts";
import { compilePattern, STEPS_MAX } from "./pattern.ts";

/** Characters of a schema's JSON: the time to compile it grows with them. */
const SCHEMA_MAX = 20_000;
/** References followed in one check: a schema that refers to itself twice has twice as many a level further down. */
const REFERENCES_MAX = 200_000;
/** Steps of all patterns of a schema together; some milliseconds to compile. */
const PATTERNS_MAX = 10_000;
/** Characters of a schema times those of a text: each part of the one may look at each part of the other. */
const PRODUCT_MAX = 2e9;
/** A schema by such a name would take the place of the schemas' own. */
const RESERVED = /^https?:\/\/json-schema\.org\//;
const DRAFT_7 = /^https?:\/\/json-schema\.org\/draft-0[67]\/schema#?$/;

/** The check came to a bound that `message` tells of: it takes too long. */
export class Unchecked extends Error {
  override readonly name = "Unchecked";
}

/** What is wrong by a schema with the value of a JSON text of that length, null where nothing is. Throws Unchecked. */
export type SchemaCheck = (value: unknown, length: number) => string | null;

/** What the compilation or check that is under way has come to; neither waits for anything. */
const work = { references: 0, steps: 0, patterns: 0 };

const begin = (): void => void Object.assign(work, { references: 0, steps: 0, patterns: 0 });

/** Patterns by RE2, as the engine of JavaScript may take exponential time. */
const regExp = Object.assign(
  (pattern: string) => {
    const compiled = compilePattern(pattern, "pattern");
    work.patterns += compiled.size;
    if (work.patterns > PATTERNS_MAX) throw new Unchecked("its patterns are too large together");
    return {
      test(text: string): boolean {
        work.steps += text.length * compiled.size;
        const found = work.steps > STEPS_MAX ? null : compiled.test(text);
        if (found === null) throw new Unchecked("there is too much text for so large patterns");
        return found;
      },
      toString: () => `re2:${pattern}`,
    };
  },
  { code: "compilePattern" },
);

const OPTIONS: Options = {
  strict: false,
  logger: false,
  validateFormats: false,
  code: { regExp },
};

function follow(): void {
  if (++work.references > REFERENCES_MAX) throw new Unchecked("the schema refers to itself too often");
}

/** Items as canonical JSON in a set: ajv compares each with each. */
const uniqueItems: FuncKeywordDefinition = {
  keyword: "uniqueItems",
  type: "array",
  schemaType: "boolean",
  validate: (unique: boolean, items: unknown[]) =>
    !unique || new Set(items.map(canonicalJson)).size === items.length,
  error: { message: "must NOT have duplicate items" },
};

const counted = (definition: CodeKeywordDefinition): CodeKeywordDefinition => ({
  ...definition,
  code(context, type) {
    context.gen.code(_`${context.gen.scopeValue("keyword", { ref: follow })}()`);
    definition.code(context, type);
  },
});

/** Compiles schemas of one draft. Made on first use, as reading a draft's own schema takes a tenth of a second. */
function createCompiler(create: () => Ajv | Ajv2020, keywords: readonly CodeKeywordDefinition[]) {
  let ajv: Ajv | Ajv2020 | undefined;
  let own = new Set<string>();

  function make(): Ajv | Ajv2020 {
    const made = create();
    for (const definition of keywords)
      made.removeKeyword(String(definition.keyword)).addKeyword(counted(definition));
    own = new Set(Object.keys(made.refs));
    return made.removeKeyword("uniqueItems").addKeyword(uniqueItems);
  }

  /** The names of one schema mean nothing to the next. */
  function forget(made: Ajv | Ajv2020, schema: Record<string, unknown>): void {
    made.removeSchema(schema);
    for (const name of Object.keys(made.refs)) if (!own.has(name)) delete made.refs[name];
  }

  return (schema: Record<string, unknown>) => {
    ajv ??= make();
    begin();
    try {
      return ajv.compile(schema);
    } finally {
      forget(ajv, schema);
    }
  };
}

const draft7 = createCompiler(() => new Ajv(OPTIONS), [ref]);
const latest = createCompiler(() => new Ajv2020(OPTIONS), [ref, dynamicRef]);

/**
 * Compiles a JSON schema: of draft 2020-12, or of 6 and 7 where its `$schema` says so. References stay within it,
 * unknown keywords and `format` are annotations. BAD_REQUEST naming `field` for what is no such schema.
 */
export function compileSchema(schema: Record<string, unknown>, field: string): SchemaCheck {
  const size = JSON.stringify(schema).length;
  if (size > SCHEMA_MAX) throw badField(field, `is longer than ${SCHEMA_MAX} characters of JSON`);
  if (RESERVED.test(String(schema.$id))) throw badField(`${field}.$id`, "is a name of JSON Schema's own");
  const validate = compile(schema, field);
  return (value, length) => {
    if (length * size > PRODUCT_MAX) throw new Unchecked("the output is too long for so large a schema");
    begin();
    if (withinStack(() => validate(value))) return null;
    const [error] = validate.errors ?? [];
    return `${error?.instancePath || "the value"} ${error?.message ?? "does not fit the schema"}`;
  };
}

function compile(schema: Record<string, unknown>, field: string) {
  try {
    return (DRAFT_7.test(String(schema.$schema)) ? draft7 : latest)(schema);
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
