import type { Diagnostic } from '../../base/errors';
import type { Records } from '../records';
import type { TimeZone } from '../parse/timeZone';
import type { Mapping } from '../roles';
import { AttributeCells } from './attributeCells';
import { attributeNames } from './attributeNames';
import { brokenCell, CellInterner } from './cells';
import { TextColumnBuilder, type TextColumn } from './columns';
import { cellOfRole, unmapped } from './stageEvents';
import { identityOf, linkStagers, type LinkStager } from './links';
import type { Stager } from './stager';
import type { RejectCode, StagedEntities, StagedSource } from './staged';
import { TextPool } from './textPool';

/** Stages a file of users or items: its id column, and as attributes the columns that have a role or are kept. */
export class EntityStager implements Stager {
  negativeQuantities = 0;
  faultyCell = -1;
  readonly #kind: 'users' | 'items';
  readonly #idCell: number;
  readonly #id: CellInterner;
  readonly #ids = new TextColumnBuilder(new TextPool(1 << 14));
  readonly #updated: { cell: number; cells: AttributeCells; builder: TextColumnBuilder } | undefined;
  readonly #attributes: { name: string; cell: number; cells: AttributeCells; builder: TextColumnBuilder }[];

  readonly #links: LinkStager[];

  constructor(
    private readonly mapping: Mapping,
    zone: TimeZone,
  ) {
    this.#kind = mapping.kind === 'users' ? 'users' : 'items';
    const role = this.#kind === 'users' ? 'user' : 'item';
    const quote = mapping.quote === '' ? -1 : mapping.quote.charCodeAt(0);
    this.#idCell = cellOfRole(mapping, role);
    if (this.#idCell < 0) throw unmapped(role);
    this.#id = new CellInterner(this.#ids.pool, quote, mapping.trimFloatIds);
    this.#links = this.#kind === 'users' ? linkStagers(mapping, this.#ids.pool) : [];
    const updated = cellOfRole(mapping, 'updatedAt');
    if (updated >= 0) {
      const cells = new AttributeCells('created_at', mapping.columns[updated], { ...mapping, kind: 'users' }, zone);
      this.#updated = { cell: updated, cells, builder: new TextColumnBuilder(cells.pool) };
    }
    this.#attributes = [...attributeNames(mapping)].map(([column, name]) => {
      const cells = new AttributeCells(name, column, mapping, zone);
      return { name, cell: mapping.columns.indexOf(column), cells, builder: new TextColumnBuilder(cells.pool) };
    });
  }

  row(reader: Records, row: number): RejectCode | undefined {
    this.faultyCell = this.#idCell;
    const id = this.#id.intern(reader, this.#idCell);
    if (id === brokenCell) return 'bad_encoding';
    if (id < 0) return this.#kind === 'users' ? 'missing_user' : 'missing_item';
    this.#ids.push(id);
    for (const links of this.#links) links.row(reader, id);
    this.#updated?.builder.push(this.#updated.cells.intern(reader, this.#updated.cell, row));
    for (const { cell, cells, builder } of this.#attributes) builder.push(cells.intern(reader, cell, row));
    return undefined;
  }

  finish(): StagedSource {
    const entities: StagedEntities = {
      id: this.#ids.finish(),
      attributes: new Map(this.#attributes.map(({ name, cells, builder }) => [name, cells.finish(builder.finish().codes)])),
    };
    if (this.#updated) entities.times = instantsOf(this.#updated.cells.finish(this.#updated.builder.finish().codes));
    const identity = this.#kind === 'users' ? identityOf(this.mapping, this.#links) : {};
    return { sourceId: '', [this.#kind]: entities, ...identity };
  }

  problems(): Diagnostic[] {
    return [...(this.#updated ? [this.#updated] : []), ...this.#attributes].flatMap(({ cells }) => cells.problems());
  }
}

/** Microseconds of instants in canonical writing, NaN where there is none. */
function instantsOf({ codes, pool }: TextColumn): Float64Array {
  const instants = pool.texts().map((text) => Date.parse(text) * 1000);
  return Float64Array.from(codes, (code) => (code < 0 ? NaN : instants[code]));
}
