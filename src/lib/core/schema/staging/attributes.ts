import type { RecordReader } from '../csv/recordReader';
import { itemRoles, userRoles, type Mapping } from '../roles';
import { CellInterner } from './cells';
import type { StagedEntities } from './staged';
import { grown, TextPool } from './textPool';

/** Roles of users and items by the name of their canonical column; `cost`, `stock` and `text` keep theirs. */
const columnOfRole: Record<string, string> = {
  consentEmail: 'consent_email',
  consentSms: 'consent_sms',
  consentPush: 'consent_push',
  createdAt: 'created_at',
};

/** A fact about a user or item that rides along in a file of events: the latest one that is not empty counts. */
export class AttributeStager {
  #codeOfEntity = new Int32Array(1024).fill(-1);

  constructor(
    readonly of: 'users' | 'items',
    private readonly name: string,
    private readonly cell: number,
    private readonly cells: CellInterner,
  ) {}

  row(reader: RecordReader, entity: number): void {
    if (entity < 0) return;
    const code = this.cells.intern(reader, this.cell);
    if (code < 0) return;
    if (entity >= this.#codeOfEntity.length) {
      const before = this.#codeOfEntity.length;
      this.#codeOfEntity = grown(this.#codeOfEntity, entity + 1);
      this.#codeOfEntity.fill(-1, before);
    }
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
          { kind: 'text', codes: known.map((entity) => attribute.#codeOfEntity[entity] ?? -1), pool: attribute.cells.pool },
        ]),
      ),
    };
  }
}

/** The user and item facts that a mapping of events names. */
export function ridingAttributes(mapping: Mapping, quote: number): AttributeStager[] {
  const riding = (of: 'users' | 'items', roles: readonly string[]) =>
    roles.flatMap((role) => {
      const column = mapping.roles[role as keyof Mapping['roles']];
      // The price of an event is the line's, not the item's.
      if (column === undefined || role === 'user' || role === 'item' || role === 'price') return [];
      return [
        new AttributeStager(of, columnOfRole[role] ?? role, mapping.columns.indexOf(column), new CellInterner(new TextPool(), quote)),
      ];
    });
  return [...riding('users', userRoles), ...riding('items', itemRoles)];
}

/** The attribute that a column of a users or items file holds: its role's canonical name, or its own. */
export function attributeName(mapping: Mapping, column: string): string {
  const role = Object.entries(mapping.roles).find(([, mapped]) => mapped === column)?.[0];
  return role === undefined ? column : (columnOfRole[role] ?? role);
}
