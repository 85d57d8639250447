import { protocolsOf, protocolsOfSet, toProtocolListing } from "../../datasets/asking.ts";
import type { BuiltinDataset } from "../../datasets/dataset.ts";
import type { HubDataset } from "../../datasets/hub-dataset.ts";
import { findHubDataset, hubDatasets } from "../../datasets/hub-datasets.ts";
import { builtins, findBuiltin } from "../../datasets/index.ts";
import type { DatasetListing } from "../../domain/dataset.ts";
import type { DatasetRow } from "../../store/datasets.ts";
import { type HubDatasets, shareOf } from "./hub.ts";
import { servedBy } from "./protocols.ts";

const NOT_STORED = {
  dataset_id: null,
  content_hash: null,
  license: null,
  homepage: null,
  revision: null,
  shots: null,
  status: "available",
  progress: null,
  error: null,
  created_at: null,
} as const;

/** Returns the description of a canonical set; an upload has none. */
function descriptionOf({ source, name }: DatasetRow): string {
  if (source === "builtin") return findBuiltin(name)?.dataset.description ?? "";
  return source === "hub" ? (findHubDataset(name)?.description ?? "") : "";
}

/** Lists a built-in set. All its samples have the fields of the first one. */
function listBuiltin({ name, description, size, samples }: BuiltinDataset): DatasetListing {
  const [first] = samples(new URLSearchParams());
  const fields = { choices: first?.choices ? size : 0, expected: size, context: 0, group: size };
  const protocols = protocolsOf({ name, samples: size, fields }).map(toProtocolListing);
  return { ...NOT_STORED, name, description, samples: size, source: "builtin", protocols };
}

/** Lists datasets: those that are stored, and canonical ones that are not yet created or fetched. */
export function createDatasetCatalogue(hub: HubDatasets) {
  function listHub(set: HubDataset): DatasetListing {
    const { name, description, license, size } = set;
    const { status, error, ...progress } = hub.state(set);
    return {
      ...NOT_STORED,
      name,
      description,
      license,
      samples: size,
      source: "hub",
      status,
      error,
      homepage: hub.addressOf(set),
      progress: status === "downloading" ? shareOf(progress) : null,
      protocols: protocolsOfSet(set).map(toProtocolListing),
    };
  }

  function listStored(row: DatasetRow): DatasetListing {
    const { name, dataset_id, samples, content_hash, source, created_at, revision, shots } = row;
    const set = source === "hub" ? findHubDataset(name) : undefined;
    return {
      name,
      dataset_id,
      samples,
      content_hash,
      source,
      created_at,
      revision,
      description: descriptionOf(row),
      license: set?.license ?? null,
      homepage: set ? hub.addressOf(set) : null,
      shots: shots?.count ?? null,
      status: "ready",
      progress: null,
      error: null,
      protocols: servedBy(row).map(toProtocolListing),
    };
  }

  return {
    listStored,
    listHub,
    /** Lists all datasets; those that are not stored come first. */
    all(stored: readonly DatasetRow[]): DatasetListing[] {
      const taken = new Set(stored.map(({ name }) => name));
      const isFree = ({ name }: { name: string }) => !taken.has(name);
      return [
        ...builtins.filter(isFree).map(listBuiltin),
        ...hubDatasets.filter(isFree).map(listHub),
        ...stored.map(listStored),
      ];
    },
  };
}
