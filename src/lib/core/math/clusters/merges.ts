/**
 * A tree of n − 1 merges, as scipy's `linkage` has it: merge m joins the nodes left[m] < right[m] (points are 0 … n − 1,
 * merge m makes node n + m), heights ascending.
 */
export interface Merges {
  left: Int32Array;
  right: Int32Array;
  /** How far apart the nodes are, by the rule that made the tree. */
  heights: Float64Array;
  /** Points below the new node. */
  sizes: Int32Array;
}

/** A point of one cluster, one of the other, and how far apart they are. */
export interface Merge {
  a: number;
  b: number;
  height: number;
}

/** Merges by height, with the nodes they join named by what was merged before. */
export function inMergingOrder(found: Merge[], rows: number): Merges {
  found.sort((a, b) => a.height - b.height);
  const parents = new Int32Array(2 * rows);
  for (let node = 0; node < parents.length; node++) parents[node] = node;
  const merges: Merges = {
    left: new Int32Array(found.length),
    right: new Int32Array(found.length),
    heights: new Float64Array(found.length),
    sizes: new Int32Array(found.length),
  };
  const sizeOf = (node: number) => (node < rows ? 1 : merges.sizes[node - rows]);
  found.forEach(({ a, b, height }, merge) => {
    const [x, y] = [rootOf(parents, a), rootOf(parents, b)];
    merges.left[merge] = Math.min(x, y);
    merges.right[merge] = Math.max(x, y);
    merges.heights[merge] = height;
    merges.sizes[merge] = sizeOf(x) + sizeOf(y);
    parents[x] = parents[y] = rows + merge;
  });
  return merges;
}

/** The topmost node above one; the way there is shortened. */
export function rootOf(parents: Int32Array, node: number): number {
  let root = node;
  while (parents[root] !== root) root = parents[root];
  while (parents[node] !== root) [node, parents[node]] = [parents[node], root];
  return root;
}
