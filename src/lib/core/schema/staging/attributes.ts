import type { Records } from '../records';
import type { TimeZone } from '../parse/timeZone';
import { itemRoles, userRoles, type Mapping } from '../roles';
import { AttributeCells } from './attributeCells';
import { canonicalColumn } from './attributeNames';
import { emptyCell } from './cells';
import { NumberColumnBuilder, TextColumnBuilder } from './columns';
import { consentIsNewer, isEarlier, isLater, type Outranks } from './datedFacts';
import type { StagedEntities } from './staged';
import { grown, type TextPool } from './textPool';

/**
 * A fact about a user or item that rides along in a file of events. It is dated by its event: the latest one and the
 * first one that are not empty are kept, so that the rows may come in any order and in any number of files. A consent
 * is asked again with every sale: one without an answer, on a later day than the latest answer, takes it back. (The
 * day, because exports write the answer on the first line of an order only.)
 */
export class AttributeStager {
  readonly #latest: DatedCells;
  readonly #first: DatedCells | undefined;

  constructor(
    readonly of: 'users' | 'items',
    private readonly name: string,
    private readonly cell: number,
    readonly cells: AttributeCells,
  ) {
    this.#latest = new DatedCells(cells.isConsent ? consentIsNewer : isLater);
    // The first consent counts for nothing.
    if (!cells.isConsent) this.#first = new DatedCells(isEarlier);
  }

  /** @param ts of the row's event */
  row(reader: Records, entity: number, row: number, ts: number, isSale: boolean): void {
    if (entity < 0) return;
    const code = this.cells.intern(reader, this.cell, row);
    if (code < 0 || (this.cells.isBlank(code) && !isSale)) return;
    const { pool } = this.cells;
    this.#latest.put(entity, code, ts, pool);
    this.#first?.put(entity, code, ts, pool);
  }

  /** Attributes of the same kind of entity: a row for each entity and moment of which any is kept. */
  static finish(attributes: readonly AttributeStager[], pool: TextPool): StagedEntities {
    const id = new TextColumnBuilder(pool);
    const times = new NumberColumnBuilder();
    const codes = attributes.map(() => new TextColumnBuilder());
    const moments: number[] = [];
    for (let entity = 0; entity < pool.size; entity++) {
      moments.length = 0;
      for (const attribute of attributes)
        for (const cells of attribute.#kept) {
          const at = cells.timeOf(entity);
          if (at === at && !moments.includes(at)) moments.push(at);
        }
      moments.sort((a, b) => a - b);
      for (const at of moments) {
        id.push(entity);
        times.push(at);
        for (let a = 0; a < attributes.length; a++) codes[a].push(attributes[a].#codeAt(entity, at));
      }
    }
    return {
      id: id.finish(),
      times: times.finish().values,
      attributes: new Map(attributes.map(({ name, cells }, a) => [name, cells.finish(codes[a].finish().codes)])),
    };
  }

  get #kept(): DatedCells[] {
    return this.#first ? [this.#latest, this.#first] : [this.#latest];
  }

  /** Where both are of one moment they are the same cell. */
  #codeAt(entity: number, at: number): number {
    for (const cells of this.#kept) if (cells.timeOf(entity) === at) return cells.codeOf(entity);
    return emptyCell;
  }
}

/** A cell and its time for each entity: the one that outranks the others. */
class DatedCells {
  #codes = new Int32Array(1024);
  #times = new Float64Array(1024).fill(NaN);

  constructor(private readonly outranks: Outranks) {}

  put(entity: number, code: number, ts: number, pool: TextPool): void {
    if (entity >= this.#codes.length) {
      const before = this.#codes.length;
      this.#codes = grown(this.#codes, entity + 1);
      this.#times = grown(this.#times, entity + 1).fill(NaN, before);
    }
    const at = this.#times[entity];
    if (at === at && !this.outranks(pool, code, ts, this.#codes[entity], at)) return;
    this.#codes[entity] = code;
    this.#times[entity] = ts;
  }

  codeOf(entity: number): number {
    return this.#codes[entity];
  }

  /** NaN where there is none. */
  timeOf(entity: number): number {
    return entity < this.#times.length ? this.#times[entity] : NaN;
  }
}

/** The user and item facts that a mapping of events names. */
export function inlineAttributes(mapping: Mapping, zone: TimeZone): AttributeStager[] {
  const inline = (of: 'users' | 'items', roles: readonly string[]) =>
    roles.flatMap((role) => {
      const column = mapping.roles[role as keyof Mapping['roles']];
      // The price of an event is the line's, not the item's.
      if (column === undefined || role === 'user' || role === 'item' || role === 'price' || role === 'updatedAt') return [];
      const name = canonicalColumn(role);
      return [new AttributeStager(of, name, mapping.columns.indexOf(column), new AttributeCells(name, column, mapping, zone))];
    });
  return [...inline('users', userRoles), ...inline('items', itemRoles)];
}
