import { AppError } from "../../base/errors.ts";
import { canonicalJson } from "../../base/hash.ts";
import { newId } from "../../base/ids.ts";
import { now } from "../../base/time.ts";
import type { AnswerPattern } from "../../domain/answers/answer-pattern.ts";
import type { Dataset, Sample } from "../../domain/dataset.ts";
import type { DatasetRow, DatasetStore } from "../../store/datasets.ts";

export interface NewDataset {
  name: string;
  source: Dataset["source"];
  created_by: string;
  revision?: string;
  choice_seed?: number | undefined;
  answer_pattern?: AnswerPattern | undefined;
}

/** The content of a dataset: its samples, and solved examples if it has some. */
export interface DatasetContent {
  samples: Iterable<Sample>;
  shots?: Iterable<Sample> | undefined;
}

interface Written {
  count: number;
  content_hash: string;
}

/** A part is written with this many samples or characters: enough for a fast commit, few enough for a short one. */
const SAMPLES_PER_WRITE = 250;
const CHARACTERS_PER_WRITE = 1_000_000;
const COUNTED = ["choices", "expected", "context", "group"] as const;

const clashError = (name: string): AppError =>
  new AppError("CONFLICT", `A dataset named '${name}' with other content exists. Choose another name.`, {
    field: "name",
  });

/** Writes datasets as a whole: an import that is killed leaves no dataset. */
export function createDatasetWriter(store: DatasetStore) {
  /** Writes samples in parts. Returns their number and the hash of their content. */
  async function writeAll(
    samples: Iterable<Sample>,
    write: (from: number, part: Sample[]) => Promise<unknown>,
    onSample: (sample: Sample, bytes: number) => void,
  ): Promise<Written> {
    const hasher = new Bun.CryptoHasher("sha256");
    let count = 0;
    let part: Sample[] = [];
    let characters = 0;
    const flush = async () => {
      if (part.length > 0) await write(count - part.length, part);
      part = [];
      characters = 0;
    };
    for (const sample of samples) {
      const line = `${canonicalJson(sample)}\n`;
      hasher.update(line);
      onSample(sample, Buffer.byteLength(line));
      count++;
      characters += line.length;
      const isFull = part.push(sample) === SAMPLES_PER_WRITE || characters >= CHARACTERS_PER_WRITE;
      if (isFull) await flush();
    }
    await flush();
    return { count, content_hash: hasher.digest("hex") };
  }

  /** Writes all samples and solved examples of a dataset. Deletes them again if this fails. */
  async function writeContent(
    dataset_id: string,
    { samples, shots }: DatasetContent,
    spend: (bytes: number) => void,
  ) {
    const fields = { choices: 0, expected: 0, context: 0, group: 0 };
    function countFields(sample: Sample, bytes: number): void {
      spend(bytes);
      for (const name of COUNTED) fields[name] += sample[name] === undefined ? 0 : 1;
    }
    try {
      const addShots = (from: number, part: Sample[]) => store.addShots(dataset_id, from, part);
      const examples = shots ? await writeAll(shots, addShots, (_, bytes) => spend(bytes)) : null;
      const add = (from: number, part: Sample[]) => store.addSamples(dataset_id, from, part);
      return { fields, shots: examples, written: await writeAll(samples, add, countFields) };
    } catch (error) {
      await store.dropSamples(dataset_id);
      throw error;
    }
  }

  /** Adds the row of a dataset whose samples are written, or returns the stored dataset of the same content. */
  async function addRow(row: DatasetRow): Promise<{ row: DatasetRow; created: boolean }> {
    if (await store.addUnlessNamed(row)) return { row, created: true };
    const named = await store.findName(row.name);
    // The other dataset was removed in between, and the name is free again.
    if (!named) return addRow(row);
    await store.dropSamples(row.dataset_id);
    const isSame =
      named.content_hash === row.content_hash &&
      named.shots?.content_hash === row.shots?.content_hash &&
      canonicalJson(named.answer_pattern) === canonicalJson(row.answer_pattern);
    if (!isSame) throw clashError(row.name);
    return { row: named, created: false };
  }

  /**
   * Writes the samples first and the dataset last, so that every dataset is whole. The same content under the same name
   * returns the stored dataset; other content is CONFLICT. `spend` is called with the bytes of each sample before it is
   * written; what it throws ends the import.
   */
  return async function save(
    { revision = "", choice_seed, answer_pattern, ...about }: NewDataset,
    content: DatasetContent,
    spend: (bytes: number) => void = () => undefined,
  ): Promise<{ row: DatasetRow; created: boolean }> {
    const dataset_id = newId();
    const { fields, shots, written } = await writeContent(dataset_id, content, spend);
    return addRow({
      dataset_id,
      ...about,
      samples: written.count,
      fields,
      content_hash: written.content_hash,
      shots,
      revision: revision || null,
      choice_seed: choice_seed ?? null,
      answer_pattern: answer_pattern ?? null,
      created_at: now(),
    });
  };
}

export type SaveDataset = ReturnType<typeof createDatasetWriter>;
