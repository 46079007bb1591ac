import { canonicalTables } from '../canonical';
import { itemRoles, userRoles, type Mapping } from '../roles';

/** Roles of users and items by the name of their canonical column; the others have the name of their role. */
const columnOfRole: Record<string, string> = {
  user: 'user_id',
  item: 'item_id',
  createdAt: 'created_at',
};

/** The canonical column that a role of users or items fills. */
export function canonicalColumn(role: string): string {
  // consentEmail → consent_email, consentEmailAt → consent_email_at
  return columnOfRole[role] ?? (role.startsWith('consent') ? role.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`) : role);
}

/**
 * The attribute that each column of a users or items file becomes, by the column's name: its role's canonical name, or
 * its own where it is kept. Columns that are not imported, and the id, are not in it.
 *
 * Engines do not tell `City` from `city`, so the second of two such columns gets a number; a kept column that is called
 * like one of ours gets `(file)` behind its name. Both follow from the mapping alone, so that rules can rely on them.
 */
export function attributeNames(mapping: Mapping): Map<string, string> {
  const { kind, columns, roles, keep } = mapping;
  const idRole = kind === 'users' ? 'user' : 'item';
  // Where people are known by their address, the column is both: as an attribute it is the address.
  const inOrder = Object.entries(roles).sort(([a], [b]) => Number(b === idRole) - Number(a === idRole));
  const roleOfColumn = new Map(inOrder.map(([role, column]) => [column, role]));
  const taken = new Set([...roleOfColumn.values()].map((role) => plain(canonicalColumn(role))));
  const ours =
    kind === 'users' ? [...Object.keys(canonicalTables.users), ...userRoles] : [...Object.keys(canonicalTables.items), ...itemRoles];
  // Before `keep`, a column that was called like one of ours filled it.
  const reserved = keep ? new Set([...taken, ...ours.map((name) => plain(canonicalColumn(name)))]) : taken;
  const names = new Map<string, string>();
  for (const column of columns) {
    const role = roleOfColumn.get(column);
    if (role !== undefined) {
      // When the row was so is no fact of its own.
      if (role !== idRole && role !== 'updatedAt') names.set(column, canonicalColumn(role));
      continue;
    }
    if (keep && !keep.includes(column)) continue;
    const own = column.normalize('NFC').replace(/\s+/g, ' ').trim();
    const clear = reserved.has(plain(own)) ? `${own} (file)` : own;
    let free = clear;
    for (let n = 2; taken.has(plain(free)); n++) free = `${clear} ${n}`;
    taken.add(plain(free));
    names.set(column, free);
  }
  return names;
}

function plain(name: string): string {
  return name.toLowerCase();
}
