import type { Message } from "../domain/completions/chat.ts";
import type { Dataset, ProtocolListing, Sample } from "../domain/dataset.ts";
import type { HubDataset } from "./hub-dataset.ts";
import { findHubDataset, hubDatasets } from "./hub-datasets.ts";
import { auto, multipleChoice, questionAnswer } from "./protocols/auto.ts";
import { zeroShot } from "./protocols/multiple-choice.ts";
import type { Protocol, SampleNeeds } from "./protocols/protocol.ts";

/** The protocols for samples of any set; `auto` is the default of uploads. */
export const PROTOCOLS = {
  auto,
  multiple_choice: multipleChoice,
  question_answer: questionAnswer,
  zero_shot: zeroShot,
} satisfies Record<string, Protocol>;

type Stored = Pick<Dataset, "name" | "samples" | "fields">;

function meets({ choices, group, context }: SampleNeeds, { samples, fields }: Stored): boolean {
  const wanted = { choices, group: group ?? null, context: context ?? null };
  return (["choices", "group", "context"] as const).every(
    (field) => wanted[field] === null || fields[field] === (wanted[field] ? samples : 0),
  );
}

/** The canonical sets' protocols by qualified names such as `mmlu/cot`, for datasets of other names. */
const BORROWED: readonly Protocol[] = hubDatasets.flatMap((set) =>
  set.protocols
    .filter(({ read, own_set_only }) => !own_set_only && read !== zeroShot.read)
    .map((protocol) => ({ ...protocol, name: `${set.name}/${protocol.name}` })),
);

/**
 * Returns the protocols that a benchmark over a dataset may name, its default first: those of the canonical set of that
 * name, or `auto`; then the general ones, then those of other canonical sets. All of the dataset's samples must meet
 * their needs.
 */
export function protocolsOf(dataset: Stored): Protocol[] {
  const own = (findHubDataset(dataset.name)?.protocols ?? []).filter(({ needs }) => meets(needs, dataset));
  const names = new Set(own.map(({ name }) => name));
  const others = [...Object.values(PROTOCOLS), ...BORROWED].filter(
    ({ name, needs }) => !names.has(name) && !name.startsWith(`${dataset.name}/`) && meets(needs, dataset),
  );
  return [...own, ...others];
}

/** Returns the protocols of a canonical set that is not fetched yet: its samples have what its own protocols need. */
export function protocolsOfSet({ name, size, protocols }: HubDataset): Protocol[] {
  const has = (field: "choices" | "group" | "context") =>
    protocols.some(({ needs }) => needs[field] === true) ? size : 0;
  const fields = { choices: has("choices"), expected: size, context: has("context"), group: has("group") };
  return protocolsOf({ name, samples: size, fields });
}

/** Returns the protocol of that name, with or without the name of its set; undefined if there is none. */
export const findProtocol = (name: string, accepted: readonly Protocol[]): Protocol | undefined =>
  accepted.find((protocol) => protocol.name === name) ??
  accepted.find((protocol) => protocol.name.endsWith(`/${name}`));

/**
 * Returns the names of the protocols that a benchmark's samples come under: the chosen one. Benchmarks from before `auto`
 * chose none; their samples came under `multiple_choice` or `question_answer`, each by its form.
 */
export const protocolNamesOf = (
  { samples, fields }: Pick<Dataset, "samples" | "fields">,
  chosen?: string | null,
): string[] =>
  chosen
    ? [chosen]
    : [
        ...(fields.choices > 0 ? [multipleChoice.name] : []),
        ...(fields.choices < samples ? [questionAnswer.name] : []),
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
 * Creates the function that says how each sample of one benchmark is asked. `position` counts the dataset's samples from
 * 0; `pool` are the solved examples beside them.
 */
export function createAsking(
  protocol: Protocol,
  pool: readonly Sample[],
): (sample: Sample, position: number) => Asking {
  const shotsFor = protocol.shots?.choose(pool);
  return (sample, position) => ({
    protocol,
    messages: protocol.prompt(sample, shotsFor?.(sample, position) ?? []),
  });
}
