import type { Bitset } from '../base/bitset';
import { UserError } from '../base/errors';
import type { RunContext } from '../base/run';
import { isNumeric } from './profileColumns';
import { populationOf } from './population';
import { requireColumn, traitColumns, type ProfileScope } from './profileRelation';
import { readTraitValues } from './traitValues';

export interface Histogram {
  /** Bin i holds values from `edges[i]` up to, not with, `edges[i + 1]`; the last bin holds its upper edge too. */
  edges: number[];
  counts: number[];
  /** Customers without a value. */
  missing: number;
}

/**
 * Customers per bin of a numeric trait. The edges are those of all customers, so that a segment's bars can be laid
 * over everyone's; whole numbers with a short range get one bin each.
 * @throws UserError `column_unknown`, `histogram_needs_number`
 */
export async function readHistogram(
  scope: ProfileScope,
  trait: string,
  bins: number,
  members?: Bitset,
  run?: RunContext,
): Promise<Histogram> {
  const column = requireColumn(await traitColumns(scope), trait);
  if (!isNumeric(column.kind))
    throw new UserError('histogram_needs_number', `"${trait}" is not a number.`, 'Choose a trait that is a number.', { trait });
  const { users, values } = await readTraitValues(scope, column, run);
  const edges = edgesOf(values, Math.max(1, Math.floor(bins)));
  const counts = new Array<number>(Math.max(0, edges.length - 1)).fill(0);
  const width = (edges.at(-1)! - edges[0]) / counts.length;
  let counted = 0;
  values.forEach((value, i) => {
    if (members && !members.has(users[i])) return;
    counted++;
    counts[width > 0 ? Math.min(counts.length - 1, Math.floor((value - edges[0]) / width)) : 0]++;
  });
  return { edges, counts, missing: (members ?? (await populationOf(scope))).count - counted };
}

function edgesOf(values: Float64Array, bins: number): number[] {
  if (values.length === 0) return [];
  let low = Infinity;
  let high = -Infinity;
  let whole = true;
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
    if (whole && !Number.isInteger(value)) whole = false;
  }
  if (whole && high - low < bins) return Array.from({ length: high - low + 2 }, (_, i) => low + i);
  return Array.from({ length: bins + 1 }, (_, i) => (i === bins ? high : low + ((high - low) * i) / bins));
}
