import { Cancelled } from '../../core/base/errors';
import type { Cell } from '../../work/operations/profiles';
import { decimalsOf } from './cells';
import type { LoadRows, TableSort } from './types';

export const rowsPerBlock = 100;
const blocksKept = 80;

/** The rows of a table that lie elsewhere, fetched in blocks as they come into sight. */
export class TableRows {
  total = $state<number | null>(null);
  columns = $state.raw<string[]>([]);
  error = $state.raw<unknown>(null);
  /** Largest absolute value seen per column, for in-cell bars. */
  largest = $state.raw<number[]>([]);
  /** Decimals that a column's figures need, so that they stand under each other. */
  decimals = $state.raw<number[]>([]);
  #blocks = $state.raw(new Map<number, Cell[][]>());
  #asked = new Set<number>();
  #generation = 0;
  #sort: TableSort | undefined;

  constructor(private readonly load: () => LoadRows) {}

  /** undefined while it is on its way. */
  row(index: number): Cell[] | undefined {
    return this.#blocks.get(Math.floor(index / rowsPerBlock))?.[index % rowsPerBlock];
  }

  /** Forgets everything: other rows, or another order. Rows stay in sight until the new ones are there. */
  async restart(sort: TableSort | undefined, firstRow = 0): Promise<void> {
    this.#generation++;
    this.#sort = sort;
    this.#asked.clear();
    this.error = null;
    const block = Math.floor(firstRow / rowsPerBlock);
    await this.#fetch(block, true);
  }

  /** Makes sure that these rows are here or on their way. */
  want(from: number, to: number): void {
    const last = Math.floor(Math.max(from, to - 1) / rowsPerBlock);
    for (let block = Math.floor(from / rowsPerBlock); block <= last; block++) {
      if (!this.#asked.has(block)) void this.#fetch(block, false);
    }
  }

  async #fetch(block: number, isFresh: boolean): Promise<void> {
    const generation = this.#generation;
    this.#asked.add(block);
    try {
      const page = await this.load()({ offset: block * rowsPerBlock, limit: rowsPerBlock, sort: this.#sort });
      if (generation !== this.#generation) return;
      const blocks = isFresh ? new Map<number, Cell[][]>() : new Map(this.#blocks);
      blocks.set(block, page.rows);
      for (const old of blocks.keys()) {
        if (blocks.size <= blocksKept) break;
        blocks.delete(old);
        this.#asked.delete(old);
      }
      this.largest = largestOf(page.rows, page.columns.length, isFresh ? [] : this.largest);
      this.decimals = decimalsIn(page.rows, page.columns.length, isFresh ? [] : this.decimals);
      this.columns = page.columns;
      this.total = page.total;
      this.#blocks = blocks;
    } catch (error) {
      this.#asked.delete(block);
      if (generation === this.#generation && !(error instanceof Cancelled)) this.error = error;
    }
  }
}

function largestOf(rows: Cell[][], width: number, before: number[]): number[] {
  const largest = Array.from({ length: width }, (_, column) => before[column] ?? 0);
  for (const row of rows)
    for (let column = 0; column < width; column++) {
      const value = row[column];
      if (typeof value === 'number' && Math.abs(value) > largest[column]) largest[column] = Math.abs(value);
    }
  return largest;
}

function decimalsIn(rows: Cell[][], width: number, before: number[]): number[] {
  return Array.from({ length: width }, (_, column) =>
    rows.reduce((most, row) => Math.max(most, decimalsOf(row[column])), before[column] ?? 0),
  );
}
