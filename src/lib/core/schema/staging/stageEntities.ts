import type { Diagnostic } from '../../base/errors';
import type { Records } from '../records';
import type { TimeZone } from '../parse/timeZone';
import { consentTimeColumn, isConsentColumn } from '../privacy/consents';
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

interface StagedAttribute {
  name: string;
  cell: number;
  cells: AttributeCells;
  builder: TextColumnBuilder;
}

/** Stages a file of users or items: its id column, and as attributes the columns that have a role or are kept. */
export class EntityStager implements Stager {
  negativeQuantities = 0;
  faultyCell = -1;
  readonly #kind: 'users' | 'items';
  readonly #idCell: number;
  readonly #id: CellInterner;
  readonly #ids = new TextColumnBuilder(new TextPool(1 << 14));
  readonly #updated: { cell: number; cells: AttributeCells; builder: TextColumnBuilder } | undefined;
  readonly #attributes: StagedAttribute[];
  /** When somebody agreed, of columns of consents that say it themselves. */
  readonly #consentTimes: StagedAttribute[];

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
    const attribute = (column: string, name: string, ofConsents?: boolean) => {
      const cells = new AttributeCells(name, column, mapping, zone, ofConsents);
      return { name, cell: mapping.columns.indexOf(column), cells, builder: new TextColumnBuilder(cells.pool) };
    };
    const names = attributeNames(mapping);
    this.#attributes = [...names].map(([column, name]) => attribute(column, name));
    const told = new Set(names.values());
    // A yes that is written as its date needs no other column to say when.
    const undated = [...names].filter(([, name]) => isConsentColumn(name) && !told.has(consentTimeColumn(name)));
    this.#consentTimes = undated.map(([column, name]) => attribute(column, consentTimeColumn(name), true));
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
    for (const { cell, cells, builder } of this.#consentTimes) builder.push(cells.intern(reader, cell, row));
    return undefined;
  }

  *finish(): Generator<void, StagedSource> {
    const entities: StagedEntities = { id: this.#ids.finish(), attributes: new Map() };
    for (const { name, cells, builder } of this.#attributes) {
      yield;
      entities.attributes.set(name, cells.finish(builder.finish().codes));
    }
    for (const { name, cells, builder } of this.#consentTimes) {
      yield;
      const times = cells.finish(builder.finish().codes);
      if (times.codes.some((code) => code >= 0)) entities.attributes.set(name, times);
    }
    if (this.#updated) entities.times = instantsOf(this.#updated.cells.finish(this.#updated.builder.finish().codes));
    const identity = this.#kind === 'users' ? identityOf(this.mapping, this.#links) : {};
    return { sourceId: '', [this.#kind]: entities, ...identity };
  }

  problems(): Diagnostic[] {
    return [...(this.#updated ? [this.#updated] : []), ...this.#attributes, ...this.#consentTimes].flatMap(({ cells }) => cells.problems());
  }
}

/** Microseconds of instants in canonical writing, NaN where there is none. */
function instantsOf({ codes, pool }: TextColumn): Float64Array {
  const instants = pool.texts().map((text) => Date.parse(text) * 1000);
  return Float64Array.from(codes, (code) => (code < 0 ? NaN : instants[code]));
}
