import type { Records } from '../records';
import type { TimeZone } from '../parse/timeZone';
import { itemRoles, userRoles, type Mapping } from '../roles';
import { AttributeCells } from './attributeCells';
import { canonicalColumn } from './attributeNames';
import type { StagedEntities } from './staged';
import { grown, type TextPool } from './textPool';

/**
 * A fact about a user or item that rides along in a file of events: the latest one that is not empty counts. Somebody
 * who occurs in a file with a consent column and has no answer in any row gets the empty text, as in a file of users.
 */
export class AttributeStager {
  #codeOfEntity = new Int32Array(1024).fill(-1);

  constructor(
    readonly of: 'users' | 'items',
    private readonly name: string,
    private readonly cell: number,
    readonly cells: AttributeCells,
  ) {}

  row(reader: Records, entity: number, row: number): void {
    if (entity < 0) return;
    const code = this.cells.intern(reader, this.cell, row);
    if (code < 0) return;
    if (entity >= this.#codeOfEntity.length) {
      const before = this.#codeOfEntity.length;
      this.#codeOfEntity = grown(this.#codeOfEntity, entity + 1);
      this.#codeOfEntity.fill(-1, before);
    }
    if (this.cells.isBlank(code) && this.#codeOfEntity[entity] >= 0) return;
    this.#codeOfEntity[entity] = code;
  }

  /** Attributes of the same kind of entity, for those that have any. */
  static finish(attributes: readonly AttributeStager[], pool: TextPool): StagedEntities {
    const known = Int32Array.from({ length: pool.size }, (_, entity) => entity).filter((entity) =>
      attributes.some((attribute) => (attribute.#codeOfEntity[entity] ?? -1) >= 0),
    );
    return {
      id: { kind: 'text', codes: known, pool },
      attributes: new Map(
        attributes.map((attribute) => [
          attribute.name,
          attribute.cells.finish(known.map((entity) => attribute.#codeOfEntity[entity] ?? -1)),
        ]),
      ),
    };
  }
}

/** The user and item facts that a mapping of events names. */
export function inlineAttributes(mapping: Mapping, zone: TimeZone): AttributeStager[] {
  const inline = (of: 'users' | 'items', roles: readonly string[]) =>
    roles.flatMap((role) => {
      const column = mapping.roles[role as keyof Mapping['roles']];
      // The price of an event is the line's, not the item's.
      if (column === undefined || role === 'user' || role === 'item' || role === 'price') return [];
      const name = canonicalColumn(role);
      return [new AttributeStager(of, name, mapping.columns.indexOf(column), new AttributeCells(name, column, mapping, zone))];
    });
  return [...inline('users', userRoles), ...inline('items', itemRoles)];
}
