import type { Reading } from "../../domain/answers/rules.ts";
import { answerPart } from "../../domain/answers/thinking.ts";
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

/** What all samples of a set must have to be asked this way, or (false) none may have; null: either will do. */
export interface SampleNeeds {
  readonly choices: boolean | null;
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
  /**
   * Whether the prompt shows the sample's `context`. Absent: it does not, and plans and results count the samples that
   * have one.
   */
  readonly shows_context?: true;
  /** Whether the form suits only the set that it was written for, and no upload of another name. */
  readonly own_set_only?: true;
  /**
   * Reads the final answer from what an output says behind its thoughts, in the form of `sample.expected` (a letter for
   * choices).
   */
  read(output: string, sample: Sample): Reading;
  /** The choice of a letter as an obedient model would write it; absent: `ANSWER: $LETTER`. */
  write?(letter: string): string;
}

const user = (content: string): Message[] => [{ role: "user", content }];
/** A prompt of one turn. */
export const userPrompt =
  (text: (sample: Sample, shots: readonly Sample[]) => string): Protocol["prompt"] =>
  (sample, shots = []) =>
    user(text(sample, shots));

/** Makes the `read` of a protocol that keeps its reference's own rule, which returns null if it finds no answer. */
export const byRule =
  (extract: (output: string, sample: Sample) => string | null): Protocol["read"] =>
  (output, sample) => {
    const answer = extract(output, sample);
    return answer === null
      ? notRead("it has no answer in the form of its protocol")
      : { answer, read_by: "protocol" };
  };

const notRead = (finding: string): Reading => ({ answer: null, read_by: null, finding });

/**
 * Reads the answer in an output. Thoughts before it are left out; thoughts that do not end leave no answer. The output
 * ends at the first of the protocol's stop sequences, so that the answer is the same for providers that can't stop.
 */
export function readOutput(
  { params, read }: Pick<Protocol, "params" | "read">,
  output: string,
  sample: Sample,
): Reading {
  const { text, unfinished } = answerPart(output);
  if (unfinished) return notRead("its thoughts do not end");
  const ends = (params?.stop ?? []).map((stop) => text.indexOf(stop)).filter((end) => end >= 0);
  return read(text.slice(0, Math.min(text.length, ...ends)), sample);
}
