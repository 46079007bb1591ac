import type { RunContext } from '../../base/run';
import { stagedNumberColumns, stagedTextColumns, type StagedEvents } from '../../schema/staging/staged';
import type { Tell } from './indexProgress';

/**
 * Counts rows that are equal in every staged column to an earlier row. Equal rows share their user
 * and time, so only runs of those are compared, by a 53-bit hash of their cells.
 */
export async function countDuplicates(
  events: StagedEvents,
  order: Int32Array,
  userOfRow: Int32Array,
  run: RunContext,
  tell?: Tell,
): Promise<number> {
  const texts = (['event', 'item', ...stagedTextColumns, 'currency'] as const).flatMap((name) => events[name]?.codes ?? []);
  const numbers = stagedNumberColumns.flatMap((name) => events[name]?.values ?? []);
  for (const column of events.properties?.values() ?? [])
    if (column.kind === 'text') texts.push(column.codes);
    else numbers.push(column.values);
  let equal = 0;
  const ts = events.ts.values;
  const seen = new Set<number>();

  let start = 0;
  while (start < order.length) {
    const user = userOfRow[order[start]];
    const at = ts[order[start]];
    let end = start + 1;
    while (end < order.length && ts[order[end]] === at && userOfRow[order[end]] === user) end++;
    if (end - start > 1) {
      seen.clear();
      for (let i = start; i < end; i++) {
        const before = seen.size;
        seen.add(rowHash(order[i]));
        if (seen.size === before) equal++;
      }
    }
    if (((start ^ end) & ~0x3fff) !== 0) {
      tell?.(end / order.length);
      await run.breathe();
    }
    start = end;
  }
  return equal;

  function rowHash(row: number): number {
    let a = 0;
    let b = 0x9e3779b9 | 0;
    for (const codes of texts) {
      a = Math.imul(a ^ codes[row], 0x01000193);
      a ^= a >>> 13;
      b = Math.imul(b + codes[row], 0x5bd1e995) ^ (b >>> 15);
    }
    for (const values of numbers) {
      scratch[0] = values[row];
      const low = scratch[0] === scratch[0] ? bits[0] : 1;
      const high = scratch[0] === scratch[0] ? bits[1] : 0x7ff80000;
      a = Math.imul(a ^ low, 0x01000193);
      a = Math.imul(a ^ high ^ (a >>> 13), 0x01000193);
      b = Math.imul(b + low, 0x5bd1e995) ^ (b >>> 15);
      b = Math.imul(b + high, 0x5bd1e995) ^ (b >>> 15);
    }
    return (a >>> 0) * 0x200000 + (b >>> 11);
  }
}

const scratch = new Float64Array(1);
const bits = new Int32Array(scratch.buffer);
