import { builtins, findBuiltin } from "../datasets/index.ts";
import type { Dataset, DatasetListing, Sample } from "../domain/dataset.ts";
import { AppError, notFound } from "../domain/errors.ts";
import { ID_PATTERN, newId, now } from "../domain/fields.ts";
import { canonicalJson } from "../domain/hash.ts";
import { unknownName } from "../domain/nearest.ts";
import { type Page, type PageRequest, pageOfAll } from "../domain/page.ts";
import { authorize, type Caller, OPERATOR } from "../domain/permissions.ts";
import type { DatasetRow, DatasetStore } from "../store/datasets.ts";
import { readUpload } from "./dataset-upload.ts";

/** A dataset as a benchmark names it: all of its samples, or those of one group. */
export interface ResolvedDataset {
  row: DatasetRow;
  group: string | null;
  samples: number;
}

interface NewDataset {
  name: string;
  source: Dataset["source"];
  created_by: string;
}

const SAMPLES_PER_WRITE = 250;
const isId = (name: string): boolean => new RegExp(ID_PATTERN).test(name);

export function createDatasets(store: DatasetStore) {
  const importing = new Map<string, Promise<DatasetRow>>();

  async function find(id: string): Promise<DatasetRow> {
    const row = await store.find(id);
    if (!row) throw notFound("dataset", id);
    return row;
  }

  const clash = (name: string): AppError =>
    new AppError("CONFLICT", `A dataset named '${name}' with other content exists. Choose another name.`, {
      field: "name",
    });

  /** Writes the samples first and the dataset last, so that a dataset that is there is whole. */
  async function save(
    about: NewDataset,
    samples: Iterable<Sample>,
  ): Promise<{ row: DatasetRow; created: boolean }> {
    const dataset_id = newId();
    const hasher = new Bun.CryptoHasher("sha256");
    const fields = { choices: 0, expected: 0, context: 0, group: 0 };
    let count = 0;
    let chunk: Sample[] = [];
    const flush = async () => {
      if (chunk.length > 0) await store.addSamples(dataset_id, count - chunk.length, chunk);
      chunk = [];
    };
    for (const sample of samples) {
      hasher.update(`${canonicalJson(sample)}\n`);
      for (const name of ["choices", "expected", "context", "group"] as const)
        fields[name] += sample[name] === undefined ? 0 : 1;
      count++;
      if (chunk.push(sample) === SAMPLES_PER_WRITE) await flush();
    }
    await flush();
    const row: DatasetRow = {
      dataset_id,
      ...about,
      samples: count,
      fields,
      content_hash: hasher.digest("hex"),
      created_at: now(),
    };
    return settle(row);
  }

  async function settle(row: DatasetRow): Promise<{ row: DatasetRow; created: boolean }> {
    if (await store.addUnlessNamed(row)) return { row, created: true };
    const named = await store.findName(row.name);
    // It was removed in between, and the name is free again.
    if (!named) return settle(row);
    await store.dropSamples(row.dataset_id);
    if (named.content_hash !== row.content_hash) throw clash(row.name);
    return { row: named, created: false };
  }

  /** Makes a built-in set on its first use; those who ask at the same time wait for the same making. */
  function importBuiltin(name: string): Promise<DatasetRow> | undefined {
    const running = importing.get(name);
    if (running) return running;
    const builtin = findBuiltin(name);
    if (!builtin) return undefined;
    const about = { name, source: "builtin", created_by: OPERATOR.id } as const;
    const made = save(about, builtin.samples())
      .then(({ row }) => row)
      .finally(() => importing.delete(name));
    importing.set(name, made);
    return made;
  }

  async function named(name: string): Promise<DatasetRow | undefined> {
    const byId = isId(name) ? await store.find(name) : undefined;
    return byId ?? (await store.findName(name)) ?? importBuiltin(name);
  }

  async function unknown(name: string): Promise<AppError> {
    const stored = (await store.all()).map((row) => row.name);
    // A slip of the pen is looked for in the name alone, without its settings.
    const [base = name] = name.split("?");
    return unknownName("dataset", "dataset", base, [
      ...new Set([...stored, ...builtins.map((builtin) => builtin.name)]),
    ]);
  }

  async function whole(name: string): Promise<ResolvedDataset> {
    const row = await named(name);
    if (!row) throw await unknown(name);
    return { row, group: null, samples: row.samples };
  }

  /** A group's name may hold slashes, a dataset's can't. */
  async function groupOf(name: string, slash: number): Promise<ResolvedDataset> {
    const { row } = await whole(name.slice(0, slash));
    const group = name.slice(slash + 1);
    const samples = (await store.positionsOfGroup(row.dataset_id, group)).length;
    if (samples === 0)
      throw unknownName("dataset", `group of '${row.name}'`, group, await store.groups(row.dataset_id));
    return { row, group, samples };
  }

  return {
    /** Stores an upload. The same content under the same name is the dataset that is there; other content is CONFLICT. */
    async create(caller: Caller, body: unknown): Promise<{ dataset: Dataset; created: boolean }> {
      authorize(caller, "datasets.create");
      const { name, samples } = await readUpload(body);
      const { row, created } = await save({ name, source: "upload", created_by: caller.id }, samples);
      return { dataset: row, created };
    },
    /** The dataset behind a name, an id or a built-in's `name?settings`, or of these a group behind a slash; BAD_REQUEST if there is none. */
    async resolve(name: string): Promise<ResolvedDataset> {
      const slash = name.indexOf("/");
      return slash === -1 ? whole(name) : groupOf(name, slash);
    },
    async list(caller: Caller, request: PageRequest): Promise<Page<DatasetListing>> {
      authorize(caller, "datasets.read");
      const stored = await store.all();
      const taken = new Set(stored.map((row) => row.name));
      const made = stored.map(
        ({ name, dataset_id, samples, content_hash, source, created_at }): DatasetListing => ({
          ...{ name, dataset_id, samples, content_hash, source, created_at },
          description: source === "builtin" ? (findBuiltin(name)?.dataset.description ?? "") : "",
        }),
      );
      const waiting = builtins
        .filter((builtin) => !taken.has(builtin.name))
        .map(({ name, description, size }): DatasetListing => {
          return {
            name,
            dataset_id: null,
            samples: size,
            content_hash: null,
            source: "builtin",
            description,
            created_at: null,
          };
        });
      return pageOfAll([...waiting, ...made], request);
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
