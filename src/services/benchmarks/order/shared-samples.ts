import type { SampleContentStore } from "../../../store/samples/sample-contents.ts";
import { createContentIndex } from "./content-index.ts";
import type { TrialOrder } from "./trial-order.ts";

/** Some samples of a dataset, by ascending positions. */
export interface SampleSelection {
  dataset_id: string;
  positions: Uint32Array;
}

type Contents = Pick<SampleContentStore, "contents">;

/** Returns the positions of the samples that an order asks, ascending. */
export function askedPositions({ at, samples, total }: TrialOrder): Uint32Array {
  const count = Math.min(samples, total);
  let highest = 0;
  for (let index = 0; index < count; index++) highest = Math.max(highest, at(index).position);
  const isAsked = new Uint8Array(highest + 1);
  for (let index = 0; index < count; index++) isAsked[at(index).position] = 1;
  const positions = new Uint32Array(count);
  let length = 0;
  for (let position = 0; position <= highest; position++)
    if (isAsked[position]) positions[length++] = position;
  return positions.subarray(0, length);
}

async function indexOf(store: Contents, { dataset_id, positions }: SampleSelection) {
  const index = createContentIndex(positions.length);
  for await (const contents of store.contents(dataset_id, positions))
    for (const { position, content } of contents) index.add(content, position);
  return index;
}

/**
 * Yields pairs of samples with the same input, choices, references and context. The first sample of a content pairs with
 * the first, the second with the second: a sample pairs once.
 */
export async function* sharedSamples(
  store: Contents,
  one: SampleSelection,
  other: SampleSelection,
): AsyncGenerator<{ one: number; other: number }> {
  if (one.positions.length === 0) return;
  const index = await indexOf(store, one);
  for await (const contents of store.contents(other.dataset_id, other.positions)) {
    for (const { position, content } of contents) {
      const found = index.take(content);
      if (found !== undefined) yield { one: found, other: position };
    }
  }
}
