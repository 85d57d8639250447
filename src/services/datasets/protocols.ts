import { badField } from "../../base/errors.ts";
import { unknownName } from "../../base/nearest.ts";
import { createAsking, findProtocol, PROTOCOLS, protocolsOf } from "../../datasets/asking.ts";
import { hubDatasets } from "../../datasets/hub-datasets.ts";
import type { Protocol } from "../../datasets/protocols/protocol.ts";
import { createPatternReader } from "../../domain/answers/answer-pattern.ts";
import type { Sample } from "../../domain/dataset.ts";
import type { DatasetRow, DatasetStore } from "../../store/datasets.ts";

type Store = Pick<DatasetStore, "shots" | "groups">;

/** Returns the protocol of that name. Throws BAD_REQUEST, listing the accepted names, for any other. */
export function requireProtocol(name: string, dataset: string, accepted: readonly Protocol[]): Protocol {
  const protocol = findProtocol(name, accepted);
  if (protocol) return protocol;
  throw unknownName("protocol", "protocol", name, {
    known: accepted.map((known) => known.name),
    where: `of '${dataset}'`,
  });
}

/** Explains how to upload solved examples; for a canonical set it names the file. */
function shotsAdvice({ name }: DatasetRow): string {
  const split = hubDatasets.find((set) => set.name === name)?.shots;
  const file = split === undefined ? "them" : `the split '${split}'`;
  return `Upload the dataset with ${file} in the form field 'shots'`;
}

/** Returns the protocols that a stored dataset can serve, its default first. An upload may lack solved examples. */
export const servedBy = (row: DatasetRow): Protocol[] =>
  protocolsOf(row).filter(({ shots }) => !shots || row.shots !== null);

/** A dataset, or one group of it. */
interface Samples {
  row: DatasetRow;
  group: string | null;
}

/** Throws BAD_REQUEST if the dataset lacks the solved examples that the protocol shows. */
async function refuseWithoutShots(store: Store, { row, group }: Samples, protocol: Protocol): Promise<void> {
  const { shots: rule, needs } = protocol;
  if (!rule) return;
  const pool = row.shots ? await store.shots(row.dataset_id) : [];
  const groups = group !== null ? [group] : needs.group ? await store.groups(row.dataset_id) : [undefined];
  const unserved = groups.find((name) => !rule.serves(pool, name));
  if (groups.every((name) => rule.serves(pool, name))) return;
  const lacking = unserved === undefined ? "" : `, but '${unserved}' has too few`;
  throw badField(
    "protocol",
    `'${protocol.name}' needs ${rule.needs} of '${row.name}'${lacking}. ${shotsAdvice(row)}`,
    { value: protocol.name },
  );
}

/**
 * Returns the name of the protocol for the samples: the named one, else the dataset's default. Throws BAD_REQUEST for a
 * name that is not accepted, and for a protocol whose solved examples are missing.
 */
export async function chooseProtocol(
  store: Store,
  samples: Samples,
  name: string | undefined,
): Promise<string> {
  const { row } = samples;
  const protocol = name === undefined ? servedBy(row)[0]! : requireProtocol(name, row.name, protocolsOf(row));
  await refuseWithoutShots(store, samples, protocol);
  return protocol.name;
}

/** Returns the protocol of a stored benchmark; those from before `auto` name none, and their samples come under it now. */
export function protocolOf(row: DatasetRow, name: string | null | undefined): Protocol {
  const protocol = name ? protocolsOf(row).find((known) => known.name === name) : PROTOCOLS.auto;
  if (protocol) return protocol;
  throw new Error(`The dataset ${row.dataset_id} does not have its protocol ${name} any more.`);
}

/** Reads by the dataset's own pattern, if it has one; the protocols of references keep their own rule. */
function withPatternOf({ answer_pattern }: DatasetRow, protocol: Protocol): Protocol {
  if (!answer_pattern || protocol.read !== PROTOCOLS.auto.read) return protocol;
  return { ...protocol, read: createPatternReader(answer_pattern, "answer_pattern") };
}

/** Returns how the samples are asked under the protocol of that name. */
export async function askingFor(
  store: Pick<DatasetStore, "shots">,
  row: DatasetRow,
  name: string | null | undefined,
) {
  const protocol = protocolOf(row, name);
  const pool: readonly Sample[] = protocol.shots ? await store.shots(row.dataset_id) : [];
  return createAsking(withPatternOf(row, protocol), pool);
}
