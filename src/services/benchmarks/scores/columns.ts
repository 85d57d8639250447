import type { ScoredTrial } from "../../../store/trials.ts";

/** Where each trial stands; `TrialOrder` is one. */
export interface Places {
  /** Trials of one run. */
  readonly total: number;
  /** How many different samples they are of: place p is of sample p modulo this. */
  readonly samples: number;
  indexOf(position: number, repeat: number): number | undefined;
}

/** What the runs of a benchmark share: to which group the trial at each place belongs. */
export interface GroupIndex {
  /** 0 for a sample without group, else one more than the index of its name. */
  readonly ids: Uint32Array;
  readonly names: readonly string[];
  note(place: number, group: string | null): void;
}

/**
 * A run's scores, an array a metric with a place for each trial of the order: the runs of a benchmark pair place by
 * place, and a million trials take 8 MB a metric. NaN where there is no score.
 */
export interface RunColumns {
  readonly label: string;
  readonly values: readonly Float64Array[];
  /** By metric and place what corpus metrics add up; empty for the others. */
  readonly parts: readonly (readonly number[] | undefined)[][];
  /** 1 where there is a trial at all. */
  readonly asked: Uint8Array;
  /** Whether any sample was asked again. */
  readonly repeated: boolean;
  /** Notes a row's scores; false if the order has no place for it. */
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

export function createRunColumns(
  label: string,
  metrics: readonly string[],
  places: Places,
  groups?: GroupIndex,
): RunColumns {
  const values = metrics.map(() => new Float64Array(places.total).fill(Number.NaN));
  const parts = metrics.map((): (readonly number[] | undefined)[] => []);
  const asked = new Uint8Array(places.total);
  let repeated = false;
  return {
    label,
    values,
    parts,
    asked,
    get repeated() {
      return repeated;
    },
    add({ position, repeat, scores, parts: own, group }) {
      const place = places.indexOf(position, repeat);
      if (place === undefined) return false;
      asked[place] = 1;
      for (let metric = 0; metric < metrics.length; metric++) {
        const score = scores[metrics[metric]!];
        if (typeof score === "number") values[metric]![place] = score;
        const part = own?.[metrics[metric]!];
        if (part) parts[metric]![place] = part;
      }
      repeated ||= repeat > 0;
      groups?.note(place, group);
      return true;
    },
  };
}

/** The cluster of each place, where several are no independent evidence; undefined where each is independent. */
export function clustersOf(
  { total, samples }: Pick<Places, "total" | "samples">,
  repeated: boolean,
  groups?: GroupIndex,
): Uint32Array | undefined {
  if (!groups && !repeated) return undefined;
  const clusters = new Uint32Array(total);
  for (let place = 0; place < total; place++) {
    const group = groups?.ids[place] ?? 0;
    // Even numbers are groups, odd ones samples: one without a group is a cluster of its own.
    clusters[place] = group > 0 ? 2 * group : 2 * (place % samples) + 1;
  }
  return clusters;
}

/** The scores that there are, and the clusters of those; of the given places alone if they are given. */
export function scoredOf(
  values: Float64Array,
  clusters: Uint32Array | undefined,
  places?: Uint32Array,
): { values: Float64Array; clusters?: Uint32Array } {
  const count = places?.length ?? values.length;
  const scored = new Float64Array(count);
  const own = clusters && new Uint32Array(count);
  let length = 0;
  for (let index = 0; index < count; index++) {
    const place = places ? places[index]! : index;
    const value = values[place]!;
    if (Number.isNaN(value)) continue;
    if (own) own[length] = clusters[place]!;
    scored[length++] = value;
  }
  return { values: scored.slice(0, length), ...(own ? { clusters: own.slice(0, length) } : {}) };
}
