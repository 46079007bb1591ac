import { Cancelled, UserError } from '../base/errors';
import type { OptionValues } from '../base/options';
import type { RunContext } from '../base/run';
import type { Destination, ReadBlock } from './destination';
import type { ExportColumn } from './table';

/** What a finished file must hold. */
export interface FileExpectation {
  /** `audience`: one row a customer. `list`: ranks 1, 2, 3 … for each customer, whose rows lie together. */
  kind: 'audience' | 'list';
  rows: number;
  /** Customers; for an audience the same as rows. */
  users: number;
}

/**
 * Reads a file from its bytes and compares it with what it must hold.
 * @throws UserError `export_check_failed` with the reason
 */
export async function checkFile(
  name: string,
  bytes: Uint8Array,
  columns: readonly ExportColumn[],
  destination: Destination,
  options: OptionValues,
  expectation: FileExpectation,
  run: RunContext,
): Promise<void> {
  const check = expectation.kind === 'audience' ? new AudienceCheck() : new ListCheck(columns);
  try {
    let rows = 0;
    for await (const block of destination.read(bytes, columns, options, run)) {
      checkColumns(block, columns);
      for (let row = 0; row < block.rows; row++) check.take(block, row);
      rows += block.rows;
      run.report({ stage: `check:${name}`, done: rows, total: expectation.rows, unit: 'rows' });
    }
    if (rows !== expectation.rows) throw new Broken(`it holds ${rows} rows, not ${expectation.rows}`);
    if (check.users !== expectation.users) throw new Broken(`it holds ${check.users} customers, not ${expectation.users}`);
  } catch (error) {
    if (error instanceof Cancelled) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new UserError(
      'export_check_failed',
      `${name} was written but does not read back as it must: ${reason}.`,
      'The export is refused, nothing is handed over; please report this with the plan.',
      { file: name, reason },
    );
  }
}

class Broken extends Error {}

function checkColumns({ names }: ReadBlock, columns: readonly ExportColumn[]): void {
  const wanted = columns.map(({ name }) => name).join(', ');
  if (names.join(', ') !== wanted) throw new Broken(`its columns are ${names.join(', ')}, not ${wanted}`);
}

class AudienceCheck {
  #seen = new Set<unknown>();

  get users(): number {
    return this.#seen.size;
  }

  take({ cells }: ReadBlock, row: number): void {
    const user = cells[0][row];
    if (user === null || user === '') throw new Broken('a customer id is empty');
    if (this.#seen.has(user)) throw new Broken(`the customer ${String(user)} is in it twice`);
    this.#seen.add(user);
  }
}

class ListCheck {
  #seen = new Set<unknown>();
  #current: unknown = null;
  #rank = 0;
  #items = new Set<unknown>();
  #userColumn: number;
  #rankColumn: number;
  #itemColumn: number;

  constructor(columns: readonly ExportColumn[]) {
    const place = (name: string) => columns.findIndex((column) => column.name === name);
    [this.#userColumn, this.#rankColumn, this.#itemColumn] = [place('user'), place('rank'), place('item')];
  }

  get users(): number {
    return this.#seen.size;
  }

  take({ cells }: ReadBlock, row: number): void {
    const user = cells[this.#userColumn][row];
    const item = cells[this.#itemColumn][row];
    if (user === null || user === '') throw new Broken('a customer id is empty');
    if (item === null || item === '') throw new Broken(`an item id of the customer ${String(user)} is empty`);
    if (user !== this.#current) {
      if (this.#seen.has(user)) throw new Broken(`the rows of the customer ${String(user)} do not lie together`);
      this.#seen.add(user);
      this.#current = user;
      this.#rank = 0;
      this.#items.clear();
    }
    if (cells[this.#rankColumn][row] !== ++this.#rank) throw new Broken(`the ranks of the customer ${String(user)} are not 1, 2, 3 …`);
    if (this.#items.has(item)) throw new Broken(`the customer ${String(user)} is recommended the item ${String(item)} twice`);
    this.#items.add(item);
  }
}
