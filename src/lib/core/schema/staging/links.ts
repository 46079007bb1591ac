import type { Records } from '../records';
import type { Mapping } from '../roles';
import { CellInterner } from './cells';
import { TextColumnBuilder } from './columns';
import type { StagedLinks, StagedSource } from './staged';
import { grown, TextPool } from './textPool';

/** A column that holds other ids of the rows' people: each pair of a person and an id once, in the order of first sight. */
export class LinkStager {
  readonly #cells: CellInterner;
  readonly #users: TextColumnBuilder;
  readonly #ids = new TextColumnBuilder();
  /** The last id of each person, by code: most people have one, and need no set. */
  #last = new Int32Array(1024).fill(-1);
  readonly #others = new Set<number>();

  constructor(
    private readonly kind: string,
    private readonly cell: number,
    quote: number,
    users: TextPool,
  ) {
    this.#cells = new CellInterner(this.#ids.pool, quote);
    this.#users = new TextColumnBuilder(users);
  }

  row(reader: Records, user: number): void {
    if (this.cell >= reader.cells) return;
    const id = this.#cells.intern(reader, this.cell);
    if (id < 0) return;
    if (user >= this.#last.length) {
      const before = this.#last.length;
      this.#last = grown(this.#last, user + 1).fill(-1, before);
    }
    const last = this.#last[user];
    if (last === id) return;
    this.#last[user] = id;
    if (last >= 0) {
      this.#others.add(pair(user, last));
      if (this.#others.has(pair(user, id))) return;
    }
    this.#users.push(user);
    this.#ids.push(id);
  }

  finish(): StagedLinks {
    return { kind: this.kind, user: this.#users.finish(), id: this.#ids.finish() };
  }
}

/** What a file says of who its people are besides its rows. */
export function identityOf({ userIdKind }: Mapping, links: readonly LinkStager[]): Pick<StagedSource, 'userIdKind' | 'links'> {
  return { ...(userIdKind && { userIdKind }), ...(links.length > 0 && { links: links.map((one) => one.finish()) }) };
}

/** Exact: there are less than 2^26 people or ids to a file that fits into memory. */
const pair = (user: number, id: number) => user * 0x4000000 + id;

/** The columns of other ids that a mapping names, but for the one that is the person's own. */
export function linkStagers({ ids = {}, columns, roles, quote }: Mapping, users: TextPool): LinkStager[] {
  const mark = quote === '' ? -1 : quote.charCodeAt(0);
  return Object.entries(ids)
    .filter(([column]) => columns.includes(column) && column !== roles.user)
    .map(([column, kind]) => new LinkStager(kind, columns.indexOf(column), mark, users));
}
