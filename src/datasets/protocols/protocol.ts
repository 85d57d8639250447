import type { Message } from "../../domain/completions/chat.ts";
import type { SamplingParams } from "../../domain/completions/completion.ts";
import type { Sample } from "../../domain/dataset.ts";

/** Which solved examples stand before which sample; `position` counts the set's samples from 0. */
export type ShotChoice = (sample: Sample, position: number) => readonly Sample[];

/** How a protocol picks its examples out of those that stand beside a dataset's samples. */
export interface ShotRule {
  /** How many stand before each sample. */
  readonly count: number;
  /** What is needed, as an error's words go on: "needs …". */
  readonly needs: string;
  /** Whether a sample of that group (undefined: of none) can be given its examples. */
  serves(pool: readonly Sample[], group: string | undefined): boolean;
  /** Prepares the choice once for a whole benchmark. */
  choose(pool: readonly Sample[]): ShotChoice;
}

/** What all samples of a set must have to be asked this way, or (false) none may have. */
export interface SampleNeeds {
  readonly choices: boolean;
  readonly group?: true;
  readonly context?: true;
}

/**
 * How a sample becomes a prompt and an output an answer. Results under two protocols are not comparable,
 * so each result names its own.
 */
export interface Protocol {
  readonly name: string;
  readonly description: string;
  /** Whose form it is. */
  readonly source: string;
  readonly needs: SampleNeeds;
  /** Absent: the question stands alone. */
  readonly shots?: ShotRule;
  /** What the reference asks with, which a caller's own parameters replace. Never a `max_tokens`. */
  readonly params?: Pick<SamplingParams, "stop" | "temperature">;
  prompt(sample: Sample, shots?: readonly Sample[]): Message[];
  /** The final answer in the output, in the form of `sample.expected` (a letter for choices); null if there is none. */
  extract(output: string, sample: Sample): string | null;
  /** The choice of a letter as an obedient model would write it; absent: `ANSWER: $LETTER`. */
  write?(letter: string): string;
}

const user = (content: string): Message[] => [{ role: "user", content }];
/** A prompt of one turn. */
export const userPrompt =
  (text: (sample: Sample, shots: readonly Sample[]) => string): Protocol["prompt"] =>
  (sample, shots = []) =>
    user(text(sample, shots));

/**
 * The answer in an output. What follows one of the protocol's stop sequences is no part of it: where a provider
 * can't stop, or the caller had it leave them out, the answer is the same.
 */
export function answerIn({ params, extract }: Protocol, output: string, sample: Sample): string | null {
  const ends = (params?.stop ?? []).map((stop) => output.indexOf(stop)).filter((end) => end >= 0);
  return extract(output.slice(0, Math.min(output.length, ...ends)), sample);
}
