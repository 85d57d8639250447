import { AppError, badField, notFound } from "../../base/errors.ts";
import { unknownName } from "../../base/nearest.ts";
import { findHubDataset, hubDatasets, refusalOfSet } from "../../datasets/hub-datasets.ts";
import { builtins, findBuiltin } from "../../datasets/index.ts";
import type { Dataset, DatasetListing, Sample } from "../../domain/dataset.ts";
import { ID_PATTERN } from "../../domain/fields.ts";
import { type Page, type PageRequest, pageOfAll } from "../../domain/page.ts";
import { authorize, type Caller, OPERATOR } from "../../domain/permissions.ts";
import type { DatasetRow, DatasetStore } from "../../store/datasets.ts";
import { createDatasetCatalogue } from "./catalogue.ts";
import type { HubDatasets } from "./hub.ts";
import { chooseProtocol, requireProtocol } from "./protocols.ts";
import { readUpload } from "./upload.ts";
import type { SaveDataset } from "./writer.ts";

/** A dataset as a benchmark names it: all of its samples, or those of one group, and how they are asked. */
export interface ResolvedDataset {
  row: DatasetRow;
  group: string | null;
  samples: number;
  /** Null where each sample comes under a protocol of its own. */
  protocol: string | null;
}

const isId = (name: string): boolean => new RegExp(ID_PATTERN).test(name);

export function createDatasets(store: DatasetStore, save: SaveDataset, hub: HubDatasets) {
  const importing = new Map<string, Promise<DatasetRow>>();
  const catalogue = createDatasetCatalogue(hub);

  async function find(id: string): Promise<DatasetRow> {
    const row = await store.find(id);
    if (!row) throw notFound("dataset", id);
    return row;
  }

  /** Makes a built-in set on its first use; those who ask at the same time wait for the same making. */
  function importBuiltin(name: string): Promise<DatasetRow> | undefined {
    const running = importing.get(name);
    if (running) return running;
    const builtin = findBuiltin(name);
    if (!builtin) return undefined;
    const about = { name, source: "builtin", created_by: OPERATOR.id } as const;
    const made = save(about, { samples: builtin.samples() })
      .then(({ row }) => row)
      .finally(() => importing.delete(name));
    importing.set(name, made);
    return made;
  }

  /** Fetches a canonical set; a protocol that it doesn't have is refused before that. */
  async function fetchFromHub(name: string, protocol?: string): Promise<DatasetRow | undefined> {
    const set = findHubDataset(name);
    if (!set) return undefined;
    if (protocol !== undefined) requireProtocol(protocol, name, set.protocols);
    return hub.require(set);
  }

  async function stored(name: string): Promise<DatasetRow | undefined> {
    const byId = isId(name) ? await store.find(name) : undefined;
    return byId ?? (await store.findName(name));
  }

  async function unknown(name: string): Promise<AppError> {
    // A slip of the pen is looked for in the name alone, without its settings.
    const [base = name] = name.split("?");
    const refusal = refusalOfSet(base.toLowerCase());
    if (refusal) return badField("dataset", `'${base}' ${refusal}`);
    const known = [...(await store.all()), ...builtins, ...hubDatasets].map((dataset) => dataset.name);
    return unknownName("dataset", "dataset", base, [...new Set(known)]);
  }

  async function whole(name: string, protocol?: string): Promise<DatasetRow> {
    const row = (await stored(name)) ?? (await importBuiltin(name)) ?? (await fetchFromHub(name, protocol));
    if (!row) throw await unknown(name);
    return row;
  }

  /** A group's name may hold slashes, a dataset's can't. */
  async function groupOf(name: string, slash: number, protocol?: string) {
    const row = await whole(name.slice(0, slash), protocol);
    const group = name.slice(slash + 1);
    const samples = (await store.positionsOfGroup(row.dataset_id, group)).length;
    if (samples === 0)
      throw unknownName("dataset", "group", group, await store.groups(row.dataset_id), `of '${row.name}'`);
    return { row, group, samples };
  }

  async function samplesOf(name: string, protocol?: string) {
    const slash = name.indexOf("/");
    if (slash >= 0) return groupOf(name, slash, protocol);
    const row = await whole(name, protocol);
    return { row, group: null, samples: row.samples };
  }

  return {
    /** Stores an upload. The same content under the same name is the dataset that is there; other content is CONFLICT. */
    async create(caller: Caller, body: unknown): Promise<{ dataset: Dataset; created: boolean }> {
      authorize(caller, "datasets.create");
      const { name, choice_seed, ...content } = await readUpload(body);
      const about = { name, source: "upload", created_by: caller.id, choice_seed } as const;
      const { row, created } = await save(about, content);
      return { dataset: row, created };
    },
    /**
     * Makes or fetches a set that is known by name, for whoever wants it before a benchmark does. Answers where it
     * stands: `ready`, or `downloading` if that takes longer than callers wait.
     */
    async fetch(caller: Caller, name: string): Promise<DatasetListing> {
      authorize(caller, "datasets.create");
      const set = (await stored(name)) ? undefined : findHubDataset(name);
      if (!set) return catalogue.listStored(await whole(name));
      const row = await hub.attempt(set);
      return row ? catalogue.listStored(row) : catalogue.listHub(set);
    },
    /**
     * The dataset behind a name, an id or a built-in's `name?settings`, or of these a group behind a slash, and the
     * protocol its samples are asked by. BAD_REQUEST if there is none; SERVICE_UNAVAILABLE if it can't be fetched, or
     * not within the time that callers wait.
     */
    async resolve(name: string, protocol?: string): Promise<ResolvedDataset> {
      const found = await samplesOf(name, protocol);
      return { ...found, protocol: await chooseProtocol(store, found.row, found.group, protocol) };
    },
    async list(caller: Caller, request: PageRequest): Promise<Page<DatasetListing>> {
      authorize(caller, "datasets.read");
      return pageOfAll(catalogue.all(await store.all()), request);
    },
    async get(caller: Caller, id: string): Promise<Dataset> {
      authorize(caller, "datasets.read");
      return find(id);
    },
    async samples(caller: Caller, id: string, request: PageRequest): Promise<Page<Sample>> {
      authorize(caller, "datasets.read");
      return store.samplesPage(await find(id), request);
    },
    /** Removes a dataset; CONFLICT while a benchmark was made over it, whose trials it explains. */
    async remove(caller: Caller, id: string): Promise<void> {
      authorize(caller, "datasets.change");
      const row = await find(id);
      authorize(caller, "datasets.change", row.created_by);
      if (!(await store.removeUnlessUsed(id))) {
        await find(id);
        throw new AppError("CONFLICT", "Benchmarks were made over this dataset: delete them first.", {
          dataset: id,
        });
      }
      await store.dropSamples(id);
    },
  };
}

export type Datasets = ReturnType<typeof createDatasets>;
