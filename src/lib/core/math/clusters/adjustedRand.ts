/** How much two partitions of the same rows agree beyond chance: 1 the same, about 0 unrelated (Hubert & Arabie 1985). */
export function adjustedRand(a: ArrayLike<number>, b: ArrayLike<number>): number {
  throw new Error(`not yet ${a.length} ${b.length}`);
}
