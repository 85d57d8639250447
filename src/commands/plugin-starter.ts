import type { PluginType } from "../domain/plugin.ts";

/** The parts in which the starter files of the plugin types differ. */
interface Starter {
  description: string;
  example: { input: unknown; output: unknown };
  /** The JSDoc types of `execute`. */
  signature: string;
  body: string;
}

const STARTERS: Readonly<Record<PluginType, Starter>> = {
  evaluator: {
    description: "Scores 1 if the expected answer occurs in the output, else 0.",
    example: {
      input: {
        input: "What is 2+2?",
        output: "The answer is 4.",
        expected: "4",
        context: null,
        parameters: {},
      },
      output: { score: 1 },
    },
    signature:
      '@param {import("./plugin.d.ts").EvaluatorInput} given\n * @returns {import("./plugin.d.ts").EvaluatorAnswer}',
    body: `export function execute({ output, expected }) {
  if (expected === null) return { score: null, details: "there is no expected answer" };
  const found = [expected].flat().some((text) => output.includes(text));
  return { score: found ? 1 : 0 };
}`,
  },
  transform: {
    description: "Removes the spaces around the text.",
    example: { input: { text: "  42\n", parameters: {} }, output: { text: "42" } },
    signature:
      '@param {import("./plugin.d.ts").TransformInput} given\n * @returns {import("./plugin.d.ts").TransformAnswer}',
    body: `export function execute({ text }) {
  return { text: text.trim() };
}`,
  },
  custom: {
    description: "Counts the words of a text.",
    example: { input: { text: "one two three" }, output: { words: 3 } },
    signature: "@param {{ text: string }} given\n * @returns {{ words: number }}",
    body: `export function execute({ text }) {
  return { words: text.split(/\\s+/).filter((word) => word !== "").length };
}`,
  },
};

const TYPES = `/** What plugins receive, and what they return. */

export type Parameters = Record<string, unknown>;

export interface EvaluatorInput {
  input: string;
  output: string;
  expected: string | string[] | null;
  context: string | string[] | null;
  parameters: Parameters;
}

/** \`score\` lies in the manifest's range, by default 0 to 1. It is null if nothing can be scored; \`details\` say why. */
export interface EvaluatorAnswer {
  score: number | null;
  details?: unknown;
}

export interface TransformInput {
  text: string;
  parameters: Parameters;
}

export interface TransformAnswer {
  text: string;
}
`;

/** Runs with \`node --test\` and with \`bun test\`. */
const TEST = `import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { execute } from "./plugin.js";

const { example } = JSON.parse(readFileSync(new URL("./manifest.json", import.meta.url), "utf8"));

test("the example gives its output", async () => {
  assert.deepEqual(await execute(example.input), example.output);
});
`;

/** Returns the files of a new plugin by name: a manifest with an example, the code, its types, and a test. */
export function starterFiles(name: string, plugin_type: PluginType): Record<string, string> {
  const { description, example, signature, body } = STARTERS[plugin_type];
  const manifest = { name, version: "1.0.0", description, plugin_type, pure: true, example };
  return {
    "manifest.json": `${JSON.stringify(manifest, null, 2)}\n`,
    "plugin.js": `/**\n * ${description}\n *\n * ${signature}\n */\n${body}\n`,
    "plugin.d.ts": TYPES,
    "plugin.test.js": TEST,
  };
}
