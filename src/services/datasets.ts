import { builtins, findBuiltin } from "../datasets/index.ts";
import { columnsOf, samplesOfInputs, samplesOfRows } from "../datasets/mapping.ts";
import { formatOf, readRows } from "../datasets/sources/index.ts";
import {
  ColumnMapping,
  CreateDataset,
  type Dataset,
  type DatasetListing,
  DatasetName,
  type Sample,
} from "../domain/dataset.ts";
import { AppError, badField, notFound } from "../domain/errors.ts";
import { ID_PATTERN, newId, now } from "../domain/fields.ts";
import { canonicalJson } from "../domain/hash.ts";
import { unknownName } from "../domain/nearest.ts";
import { type Page, type PageRequest, pageOfAll } from "../domain/page.ts";
import { authorize, type Caller, OPERATOR } from "../domain/permissions.ts";
import { validator } from "../domain/validation.ts";
import type { DatasetRow, DatasetStore } from "../store/datasets.ts";

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

const createRequest = validator(CreateDataset);
const mappingOf = validator(ColumnMapping);
const nameOf = validator(DatasetName);

/** Checks one field of a form as a whole value, naming the field in the fault. */
function field<Value>(name: string, read: () => Value): Value {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const inner =
      typeof error.details.field === "string" && error.details.field ? `.${error.details.field}` : "";
    const fault = typeof error.details.fault === "string" ? error.details.fault : error.message;
    throw badField(
      `${name}${inner}`,
      fault,
      error.details.accepted === undefined ? {} : { accepted: error.details.accepted },
    );
  }
}

function parseMapping(text: unknown): ColumnMapping | undefined {
  if (text === undefined || text === "") return undefined;
  return field("mapping", () => {
    if (typeof text !== "string") throw badField("", "must be JSON text");
    try {
      return mappingOf(JSON.parse(text));
    } catch (error) {
      throw error instanceof SyntaxError ? badField("", `is not valid JSON: ${error.message}`) : error;
    }
  });
}

/** A form with a file, or a JSON body with samples. */
async function samplesOf(body: unknown): Promise<{ name: string; samples: Sample[] }> {
  if (typeof body !== "object" || body === null || !("file" in body)) {
    const { name, samples, expected_as } = createRequest(body);
    return { name, samples: await samplesOfInputs(samples, expected_as) };
  }
  const { file, name, format, mapping } = body as Record<string, unknown>;
  if (!(file instanceof Blob)) throw badField("file", "must be a file");
  const checked = field("name", () => nameOf(name));
  const columns = parseMapping(mapping);
  const filename = file instanceof File ? file.name : "";
  const kind = formatOf(filename, typeof format === "string" && format !== "" ? format : undefined);
  return { name: checked, samples: await samplesOfRows(readRows(file, kind, columnsOf(columns)), columns) };
}

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
    const same = await store.addUnlessNamed(row);
    if (same === null) return { row, created: true };
    await store.dropSamples(row.dataset_id);
    if (same.content_hash !== row.content_hash) throw clash(row.name);
    return { row: same, created: false };
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
    return (isId(name) ? await store.find(name) : await store.findName(name)) ?? importBuiltin(name);
  }

  async function unknown(name: string): Promise<AppError> {
    const stored = (await store.all()).map((row) => row.name);
    return unknownName("dataset", "dataset", name, [
      ...new Set([...stored, ...builtins.map((builtin) => builtin.name)]),
    ]);
  }

  async function groupOf(name: string): Promise<ResolvedDataset> {
    const slash = name.lastIndexOf("/");
    const row = slash === -1 ? undefined : await named(name.slice(0, slash));
    if (!row) throw await unknown(name);
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
      const { name, samples } = await samplesOf(body);
      const { row, created } = await save({ name, source: "upload", created_by: caller.id }, samples);
      return { dataset: row, created };
    },
    /** The dataset behind a name, an id, `name/group` or a built-in's `name?settings`; BAD_REQUEST if there is none. */
    async resolve(name: string): Promise<ResolvedDataset> {
      const row = await named(name);
      return row ? { row, group: null, samples: row.samples } : groupOf(name);
    },
    async list(caller: Caller, request: PageRequest): Promise<Page<DatasetListing>> {
      authorize(caller, "datasets.read");
      const stored = await store.all();
      const taken = new Set(stored.map((row) => row.name));
      const made = stored.map(
        ({ name, dataset_id, samples, content_hash, source, created_at }): DatasetListing => ({
          ...{ name, dataset_id, samples, content_hash, source, created_at },
          description: builtins.find((builtin) => builtin.name === name)?.description ?? "",
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
      if (await store.isUsed(id)) {
        throw new AppError("CONFLICT", "Benchmarks were made over this dataset: delete them first.", {
          dataset: id,
        });
      }
      await store.remove(id);
      await store.dropSamples(id);
    },
  };
}

export type Datasets = ReturnType<typeof createDatasets>;
