import type { Message } from "../domain/completions/chat.ts";
import type { Dataset, ProtocolListing, Sample } from "../domain/dataset.ts";
import { findHubDataset } from "./hub-datasets.ts";
import { multipleChoice } from "./protocols/multiple-choice.ts";
import type { Protocol, SampleNeeds } from "./protocols/protocol.ts";
import { questionAnswer } from "./protocols/question-answer.ts";

export const PROTOCOLS = {
  multiple_choice: multipleChoice,
  question_answer: questionAnswer,
} satisfies Record<string, Protocol>;

/** The protocol of a sample of any set: by whether it has choices. */
export const protocolFor = ({ choices }: Pick<Sample, "choices">): Protocol =>
  choices === undefined ? PROTOCOLS.question_answer : PROTOCOLS.multiple_choice;

type Stored = Pick<Dataset, "name" | "samples" | "fields">;

function meets({ choices, group, context }: SampleNeeds, { samples, fields }: Stored): boolean {
  const wanted = { choices, group: group ?? null, context: context ?? null };
  return (["choices", "group", "context"] as const).every(
    (field) => wanted[field] === null || fields[field] === (wanted[field] ? samples : 0),
  );
}

/**
 * The protocols that a benchmark over a dataset may name, its default first: the canonical set's of that name, whoever
 * uploaded it, or else those for any samples. Only what all its samples can be asked by: none of a mixed set's.
 */
export function protocolsOf(dataset: Stored): Protocol[] {
  const fitting = (protocols: readonly Protocol[]) => protocols.filter(({ needs }) => meets(needs, dataset));
  const own = fitting(findHubDataset(dataset.name)?.protocols ?? []);
  return own.length > 0 ? own : fitting(Object.values(PROTOCOLS));
}

/** The names of the protocols that a dataset's samples come under: the one chosen for all of them, else each its own. */
export const protocolNamesOf = (
  { samples, fields }: Pick<Dataset, "samples" | "fields">,
  chosen?: string | null,
): string[] =>
  chosen
    ? [chosen]
    : [
        ...(fields.choices > 0 ? [PROTOCOLS.multiple_choice.name] : []),
        ...(fields.choices < samples ? [PROTOCOLS.question_answer.name] : []),
      ];

export const toProtocolListing = ({ name, description, source }: ProtocolListing): ProtocolListing => ({
  name,
  description,
  source,
});

/** How one sample is asked: the protocol it comes under, and the prompt with its examples. */
export interface Asking {
  protocol: Protocol;
  messages: Message[];
}

/**
 * How the samples of one benchmark are asked, `position` counting the dataset's from 0. Without a protocol each comes
 * under its own; `pool` are the solved examples beside the dataset's samples.
 */
export function createAsking(
  protocol: Protocol | undefined,
  pool: readonly Sample[],
): (sample: Sample, position: number) => Asking {
  const shotsFor = protocol?.shots?.choose(pool);
  return (sample, position) => {
    const chosen = protocol ?? protocolFor(sample);
    return { protocol: chosen, messages: chosen.prompt(sample, shotsFor?.(sample, position) ?? []) };
  };
}
