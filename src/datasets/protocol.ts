import type { Message } from "../domain/chat.ts";
import type { Sample } from "../domain/dataset.ts";

/**
 * How a sample becomes a prompt and an output an answer. Results under two protocols are not comparable,
 * so each result names its own.
 */
export interface Protocol {
  readonly name: string;
  readonly description: string;
  /** Whose form it is. */
  readonly source: string;
  prompt(sample: Sample): Message[];
  /** The final answer in the output, in the form of `sample.expected` (a letter for choices); null if there is none. */
  extract(output: string, sample: Sample): string | null;
}
