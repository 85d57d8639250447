import { badField } from "../../base/errors.ts";
import { unknownName } from "../../base/nearest.ts";
import { createAsking, protocolsOf } from "../../datasets/asking.ts";
import { hubDatasets } from "../../datasets/hub-datasets.ts";
import type { Protocol } from "../../datasets/protocols/protocol.ts";
import type { Sample } from "../../domain/dataset.ts";
import type { DatasetRow, DatasetStore } from "../../store/datasets.ts";

type Store = Pick<DatasetStore, "shots" | "groups">;

const SAME_FOR_ALL =
  "can't be chosen for a dataset that has samples with choices and without: each comes under its own";

/** The protocol by its name; BAD_REQUEST listing those that the dataset's samples can be asked by. */
export function requireProtocol(name: string, dataset: string, accepted: readonly Protocol[]): Protocol {
  const protocol = accepted.find((known) => known.name === name);
  if (protocol) return protocol;
  if (accepted.length === 0) throw badField("protocol", SAME_FOR_ALL, { accepted: [] });
  throw unknownName(
    "protocol",
    "protocol",
    name,
    accepted.map((known) => known.name),
    `of '${dataset}'`,
  );
}

/** How a file of examples is brought along: of a canonical set, which one that is. */
function howToBring({ name }: DatasetRow): string {
  const split = hubDatasets.find((set) => set.name === name)?.shots;
  const file = split === undefined ? "them" : `the split '${split}'`;
  return `Send ${file} along in the form field 'shots' when the dataset is uploaded.`;
}

/** Those that a stored dataset can be asked by as it is, its default first: an upload may lack examples. */
export const servedBy = (row: DatasetRow): Protocol[] =>
  protocolsOf(row).filter(({ shots }) => !shots || row.shots !== null);

async function refuseWithoutShots(
  store: Store,
  row: DatasetRow,
  group: string | null,
  protocol: Protocol,
): Promise<void> {
  const { shots: rule, needs } = protocol;
  if (!rule) return;
  const pool = row.shots ? await store.shots(row.dataset_id) : [];
  const asked = group !== null ? [group] : needs.group ? await store.groups(row.dataset_id) : [undefined];
  const unserved = asked.find((each) => !rule.serves(pool, each));
  if (asked.every((each) => rule.serves(pool, each))) return;
  const where = unserved === undefined ? "" : `, which '${unserved}' lacks`;
  throw badField(
    "protocol",
    `'${protocol.name}' needs ${rule.needs} of '${row.name}'${where}. ${howToBring(row)}`,
    { value: protocol.name },
  );
}

/**
 * The protocol of a benchmark over a dataset or one group of it: the one named, else the dataset's default; null where
 * each sample comes under its own. BAD_REQUEST for a name that is not accepted, and for one whose examples are missing.
 */
export async function chooseProtocol(
  store: Store,
  row: DatasetRow,
  group: string | null,
  name: string | undefined,
): Promise<string | null> {
  const protocol = name === undefined ? servedBy(row)[0] : requireProtocol(name, row.name, protocolsOf(row));
  if (!protocol) return null;
  await refuseWithoutShots(store, row, group, protocol);
  return protocol.name;
}

/** How a benchmark's samples are asked under the protocol that was chosen for it. */
export async function askingFor(
  store: Pick<DatasetStore, "shots">,
  row: DatasetRow,
  name: string | null | undefined,
) {
  if (!name) return createAsking(undefined, []);
  const protocol = protocolsOf(row).find((known) => known.name === name);
  if (!protocol) throw new Error(`Protocol ${name} of dataset ${row.dataset_id} is gone.`);
  const pool: readonly Sample[] = protocol.shots ? await store.shots(row.dataset_id) : [];
  return createAsking(protocol, pool);
}
