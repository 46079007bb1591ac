/**
 * A tree of paths that share their beginnings (the FP-tree of Han, Pei & Yin 2000), as arrays. Node 0 is the root; items
 * are by rank within this tree, the most frequent first, so a path goes from low ranks to high ones.
 */
export interface PatternTree {
  /** How many items there are. */
  size: number;
  /** Of each item: its rank in the whole data, in how many baskets it is here, its latest node (0: none), its node below the root. */
  ranks: Int32Array;
  counts: Int32Array;
  heads: Int32Array;
  belowRoot: Int32Array;
  nodes: number;
  /** Of each node: item, node above, baskets, next node of the same item, first node below, next node below the same one. */
  itemOf: Int32Array;
  above: Int32Array;
  baskets: Int32Array;
  nextOfItem: Int32Array;
  firstBelow: Int32Array;
  nextBelow: Int32Array;
}

/** Room that is used and left clean by {@link conditionalTree}; one entry an item of the whole data. */
export interface TreeScratch {
  counts: Int32Array;
  localOf: Int32Array;
  path: Int32Array;
}

export function emptyTree(): PatternTree {
  const none = () => new Int32Array(0);
  const room = () => new Int32Array(256);
  const ofItems = { ranks: none(), counts: none(), heads: none(), belowRoot: none() };
  const ofNodes = { itemOf: room(), above: room(), baskets: room(), nextOfItem: room(), firstBelow: room(), nextBelow: room() };
  return { size: 0, nodes: 1, ...ofItems, ...ofNodes };
}

/** Without nodes, for these items. */
export function resetTree(tree: PatternTree, ranks: Int32Array, counts: Int32Array): void {
  tree.size = ranks.length;
  tree.ranks = ranks;
  tree.counts = counts;
  tree.heads = new Int32Array(ranks.length);
  tree.belowRoot = new Int32Array(ranks.length);
  tree.nodes = 1;
}

/** @param path ascending; its first `length` entries count */
export function insertPath(tree: PatternTree, path: Int32Array, length: number, baskets: number): void {
  let node = 0;
  for (let at = 0; at < length; at++) {
    const item = path[at];
    // The root has a child for almost every item, so it is not searched.
    let below = node === 0 ? tree.belowRoot[item] : tree.firstBelow[node];
    if (node !== 0) while (below !== 0 && tree.itemOf[below] !== item) below = tree.nextBelow[below];
    if (below === 0) below = addNode(tree, node, item);
    tree.baskets[below] += baskets;
    node = below;
  }
}

function addNode(tree: PatternTree, above: number, item: number): number {
  const node = tree.nodes++;
  if (node === tree.itemOf.length) growNodes(tree);
  tree.itemOf[node] = item;
  tree.above[node] = above;
  tree.baskets[node] = 0;
  tree.nextOfItem[node] = tree.heads[item];
  tree.heads[item] = node;
  tree.firstBelow[node] = 0;
  if (above === 0) tree.belowRoot[item] = node;
  else {
    tree.nextBelow[node] = tree.firstBelow[above];
    tree.firstBelow[above] = node;
  }
  return node;
}

/** The tree of what stands above an item, as often as with it; items in fewer than `minCount` baskets fall away. */
export function conditionalTree(from: PatternTree, item: number, minCount: number, into: PatternTree, scratch: TreeScratch): void {
  const { counts, localOf, path } = scratch;
  const { itemOf, above, baskets, nextOfItem } = from;
  for (let node = from.heads[item]; node !== 0; node = nextOfItem[node]) {
    const times = baskets[node];
    for (let upper = above[node]; upper !== 0; upper = above[upper]) counts[itemOf[upper]] += times;
  }
  let size = 0;
  for (let other = 0; other < item; other++) if (counts[other] >= minCount) size++;
  const [ranks, kept] = [new Int32Array(size), new Int32Array(size)];
  for (let other = 0, at = 0; other < item; other++) {
    localOf[other] = -1;
    if (counts[other] >= minCount) {
      ranks[at] = from.ranks[other];
      kept[at] = counts[other];
      localOf[other] = at++;
    }
    counts[other] = 0;
  }
  resetTree(into, ranks, kept);
  if (size === 0) return;
  for (let node = from.heads[item]; node !== 0; node = nextOfItem[node]) {
    // Upwards ranks fall, so the path is written from its end.
    let start = path.length;
    for (let upper = above[node]; upper !== 0; upper = above[upper]) {
      const local = localOf[itemOf[upper]];
      if (local >= 0) path[--start] = local;
    }
    insertPath(into, path.subarray(start), path.length - start, baskets[node]);
  }
}

function growNodes(tree: PatternTree): void {
  for (const name of ['itemOf', 'above', 'baskets', 'nextOfItem', 'firstBelow', 'nextBelow'] as const) {
    const larger = new Int32Array(2 * tree[name].length);
    larger.set(tree[name]);
    tree[name] = larger;
  }
}
