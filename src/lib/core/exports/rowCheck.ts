import type { ExportBlock, ExportColumn } from './table';
import type { ExportKind, RowCheck } from './destination';

/** A file does not hold what it must; the message completes "… does not read back as it must: ". */
export class BrokenFile extends Error {}

/** For files of which a column (the first, where none is marked as such) says who or what a row is for: one row a customer, or ranks 1, 2, 3 … for each of them. */
export function contentCheck(kind: ExportKind, columns: readonly ExportColumn[]): RowCheck {
  if (kind === 'list') return new ListCheck(columns);
  const id = columns.findIndex(({ required }) => required);
  // Somebody left the ids out: nobody can tell rows apart.
  return id < 0 ? { take: () => undefined } : new AudienceCheck(id);
}

class AudienceCheck implements RowCheck {
  #seen = new Set<unknown>();

  constructor(private readonly id: number) {}

  get users(): number {
    return this.#seen.size;
  }

  take({ cells }: ExportBlock, row: number): void {
    const user = cells[this.id][row];
    if (user === null || user === '') throw new BrokenFile('a customer id is empty');
    if (this.#seen.has(user)) throw new BrokenFile(`the customer ${String(user)} is in it twice`);
    this.#seen.add(user);
  }
}

class ListCheck implements RowCheck {
  #seen = new Set<unknown>();
  #current: unknown = null;
  #rank = 0;
  #items = new Set<unknown>();
  #rankColumn: number;
  #itemColumn: number;

  constructor(columns: readonly ExportColumn[]) {
    const place = (name: string) => columns.findIndex((column) => column.name === name);
    [this.#rankColumn, this.#itemColumn] = [place('rank'), place('item')];
  }

  get users(): number {
    return this.#seen.size;
  }

  take({ cells }: ExportBlock, row: number): void {
    const user = cells[0][row];
    const item = cells[this.#itemColumn][row];
    if (user === null || user === '') throw new BrokenFile('a customer id is empty');
    if (item === null || item === '') throw new BrokenFile(`an item id of the customer ${String(user)} is empty`);
    if (user !== this.#current) {
      if (this.#seen.has(user)) throw new BrokenFile(`the rows of the customer ${String(user)} do not lie together`);
      this.#seen.add(user);
      this.#current = user;
      this.#rank = 0;
      this.#items.clear();
    }
    if (cells[this.#rankColumn][row] !== ++this.#rank) throw new BrokenFile(`the ranks of the customer ${String(user)} are not 1, 2, 3 …`);
    if (this.#items.has(item)) throw new BrokenFile(`the customer ${String(user)} is recommended the item ${String(item)} twice`);
    this.#items.add(item);
  }
}
