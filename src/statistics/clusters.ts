/**
 * Values grouped by cluster, in the order in which clusters first occur: the sum and the number of each cluster's
 * values.
 */
export interface ClusterSums {
  readonly sums: Float64Array;
  readonly sizes: Float64Array;
}

/**
 * Largest ratio of cluster numbers to values for which an array is used. An array is fast; a map of a million
 * entries takes 0.1 s. But cluster numbers may be sparse.
 */
const SPARSE = 16;

export function clusterSums(values: Float64Array, clusters: Uint32Array): ClusterSums {
  const numbers = numberClusters(clusters);
  const count = numbers.reduce((highest, number) => Math.max(highest, number + 1), 0);
  const [sums, sizes] = [new Float64Array(count), new Float64Array(count)];
  for (let index = 0; index < values.length; index++) {
    const number = numbers[index]!;
    sums[number]! += values[index]!;
    sizes[number]! += 1;
  }
  return { sums, sizes };
}

/** Numbers the clusters from 0 in the order in which they first occur; returns the number for each value. */
function numberClusters(clusters: Uint32Array): Uint32Array {
  const numberOf = createNumbers(clusters);
  const numbers = new Uint32Array(clusters.length);
  for (let index = 0; index < clusters.length; index++) numbers[index] = numberOf(clusters[index]!);
  return numbers;
}

function createNumbers(clusters: Uint32Array): (cluster: number) => number {
  const highest = clusters.reduce((so_far, cluster) => Math.max(so_far, cluster), 0);
  let next = 0;
  if (highest > SPARSE * clusters.length) {
    const known = new Map<number, number>();
    return (cluster) => {
      const number = known.get(cluster) ?? next++;
      known.set(cluster, number);
      return number;
    };
  }
  // 0 means that the cluster has not occurred yet.
  const known = new Uint32Array(highest + 1);
  return (cluster) => {
    known[cluster] ||= ++next;
    return known[cluster]! - 1;
  };
}
