import { Ajv, type CodeKeywordDefinition, type FuncKeywordDefinition, type Options } from "ajv";
import { _, Ajv2020 } from "ajv/dist/2020.js";
import ref from "ajv/dist/vocabularies/core/ref.js";
import dynamicRef from "ajv/dist/vocabularies/dynamic/dynamicRef.js";
import { AppError, badField } from "../../base/errors.ts";
import { canonicalJson } from "../../base/hash.ts";
import { compilePattern, STEPS_MAX } from "../../base/pattern.ts";

/** The most characters of a schema's JSON: compile time grows with them. */
const SCHEMA_MAX = 20_000;
/** The most references followed in one check: a schema with two references to itself doubles them at each level. */
const REFERENCES_MAX = 200_000;
/** The most steps of all patterns of a schema together; they compile in some milliseconds. */
const PATTERNS_MAX = 10_000;
/**
 * The most characters of the schema times characters of the text: each part of one may look at each part of the
 * other.
 */
const PRODUCT_MAX = 2e9;
/** A schema with such a name would replace one of JSON Schema's own schemas. */
const RESERVED = /^https?:\/\/json-schema\.org\//;
const DRAFT_7 = /^https?:\/\/json-schema\.org\/draft-0[67]\/schema#?$/;

/** The check exceeded a bound, named by `message`, and would take too long. */
export class Unchecked extends Error {
  override readonly name = "Unchecked";
}

/**
 * Returns how a value violates the schema; null if it conforms. `length` is that of its JSON text. Throws
 * Unchecked.
 */
export type SchemaCheck = (value: unknown, length: number) => string | null;

/** The work done by the current compilation or check; both are synchronous. */
const work = { references: 0, steps: 0, patterns: 0 };

const resetWork = (): void => void Object.assign(work, { references: 0, steps: 0, patterns: 0 });

/** Patterns run on RE2, because JavaScript's engine may take exponential time. */
const regExp = Object.assign(
  (pattern: string) => {
    const compiled = compilePattern(pattern, "pattern");
    work.patterns += compiled.size;
    if (work.patterns > PATTERNS_MAX) throw new Unchecked("its patterns together are too large");
    return {
      test(text: string): boolean {
        work.steps += text.length * compiled.size;
        const found = work.steps > STEPS_MAX ? null : compiled.test(text);
        if (found === null) throw new Unchecked("the output has too much text for patterns of this size");
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

function countReference(): void {
  if (++work.references > REFERENCES_MAX) throw new Unchecked("the schema refers to itself too often");
}

/** Compares items by a set of their canonical JSON: ajv compares each item with every other. */
const uniqueItems: FuncKeywordDefinition = {
  keyword: "uniqueItems",
  type: "array",
  schemaType: "boolean",
  validate: (unique: boolean, items: unknown[]) =>
    !unique || new Set(items.map(canonicalJson)).size === items.length,
  error: { message: "must NOT have duplicate items" },
};

const countReferences = (definition: CodeKeywordDefinition): CodeKeywordDefinition => ({
  ...definition,
  code(context, type) {
    context.gen.code(_`${context.gen.scopeValue("keyword", { ref: countReference })}()`);
    definition.code(context, type);
  },
});

/**
 * Compiles schemas of one draft. The compiler is created on first use, because reading a draft's own schema takes
 * 0.1 s.
 */
function createCompiler(create: () => Ajv | Ajv2020, keywords: readonly CodeKeywordDefinition[]) {
  let ajv: Ajv | Ajv2020 | undefined;
  let built_in_names = new Set<string>();

  function createAjv(): Ajv | Ajv2020 {
    const compiler = create();
    for (const definition of keywords)
      compiler.removeKeyword(String(definition.keyword)).addKeyword(countReferences(definition));
    built_in_names = new Set(Object.keys(compiler.refs));
    return compiler.removeKeyword("uniqueItems").addKeyword(uniqueItems);
  }

  /** A schema must not see the names of earlier schemas. */
  function forgetNames(compiler: Ajv | Ajv2020, schema: Record<string, unknown>): void {
    compiler.removeSchema(schema);
    for (const name of Object.keys(compiler.refs)) if (!built_in_names.has(name)) delete compiler.refs[name];
  }

  return (schema: Record<string, unknown>) => {
    ajv ??= createAjv();
    resetWork();
    try {
      return ajv.compile(schema);
    } finally {
      forgetNames(ajv, schema);
    }
  };
}

const draft7 = createCompiler(() => new Ajv(OPTIONS), [ref]);
const latest = createCompiler(() => new Ajv2020(OPTIONS), [ref, dynamicRef]);

/**
 * Compiles a JSON schema of draft 2020-12, or of draft 6 or 7 if its `$schema` names it. References stay within it;
 * unknown keywords and `format` are annotations. Throws BAD_REQUEST naming `field` for an invalid schema.
 */
export function compileSchema(schema: Record<string, unknown>, field: string): SchemaCheck {
  const size = JSON.stringify(schema).length;
  if (size > SCHEMA_MAX)
    throw badField(field, `has ${size} characters of JSON; at most ${SCHEMA_MAX} are accepted`);
  if (RESERVED.test(String(schema.$id)))
    throw badField(`${field}.$id`, "names one of JSON Schema's own schemas; choose another name");
  const validate = compile(schema, field);
  return (value, length) => {
    if (length * size > PRODUCT_MAX) throw new Unchecked("the output is too long for a schema of this size");
    resetWork();
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
    throw badField(field, `is not a usable JSON schema: ${fault}`);
  }
}

/** A schema may refer to itself endlessly. */
function withinStack<Result>(check: () => Result): Result {
  try {
    return check();
  } catch (error) {
    if (error instanceof RangeError) throw new Unchecked("the schema refers to itself endlessly");
    throw error;
  }
}
