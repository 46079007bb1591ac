import type { RunContext } from '../../base/run';
import type { StagedEvents } from '../../schema/staging/staged';
import { hashesOfEvents } from './contentSum';

/**
 * How many events of some staged files equal an event of an earlier one of them in every column: imported together
 * they count twice. Equal rows have equal times, so only the stretch that files share is looked at: months beside
 * months cost nothing.
 * @throws Cancelled
 */
export async function equalBetween(files: readonly StagedEvents[], run: RunContext): Promise<number> {
  const ranges: Range[] = [];
  for (const { ts } of files) ranges.push(await rangeOf(ts.values, run));
  const shared = sharedBy(ranges);
  if (!shared) return 0;
  const rows = files.reduce((sum, file, f) => sum + (meets(ranges[f], shared) ? file.rows : 0), 0);
  const before = new HashSet(rows);
  let equal = 0;
  for (const [f, file] of files.entries()) {
    if (!meets(ranges[f], shared)) continue;
    const hashes = await hashesOfEvents(file, run);
    const { values } = file.ts;
    // Equal rows within a file are told elsewhere: a file's own rows are added after it was looked at.
    for (let row = 0; row < file.rows; row++) {
      if (values[row] >= shared.from && values[row] <= shared.to && before.has(hashes[row])) equal++;
      if ((row & 0xffff) === 0) await run.breathe();
    }
    for (let row = 0; row < file.rows; row++) {
      if (values[row] >= shared.from && values[row] <= shared.to) before.add(hashes[row]);
      if ((row & 0xffff) === 0) await run.breathe();
    }
  }
  return equal;
}

/** Microseconds, both included. */
interface Range {
  from: number;
  to: number;
}

async function rangeOf(values: Float64Array, run: RunContext): Promise<Range> {
  let [from, to] = [Infinity, -Infinity];
  for (let row = 0; row < values.length; row++) {
    if (values[row] < from) from = values[row];
    if (values[row] > to) to = values[row];
    if ((row & 0xffff) === 0) await run.breathe();
  }
  return { from, to };
}

const meets = (one: Range, other: Range) => one.from <= other.to && one.to >= other.from;

/** From the first to the last instant that two of them have in common; null where none do. */
function sharedBy(ranges: readonly Range[]): Range | null {
  const sorted = [...ranges].filter(({ from, to }) => from <= to).sort((a, b) => a.from - b.from);
  let shared = null as Range | null;
  let end = -Infinity;
  for (const { from, to } of sorted) {
    if (from <= end) shared = { from: shared?.from ?? from, to: Math.max(shared?.to ?? -Infinity, Math.min(to, end)) };
    end = Math.max(end, to);
  }
  return shared;
}

/** A set of numbers without one object each: open addressing, at most half full. */
class HashSet {
  readonly #slots: Float64Array;
  readonly #mask: number;

  constructor(most: number) {
    const size = 2 ** Math.ceil(Math.log2(Math.max(2, most * 2)));
    this.#slots = new Float64Array(size).fill(NaN);
    this.#mask = size - 1;
  }

  has(hash: number): boolean {
    return this.#slots[this.#place(hash)] === hash;
  }

  add(hash: number): void {
    this.#slots[this.#place(hash)] = hash;
  }

  /** Where it is, or the free place where it belongs. */
  #place(hash: number): number {
    const slots = this.#slots;
    // The low 32 bits: the multiple of 2^21 above them is as well mixed.
    let at = (hash % 0x100000000) & this.#mask;
    while (slots[at] === slots[at] && slots[at] !== hash) at = (at + 1) & this.#mask;
    return at;
  }
}
