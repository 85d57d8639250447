import { AppError, badField, requireFound } from "../../base/errors.ts";
import { unknownName } from "../../base/nearest.ts";
import { protocolsOfSet } from "../../datasets/asking.ts";
import { findHubDataset, hubDatasets, refusalOfSet } from "../../datasets/hub-datasets.ts";
import { builtins, findBuiltin } from "../../datasets/index.ts";
import type { Dataset, DatasetListing, Sample, SampleListing } from "../../domain/dataset.ts";
import { ID_PATTERN } from "../../domain/fields.ts";
import { type Page, type PageRequest, pageOf, pageOfAll } from "../../domain/page.ts";
import { authorize, type Caller, OPERATOR } from "../../domain/permissions.ts";
import type { DatasetRow, DatasetStore } from "../../store/datasets.ts";
import { createDatasetCatalogue } from "./catalogue.ts";
import type { HubDatasets } from "./hub.ts";
import { chooseProtocol, requireProtocol } from "./protocols.ts";
import { createUploadQuota } from "./quota.ts";
import { readUpload } from "./upload.ts";
import type { SaveDataset } from "./writer.ts";

/** A dataset as a benchmark uses it: all of its samples or those of one group, and how they are asked. */
export interface ResolvedDataset {
  row: DatasetRow;
  group: string | null;
  samples: number;
  /** The name of the protocol that all samples are asked by. */
  protocol: string;
}

const isId = (name: string): boolean => new RegExp(ID_PATTERN).test(name);

/** Creates, imports, finds and removes datasets. */
export function createDatasets(
  store: DatasetStore,
  { save, hub, quota_mb = 0 }: { save: SaveDataset; hub: HubDatasets; quota_mb?: number },
) {
  const quota = createUploadQuota(store, quota_mb);
  const importing = new Map<string, Promise<DatasetRow>>();
  const catalogue = createDatasetCatalogue(hub);

  async function find(id: string): Promise<DatasetRow> {
    return requireFound(await store.find(id), "dataset", id);
  }

  /** Creates a built-in set on its first use. Callers at the same time share one import. */
  function importBuiltin(name: string): Promise<DatasetRow> | undefined {
    const running = importing.get(name);
    if (running) return running;
    const builtin = findBuiltin(name);
    if (!builtin) return undefined;
    const about = { name, source: "builtin", created_by: OPERATOR.id } as const;
    const created = save(about, { samples: builtin.samples() })
      .then(({ row }) => row)
      .finally(() => importing.delete(name));
    importing.set(name, created);
    return created;
  }

  /** Downloads a canonical set. A protocol that the set does not have is refused before that. */
  async function fetchFromHub(name: string, protocol?: string): Promise<DatasetRow | undefined> {
    const set = findHubDataset(name);
    if (!set) return undefined;
    if (protocol !== undefined) requireProtocol(protocol, name, protocolsOfSet(set));
    return hub.require(set);
  }

  async function findStored(name: string): Promise<DatasetRow | undefined> {
    const byId = isId(name) ? await store.find(name) : undefined;
    return byId ?? (await store.findName(name));
  }

  /** Returns the error for an unknown name, with the known ones and the nearest. */
  async function unknownDataset(name: string): Promise<AppError> {
    // A misspelling is looked for in the name alone, without its settings.
    const [base = name] = name.split("?");
    const refusal = refusalOfSet(base.toLowerCase());
    if (refusal) return badField("dataset", `'${base}' ${refusal}`);
    const known_names = [...(await store.all()), ...builtins, ...hubDatasets].map((dataset) => dataset.name);
    return unknownName("dataset", "dataset", base, { known: [...new Set(known_names)] });
  }

  /** Returns the dataset of that name or id, which is created or downloaded if it is canonical. */
  async function requireDataset(name: string, protocol?: string): Promise<DatasetRow> {
    const row =
      (await findStored(name)) ?? (await importBuiltin(name)) ?? (await fetchFromHub(name, protocol));
    if (!row) throw await unknownDataset(name);
    return row;
  }

  /** Returns a group's samples. The name of a group may contain slashes, the name of a dataset can't. */
  async function groupOf(name: string, slash: number, protocol?: string) {
    const row = await requireDataset(name.slice(0, slash), protocol);
    const group = name.slice(slash + 1);
    const samples = (await store.positionsOfGroup(row.dataset_id, group)).length;
    if (samples === 0)
      throw unknownName("dataset", "group", group, {
        known: await store.groups(row.dataset_id),
        where: `of '${row.name}'`,
      });
    return { row, group, samples };
  }

  async function samplesOf(name: string, protocol?: string) {
    const slash = name.indexOf("/");
    if (slash >= 0) return groupOf(name, slash, protocol);
    const row = await requireDataset(name, protocol);
    return { row, group: null, samples: row.samples };
  }

  return {
    /** Stores an upload. The same content under the same name returns the stored dataset; other content is CONFLICT. */
    async create(caller: Caller, body: unknown): Promise<{ dataset: Dataset; created: boolean }> {
      authorize(caller, "datasets.create");
      const { name, choice_seed, answer_pattern, ...content } = await readUpload(body);
      const about = {
        name,
        source: "upload",
        created_by: caller.id,
        choice_seed,
        answer_pattern,
      } as const;
      const { row, created } = await save(about, content, await quota.open(caller));
      return { dataset: row, created };
    },
    /**
     * Creates or downloads a canonical set before a benchmark needs it. Returns its listing: `ready`, or `downloading` if
     * that takes longer than callers wait.
     */
    async fetch(caller: Caller, name: string): Promise<DatasetListing> {
      authorize(caller, "datasets.create");
      const set = (await findStored(name)) ? undefined : findHubDataset(name);
      if (!set) return catalogue.listStored(await requireDataset(name));
      const row = await hub.attempt(set);
      return row ? catalogue.listStored(row) : catalogue.listHub(set);
    },
    /**
     * Returns the dataset of a name, an id or a built-in set's `name?settings`, or one group of it (`name/group`), with
     * the protocol of its samples. Throws BAD_REQUEST for an unknown one, and SERVICE_UNAVAILABLE if it can't be downloaded
     * within the time that callers wait.
     */
    async resolve(name: string, protocol?: string): Promise<ResolvedDataset> {
      const found = await samplesOf(name, protocol);
      return { ...found, protocol: await chooseProtocol(store, found, protocol) };
    },
    async list(caller: Caller, request: PageRequest): Promise<Page<DatasetListing>> {
      authorize(caller, "datasets.read");
      return pageOfAll(catalogue.all(await store.all()), request);
    },
    async get(caller: Caller, id: string): Promise<Dataset> {
      authorize(caller, "datasets.read");
      return find(id);
    },
    /** Returns one page of the samples, without their long fields. */
    async samples(caller: Caller, id: string, request: PageRequest): Promise<Page<SampleListing>> {
      authorize(caller, "datasets.read");
      const { samples } = await find(id);
      return pageOf(await store.listedSamples.page(id, samples, request), samples, request);
    },
    /** Returns one sample whole. */
    async sample(caller: Caller, id: string, sample_id: string): Promise<Sample> {
      authorize(caller, "datasets.read");
      const { samples } = await find(id);
      return requireFound(await store.listedSamples.find(id, sample_id, samples), "sample", sample_id);
    },
    /** Removes a dataset. Throws CONFLICT if a benchmark uses it: the dataset explains that benchmark's trials. */
    async remove(caller: Caller, id: string): Promise<void> {
      authorize(caller, "datasets.change");
      const row = await find(id);
      authorize(caller, "datasets.change", row.created_by);
      if (!(await store.removeUnlessUsed(id))) {
        await find(id);
        throw new AppError("CONFLICT", "Benchmarks use this dataset. Delete them first.", {
          dataset: id,
        });
      }
      await store.dropSamples(id);
    },
  };
}

export type Datasets = ReturnType<typeof createDatasets>;
