import { UserError } from '../base/errors';
import type { RunContext } from '../base/run';
import type { FileLimits } from './destination';
import type { FileFormat } from './format';
import type { ExportBlock, ExportColumn, ExportTable } from './table';

/** One file's worth of a table. */
export interface TablePart {
  /** Its bytes, in order. */
  pieces: Uint8Array[];
  size: number;
  rows: number;
}

/** Rows that are written at once to learn how many fit, where only bytes are limited. */
const firstGuess = 500_000;

/**
 * A table as one file, or as several where it has more rows or bytes than a file may have. A table without rows is
 * one file with its header. Each block is read once: rows of a part that became too large are written again.
 * @throws UserError `export_row_too_large` where a row alone is larger than a file may be
 */
export async function* splitTable(table: ExportTable, format: FileFormat, limits: FileLimits, run: RunContext): AsyncGenerator<TablePart> {
  if (limits.rows === undefined && limits.bytes === undefined) {
    yield await writeAll(table, format, run);
    return;
  }
  if (limits.bytes === undefined) {
    const stream = new RowStream(table);
    for (let part = 0; part === 0 || (await stream.hasMore()); part++) yield await writeAll(stream.next(limits.rows!), format, run);
    return;
  }
  const queue = new RowQueue(table);
  let most = limits.rows ?? firstGuess;
  for (let part = 0; (await queue.fill(most)) > 0 || part === 0;) {
    const written = await writeAll(queue.first(most), format, run);
    if (written.size > limits.bytes) {
      if (written.rows <= 1) throw tooLarge(limits.bytes);
      most = Math.max(1, Math.min(written.rows - 1, Math.floor((0.95 * written.rows * limits.bytes) / written.size)));
      continue;
    }
    queue.drop(written.rows);
    yield written;
    part++;
  }
}

async function writeAll(table: ExportTable, format: FileFormat, run: RunContext): Promise<TablePart> {
  let rows = 0;
  const counted: ExportTable = {
    columns: table.columns,
    async *blocks() {
      for await (const block of table.blocks()) {
        rows += block.rows;
        yield block;
      }
    },
  };
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of format.write(counted, run)) {
    pieces.push(piece);
    size += piece.length;
  }
  return { pieces, size, rows };
}

/** The rows of a table in parts, one after the other, none of them held: for limits that are known before a row is written. */
class RowStream {
  #source: AsyncIterator<ExportBlock> | Iterator<ExportBlock>;
  #rest: ExportBlock | undefined;
  #columns: readonly ExportColumn[];

  constructor(table: ExportTable) {
    this.#source = blocksOf(table);
    this.#columns = table.columns;
  }

  async hasMore(): Promise<boolean> {
    while (!this.#rest) {
      const next = await this.#source.next();
      if (next.done) return false;
      if (next.value.rows > 0) this.#rest = next.value;
    }
    return true;
  }

  /** The rows that come next, to be read once. */
  next(rows: number): ExportTable {
    return { columns: this.#columns, blocks: () => this.#take(rows) };
  }

  async *#take(rows: number): AsyncGenerator<ExportBlock> {
    for (let left = rows; left > 0 && (await this.hasMore());) {
      const block = this.#rest!;
      const taken = Math.min(left, block.rows);
      this.#rest = taken < block.rows ? slice(block, taken, block.rows) : undefined;
      left -= taken;
      yield slice(block, 0, taken);
    }
  }
}

function blocksOf(table: ExportTable): AsyncIterator<ExportBlock> | Iterator<ExportBlock> {
  const blocks = table.blocks();
  return Symbol.asyncIterator in blocks ? blocks[Symbol.asyncIterator]() : blocks[Symbol.iterator]();
}

/** The rows that are not in a file yet; only as many are held as a part may have, and a block. */
class RowQueue {
  #source: AsyncIterator<ExportBlock> | Iterator<ExportBlock>;
  #blocks: ExportBlock[] = [];
  #columns: readonly ExportColumn[];

  constructor(table: ExportTable) {
    this.#source = blocksOf(table);
    this.#columns = table.columns;
  }

  /** Holds at least `rows` rows where there are that many, and says how many are held. */
  async fill(rows: number): Promise<number> {
    let held = this.#blocks.reduce((sum, block) => sum + block.rows, 0);
    while (held < rows) {
      const next = await this.#source.next();
      if (next.done) break;
      this.#blocks.push(next.value);
      held += next.value.rows;
    }
    return held;
  }

  first(rows: number): ExportTable {
    const blocks = this.#blocks;
    return {
      columns: this.#columns,
      *blocks() {
        let left = rows;
        for (const block of blocks) {
          if (left <= 0) return;
          yield slice(block, 0, Math.min(left, block.rows));
          left -= block.rows;
        }
      },
    };
  }

  drop(rows: number): void {
    let left = rows;
    while (left > 0 && this.#blocks.length > 0) {
      const [block] = this.#blocks;
      if (block.rows <= left) this.#blocks.shift();
      else this.#blocks[0] = slice(block, left, block.rows);
      left -= block.rows;
    }
    // A block without rows would be taken for the end.
    while (this.#blocks[0]?.rows === 0) this.#blocks.shift();
  }
}

function slice(block: ExportBlock, from: number, to: number): ExportBlock {
  if (from === 0 && to === block.rows) return block;
  return { rows: to - from, cells: block.cells.map((cells) => cells.slice(from, to)) };
}

function tooLarge(bytes: number): UserError {
  return new UserError(
    'export_row_too_large',
    `A single row is larger than the ${bytes} bytes that a file of this destination may have.`,
    'Choose fewer columns, or another destination.',
    { bytes },
  );
}
