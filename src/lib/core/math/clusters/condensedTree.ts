import type { Merges } from './merges';

/** What is left of a tree where fewer than so many points are no cluster: clusters 0 (everybody) …, parents before children. */
export interface Condensed {
  clusters: number;
  /** Of each cluster: its parent, the density (1 / distance) at which it came to be, the greatest at which it still lost points, and its stability. */
  parents: Int32Array;
  births: Float64Array;
  densest: Float64Array;
  stabilities: Float64Array;
  /** Of each point: the cluster it fell out of, and at which density. */
  clusterOf: Int32Array;
  left: Float64Array;
}

/**
 * Goes down the tree from the whole: where both halves of a split have `least` points they are new clusters, otherwise
 * the smaller one only falls out. A cluster's stability is Σ over its points of the densities between its birth and where they leave.
 */
export function condense(merges: Merges, least: number): Condensed {
  const rows = merges.left.length + 1;
  const [parents, births, densest, stabilities] = [[-1], [0], [0], [0]];
  const clusterOf = new Int32Array(rows);
  const left = new Float64Array(rows);
  const sizeOf = (node: number) => (node < rows ? 1 : merges.sizes[node - rows]);
  const leave = (cluster: number, density: number, size: number) => {
    stabilities[cluster] += (density - births[cluster]) * size;
    densest[cluster] = Math.max(densest[cluster], density);
  };
  const fallOut = (node: number, cluster: number, density: number) => {
    leave(cluster, density, sizeOf(node));
    const below = [node];
    for (let next = below.pop(); next !== undefined; next = below.pop()) {
      if (next >= rows) below.push(merges.left[next - rows], merges.right[next - rows]);
      else [clusterOf[next], left[next]] = [cluster, density];
    }
  };

  const nearestApart = merges.heights.find((height) => height > 0) ?? 1;
  const open = [{ node: 2 * rows - 2, cluster: 0 }];
  // In the order of a queue, so that a parent has a lower number than its children.
  for (const { node, cluster } of open) {
    if (node < rows) {
      // A whole of one point.
      fallOut(node, cluster, 0);
      continue;
    }
    const merge = node - rows;
    // People in the very same place would be infinitely dense, and more so than anybody could weigh against.
    const density = 1 / Math.max(merges.heights[merge], nearestApart / 2);
    const halves = [merges.left[merge], merges.right[merge]];
    const large = halves.filter((half) => sizeOf(half) >= least);
    for (const half of halves) {
      if (!large.includes(half)) {
        fallOut(half, cluster, density);
      } else if (large.length === 1) {
        open.push({ node: half, cluster });
      } else {
        leave(cluster, density, sizeOf(half));
        open.push({ node: half, cluster: births.length });
        parents.push(cluster);
        births.push(density);
        densest.push(0);
        stabilities.push(0);
      }
    }
  }
  return {
    clusters: births.length,
    parents: Int32Array.from(parents),
    births: Float64Array.from(births),
    densest: Float64Array.from(densest),
    stabilities: Float64Array.from(stabilities),
    clusterOf,
    left,
  };
}

/** Of nested clusters those whose stabilities sum to the most; never everybody. */
export function excessOfMass({ clusters, parents, stabilities }: Condensed): Set<number> {
  const within = new Float64Array(clusters);
  const best = stabilities.slice();
  const kept = new Uint8Array(clusters);
  for (let cluster = clusters - 1; cluster > 0; cluster--) {
    if (within[cluster] > stabilities[cluster]) best[cluster] = within[cluster];
    else kept[cluster] = 1;
    within[parents[cluster]] += best[cluster];
  }
  const selected = new Set<number>();
  const covered = new Uint8Array(clusters);
  for (let cluster = 1; cluster < clusters; cluster++) {
    covered[cluster] = covered[parents[cluster]];
    if (covered[cluster] || !kept[cluster]) continue;
    covered[cluster] = 1;
    selected.add(cluster);
  }
  return selected;
}
