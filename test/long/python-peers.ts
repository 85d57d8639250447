import assert from "node:assert/strict";
import { join } from "node:path";
import { createRandom } from "../../src/base/random.ts";
import { mcNemar } from "../../src/statistics/mcnemar.ts";
import { pairedT } from "../../src/statistics/paired-t.ts";
import { scoredValue } from "../metrics/sample.ts";
import type { Figures, Part } from "./support/part.ts";
import { createPython } from "./support/python.ts";
import { inTemporaryFolder } from "./support/temporary-folder.ts";

const SCRIPT = join(import.meta.dir, "python", "peers.py");
const PACKAGES = ["sacrebleu", "rouge-score", "scipy", "statsmodels"];
const TEXTS = 5_000;
const T_TESTS = 2_000;
const TABLES = 2_000;
/** The greatest difference between two implementations that is rounding alone. */
const CLOSE = 1e-9;

type Scores = Record<string, number>;

interface Peers {
  versions: Record<string, string>;
  texts: Scores[];
  t_tests: { p_value: number; low: number; high: number }[];
  mcnemar: number[];
}

const random = createRandom("python peers");
const draw = (below: number): number => Math.floor(random() * below);
const WORDS =
  "the of a model Sample trial's benchmark, answer. choice light-water 3.14 river é 北京 (winter)".split(" ");

/** A text and one that keeps most of its words. */
function anyTexts(): [output: string, expected: string] {
  const word = (): string => WORDS[draw(WORDS.length)]!;
  const expected = Array.from({ length: 1 + draw(40) }, word);
  const output = expected.flatMap((each) => (random() < 0.7 ? [each] : random() < 0.5 ? [word()] : []));
  return [output.join(" ") || "nothing", expected.join(" ")];
}

const anyDifferences = (): number[] => Array.from({ length: 2 + draw(60) }, () => random() - 0.4);

/** Keeps the greatest difference by name; throws if there is a value on one side alone. */
function greatest(differences: Scores, name: string, ours: number | null | undefined, theirs: number): void {
  const difference = Math.abs((ours ?? Number.NaN) - theirs);
  assert.ok(Number.isFinite(difference), `${name}: ${ours} here, ${theirs} there`);
  differences[name] = Math.max(differences[name] ?? 0, difference);
}

async function compareWithPeers(folder: string): Promise<Figures> {
  const python = await createPython(folder, PACKAGES);
  const texts = Array.from({ length: TEXTS }, anyTexts);
  const differences = Array.from({ length: T_TESTS }, anyDifferences);
  const tables = Array.from({ length: TABLES }, (): [number, number] => [1 + draw(60), draw(60)]);
  const peers = await python.run<Peers>(SCRIPT, { texts, differences, tables });
  const found: Scores = {};
  for (const [index, [output, expected]] of texts.entries())
    for (const [name, theirs] of Object.entries(peers.texts[index]!))
      greatest(found, name, await scoredValue(name, { output, expected: [expected] }), theirs);
  for (const [index, values] of differences.entries()) {
    const [ours, theirs] = [pairedT(Float64Array.from(values)), peers.t_tests[index]!];
    greatest(found, "t_test_p", ours?.p_value, theirs.p_value);
    greatest(found, "t_test_low", ours?.ci95?.[0], theirs.low);
    greatest(found, "t_test_high", ours?.ci95?.[1], theirs.high);
  }
  for (const [index, [first, second]] of tables.entries())
    greatest(found, "mcnemar_p", mcNemar(first, second).p_exact, peers.mcnemar[index]!);
  for (const [name, difference] of Object.entries(found))
    assert.ok(difference <= CLOSE, `${name} differs by up to ${difference}`);
  return {
    texts: TEXTS,
    t_tests: T_TESTS,
    tables: TABLES,
    versions: peers.versions,
    greatest_difference: found,
  };
}

export const pythonPeers: Part = {
  name: "python-peers",
  description: `Metrics and tests against sacrebleu, rouge_score, scipy and statsmodels, on ${TEXTS} pairs of texts`,
  run: () => inTemporaryFolder(compareWithPeers),
};
