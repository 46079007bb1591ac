import type { TraitInfo } from '$lib/core/profiles/traits';

/** Columns of the customers, which a model can be asked to foretell. */
export function columnsOfCustomers(traits: readonly TraitInfo[]): TraitInfo[] {
  return traits.filter(({ origin }) => origin === 'attribute');
}

/** The column that somebody most likely means: answers mostly stand last, and have two values; of numbers the last. */
export function likelyColumn(traits: readonly TraitInfo[], labels: 'binary' | 'number'): TraitInfo | undefined {
  const columns = columnsOfCustomers(traits);
  const isLikely = ({ kind, values, min }: TraitInfo) =>
    labels === 'number' ? kind === 'number' && min !== undefined : values?.length === 2;
  return columns.findLast(isLikely) ?? columns.at(-1);
}
