import { deflateSync, inflateSync, strFromU8, strToU8 } from 'fflate';
import type { RejectedRow } from './staged';

/** Rows are packed when their texts reach so many characters. */
const chunkCharacters = 1 << 20;

/** Rejected rows that were packed; `rowsBefore` is added to their row numbers. */
interface Chunk {
  rows: number;
  rowsBefore: number;
  packed: Uint8Array;
}

/** A log as plain data, for another thread. */
export interface RejectParts {
  chunks: Chunk[];
  first: RejectedRow | undefined;
}

/**
 * The rejected rows of a file, all of them, in file order: packed as they come, so that a file of which most is
 * rejected takes a fraction of its size. They are read one after the other, a chunk at a time.
 */
export class RejectLog implements Iterable<RejectedRow> {
  #chunks: Chunk[] = [];
  #open: RejectedRow[] = [];
  #openCharacters = 0;
  #length = 0;
  /** The first row of all. */
  first: RejectedRow | undefined;

  static of(rows: Iterable<RejectedRow>): RejectLog {
    const log = new RejectLog();
    for (const row of rows) log.add(row);
    return log;
  }

  static from({ chunks, first }: RejectParts): RejectLog {
    const log = new RejectLog();
    log.#chunks = [...chunks];
    log.#length = chunks.reduce((sum, { rows }) => sum + rows, 0);
    log.first = first;
    return log;
  }

  get length(): number {
    return this.#length;
  }

  /** What it takes in memory, about. */
  get bytes(): number {
    return this.#chunks.reduce((sum, { packed }) => sum + packed.length, 0) + 2 * this.#openCharacters;
  }

  add(row: RejectedRow): void {
    this.first ??= row;
    this.#length++;
    this.#open.push(row);
    this.#openCharacters += row.text.length + (row.value?.length ?? 0) + 32;
    if (this.#openCharacters >= chunkCharacters) this.#pack();
  }

  /** Takes in what another part of the file rejected, behind `rowsBefore` rows. */
  append(other: RejectLog, rowsBefore: number): void {
    this.#pack();
    const { chunks, first } = other.parts();
    this.#chunks.push(...chunks.map((chunk) => ({ ...chunk, rowsBefore: chunk.rowsBefore + rowsBefore })));
    this.#length += other.length;
    this.first ??= first && { ...first, row: first.row + rowsBefore };
  }

  parts(): RejectParts {
    this.#pack();
    return { chunks: this.#chunks, first: this.first };
  }

  *[Symbol.iterator](): IterableIterator<RejectedRow> {
    for (const { packed, rowsBefore } of this.#chunks) for (const row of unpacked(packed)) yield { ...row, row: row.row + rowsBefore };
    yield* this.#open;
  }

  *entries(): IterableIterator<[number, RejectedRow]> {
    let at = 0;
    for (const row of this) yield [at++, row];
  }

  #pack(): void {
    if (this.#open.length === 0) return;
    const cells = this.#open.map(({ row, column, code, text, value = null }) => [row, column, code, text, value]);
    this.#chunks.push({ rows: this.#open.length, rowsBefore: 0, packed: deflateSync(strToU8(JSON.stringify(cells)), { level: 1 }) });
    this.#open = [];
    this.#openCharacters = 0;
  }
}

function unpacked(packed: Uint8Array): RejectedRow[] {
  const cells = JSON.parse(strFromU8(inflateSync(packed))) as [number, string, RejectedRow['code'], string, string | null][];
  return cells.map(([row, column, code, text, value]) => ({ row, column, code, text, ...(value !== null && { value }) }));
}
