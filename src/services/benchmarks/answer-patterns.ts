import { createPatternReader } from "../../domain/answers/answer-pattern.ts";
import type { CreateBenchmark } from "../../domain/benchmarks/benchmark.ts";

/** Throws BAD_REQUEST, naming the field, for an `answer_pattern` that is not a regular expression of RE2. */
export function checkAnswerPatterns({ params, providers }: CreateBenchmark): void {
  const patterns = [
    ["params.answer_pattern", params?.answer_pattern] as const,
    ...providers.map(
      (run, index) => [`providers.${index}.params.answer_pattern`, run.params?.answer_pattern] as const,
    ),
  ];
  for (const [field, pattern] of patterns) if (pattern !== undefined) createPatternReader(pattern, field);
}
