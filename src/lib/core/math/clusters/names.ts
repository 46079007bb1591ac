/** Clusters numbered from 0, the largest first, ties by their first rows; negative names stay −1. */
export function largestFirst(names: Int32Array): Int32Array {
  const sizes = new Map<number, number>();
  for (const name of names) if (name >= 0) sizes.set(name, (sizes.get(name) ?? 0) + 1);
  // A map keeps the order of first rows, and sorting keeps it among equals.
  const order = [...sizes].sort(([, a], [, b]) => b - a);
  const places = new Map(order.map(([name], place) => [name, place]));
  return names.map((name) => places.get(name) ?? -1);
}
