import { createRandom } from "../../base/random.ts";
import {
  ARITHMETIC_OPERATIONS,
  type ArithmeticOperation,
  askArithmetic,
  solveArithmetic,
} from "../../domain/arithmetic.ts";
import { SEED_MAX } from "../../domain/benchmarks/benchmark.ts";
import type { Sample } from "../../domain/dataset.ts";
import type { BuiltinDataset } from "../dataset.ts";
import { integerSetting, refuseUnknown } from "./settings.ts";

const SIZE = { fallback: 1000, minimum: 1, maximum: 100_000 };
const SEED = { fallback: 0, minimum: 0, maximum: SEED_MAX };

type Draw = (lowest: number, highest: number) => number;

/**
 * Ranges of operands that give each operation far more questions than the largest set needs; differences are not
 * negative.
 */
const OPERANDS = {
  addition: (draw) => [draw(1, 999), draw(1, 999)],
  subtraction: (draw) => {
    const left = draw(1, 999);
    return [left, draw(0, left)];
  },
  multiplication: (draw) => [draw(2, 999), draw(2, 99)],
} satisfies Record<ArithmeticOperation, (draw: Draw) => [number, number]>;

function* generate(size: number, seed: number): Generator<Sample> {
  const random = createRandom(seed);
  const draw: Draw = (lowest, highest) => lowest + Math.floor(random() * (highest - lowest + 1));
  const asked = new Set<string>();
  while (asked.size < size) {
    const row = asked.size;
    const group = ARITHMETIC_OPERATIONS[row % ARITHMETIC_OPERATIONS.length] ?? "addition";
    const [left, right] = OPERANDS[group](draw);
    const input = askArithmetic(left, group, right);
    if (asked.has(input)) continue;
    asked.add(input);
    yield { id: String(row), input, expected: [String(solveArithmetic(input))], group };
  }
}

/**
 * Arithmetic on whole numbers, without duplicates; the three operations alternate. The same seed gives the same
 * samples, and a smaller set is the beginning of a larger one.
 */
export const arithmetic: BuiltinDataset = {
  name: "arithmetic",
  description:
    "Generated additions, subtractions and multiplications of whole numbers. Settings: size (1 to 100000, default 1000) and seed (default 0), as in 'arithmetic?size=500&seed=3'.",
  size: SIZE.fallback,
  samples(settings) {
    refuseUnknown("arithmetic", settings, ["size", "seed"]);
    return generate(integerSetting(settings, "size", SIZE), integerSetting(settings, "seed", SEED));
  },
};
