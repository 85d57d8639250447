import type { ScoredTrial } from "../../../store/trials.ts";

/** The places of a run's trials. `TrialOrder` is the one implementation. */
export interface Places {
  /** Number of trials of one run. */
  readonly total: number;
  /** Number of different samples: the trial at place p is of sample p modulo `samples`. */
  readonly samples: number;
  indexOf(position: number, repeat: number): number | undefined;
}

/** The group of the trial at each place. All runs of a benchmark share it. */
export interface GroupIndex {
  /** 0 for a sample without group, else one more than the index of the group's name. */
  readonly ids: Uint32Array;
  readonly names: readonly string[];
  note(place: number, group: string | null): void;
}

/** What corpus metrics add up, by place; undefined at places without a score. */
export type PartsByPlace = readonly (readonly number[] | undefined)[];

/**
 * A run's scores: one array per metric, with one place per trial of the order. Two runs of a benchmark therefore pair
 * place by place, and a million trials take 8 MB a metric. NaN means that a trial has no score.
 */
export interface RunColumns {
  readonly label: string;
  readonly values: readonly Float64Array[];
  /** One list per metric; empty if the metric is not a corpus metric. */
  readonly parts: readonly PartsByPlace[];
  /** 1 at each place that has a trial. */
  readonly hasTrial: Uint8Array;
  /** Whether the run has any trial with a repeat above 0. */
  readonly repeated: boolean;
  /** Notes a row's scores. Returns false if the order has no place for the row. */
  add(row: Pick<ScoredTrial, "position" | "repeat" | "scores" | "parts" | "group">): boolean;
}

export function createGroupIndex(total: number): GroupIndex {
  const ids = new Uint32Array(total);
  const names: string[] = [];
  const idOf = new Map<string, number>();
  return {
    ids,
    names,
    note(place, group) {
      if (group === null) return;
      const id = idOf.get(group) ?? names.push(group);
      idOf.set(group, id);
      ids[place] = id;
    },
  };
}

interface ColumnsOptions {
  label: string;
  /** The metrics' keys. */
  metrics: readonly string[];
  places: Places;
  /** Learns the group of each row, if given. */
  groups?: GroupIndex | undefined;
}

export function createRunColumns({ label, metrics, places, groups }: ColumnsOptions): RunColumns {
  const values = metrics.map(() => new Float64Array(places.total).fill(Number.NaN));
  const parts = metrics.map((): (readonly number[] | undefined)[] => []);
  const hasTrial = new Uint8Array(places.total);
  let repeated = false;
  return {
    label,
    values,
    parts,
    hasTrial,
    get repeated() {
      return repeated;
    },
    add({ position, repeat, scores, parts: rowParts, group }) {
      const place = places.indexOf(position, repeat);
      if (place === undefined) return false;
      hasTrial[place] = 1;
      for (let metric = 0; metric < metrics.length; metric++) {
        const score = scores[metrics[metric]!];
        if (typeof score === "number") values[metric]![place] = score;
        const part = rowParts?.[metrics[metric]!];
        if (part) parts[metric]![place] = part;
      }
      repeated ||= repeat > 0;
      groups?.note(place, group);
      return true;
    },
  };
}

/**
 * Returns the cluster of each place. Trials of one cluster are not independent evidence. Returns undefined if every
 * trial is independent, that is, without groups and repeats.
 */
export function clustersOf(
  { total, samples }: Pick<Places, "total" | "samples">,
  repeated: boolean,
  groups?: GroupIndex,
): Uint32Array | undefined {
  if (!groups && !repeated) return undefined;
  const clusters = new Uint32Array(total);
  for (let place = 0; place < total; place++) {
    const group = groups?.ids[place] ?? 0;
    // Even numbers are groups and odd ones are samples: a sample without group is a cluster of its own.
    clusters[place] = group > 0 ? 2 * group : 2 * (place % samples) + 1;
  }
  return clusters;
}

/** Returns the scores that are not NaN with their clusters, from all places or from the given ones alone. */
export function scoredOf(
  values: Float64Array,
  clusters: Uint32Array | undefined,
  places?: Uint32Array,
): { values: Float64Array; clusters?: Uint32Array } {
  const count = places?.length ?? values.length;
  const scored = new Float64Array(count);
  const scoredClusters = clusters && new Uint32Array(count);
  let length = 0;
  for (let index = 0; index < count; index++) {
    const place = places ? places[index]! : index;
    const value = values[place]!;
    if (Number.isNaN(value)) continue;
    if (scoredClusters) scoredClusters[length] = clusters[place]!;
    scored[length++] = value;
  }
  return {
    values: scored.slice(0, length),
    ...(scoredClusters ? { clusters: scoredClusters.slice(0, length) } : {}),
  };
}
