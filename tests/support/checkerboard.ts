import { matrixFromPairs, type InteractionMatrix } from '$lib/core/math/sparseRows';

/**
 * Customers 0 … n−1 and items 0 … n−1 like a checkerboard: even customers took even items and odd ones odd items, each
 * without one item (its own), which a model of tastes must find again. The idea is benfred/implicit's.
 */
export function checkerboard(size = 24): InteractionMatrix {
  const pairs = Array.from({ length: size * size }, (_, at) => [Math.floor(at / size), at % size]);
  const taken = pairs.filter(([user, item]) => user % 2 === item % 2 && user !== item);
  return matrixFromPairs(
    size,
    size,
    taken.map(([user]) => user),
    taken.map(([, item]) => item),
  );
}
