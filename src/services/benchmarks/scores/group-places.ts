import type { GroupIndex } from "./columns.ts";

/** The places of each group's trials. */
export interface GroupPlaces {
  readonly names: readonly string[];
  /** Returns the places of the group with that index, in their order. */
  placesOf(group: number): Uint32Array;
}

/** Sorts all places by group into one array: group i has those from `starts[i]` to `starts[i + 1]`. */
export function placesByGroup({ ids, names }: GroupIndex): GroupPlaces {
  const starts = new Uint32Array(names.length + 1);
  for (let place = 0; place < ids.length; place++) if (ids[place]! > 0) starts[ids[place]!]!++;
  for (let group = 1; group <= names.length; group++) starts[group]! += starts[group - 1]!;
  const places = new Uint32Array(starts[names.length] ?? 0);
  const next = starts.slice();
  for (let place = 0; place < ids.length; place++) {
    const id = ids[place]!;
    if (id > 0) places[next[id - 1]!++] = place;
  }
  return { names, placesOf: (group) => places.subarray(starts[group], starts[group + 1]) };
}
