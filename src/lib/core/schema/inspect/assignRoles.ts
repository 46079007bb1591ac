import { standardEventOf } from '../parse/eventNames';
import { eventRoles, itemRoles, userRoles, type Mapping, type SourceKind } from '../roles';
import type { InspectedColumn } from './columnGuess';
import { headerFit, type AnyRole } from './headerWords';

type Roles = Mapping['roles'];

/** Item and user facts that may stand in a file of events, on every row. */
const inlineRoles: readonly AnyRole[] = [
  'title',
  'category',
  'brand',
  'email',
  'phone',
  'country',
  'consentEmail',
  'consentSms',
  'consentPush',
];

/** What a file's rows are: with times and a user, events; else facts about users or items, by what the headers speak of. */
export function guessKind(columns: readonly InspectedColumn[]): SourceKind {
  const has = (role: AnyRole) => columns.some((column) => headerFit(column.name, role) > 0);
  const personal = (['email', 'phone', 'consentEmail', 'consentSms', 'consentPush'] as const).some(has);
  const trade = (['event', 'quantity', 'value', 'order', 'session', 'rating'] as const).some(has) || (has('user') && has('item'));
  const dated = columns.some((column) => column.type === 'time' && headerFit(column.name, 'time') > headerFit(column.name, 'createdAt'));
  if (trade) return 'events';
  if (has('user') && !has('item') && (personal || !columns.some((column) => column.type === 'time')))
    return personal || !dated ? 'users' : 'events';
  if (has('item') && !has('user') && !dated) return 'items';
  return 'events';
}

/** A role for each column that has one, by header words first and by what the cells look like where there are none. */
export function assignRoles(kind: SourceKind, columns: readonly InspectedColumn[], header: boolean): Roles {
  return header ? byHeader(kind, columns) : byContent(kind, columns);
}

function byHeader(kind: SourceKind, columns: readonly InspectedColumn[]): Roles {
  const roles: readonly AnyRole[] = kind === 'events' ? [...eventRoles, ...inlineRoles] : kind === 'users' ? userRoles : itemRoles;
  const offers = roles
    .flatMap((role) => columns.map((column) => ({ role, column, fit: suits(role, column) ? headerFit(column.name, role) : 0 })))
    .filter(({ fit }) => fit > 0)
    .sort((a, b) => b.fit - a.fit);
  const assigned: Roles = {};
  const taken = new Set<string>();
  for (const { role, column } of offers) {
    if (assigned[role] !== undefined || taken.has(column.name)) continue;
    assigned[role] = column.name;
    taken.add(column.name);
  }
  if (kind === 'events' && assigned.time === undefined) {
    const time = columns.find((column) => column.type === 'time' && !taken.has(column.name));
    if (time) assigned.time = time.name;
  }
  return assigned;
}

/** Whether the cells can be what the role needs; a header alone does not make a time. */
function suits(role: AnyRole, column: InspectedColumn): boolean {
  switch (role) {
    case 'time':
      return column.time !== undefined && column.time.share >= 0.3;
    case 'updatedAt':
      return column.time !== undefined && column.time.share >= 0.9;
    case 'quantity':
    case 'price':
    case 'value':
    case 'rating':
    case 'cost':
    case 'stock':
      // A few cells that are no numbers are for the rejects file to name, not a reason to ignore the column.
      return column.values.filter((value) => /^[\s¥￥$€£+-]*[\d.,'’\s]+(e[-+]?\d+)?\s*$/i.test(value)).length >= column.values.length / 2;
    case 'event':
      return column.distinct <= 100;
    default:
      return true;
  }
}

function byContent(kind: SourceKind, columns: readonly InspectedColumn[]): Roles {
  if (kind !== 'events') return { [kind === 'users' ? 'user' : 'item']: columns[0]?.name };
  const assigned: Roles = {};
  const time = columns.findLast((column) => column.type === 'time');
  const event = columns.find(
    (column) =>
      column !== time &&
      column.distinct <= 50 &&
      column.values.length > 0 &&
      column.values.every((value) => standardEventOf(value) !== undefined),
  );
  const ids = columns.filter((column) => column !== time && column !== event && column.type !== 'decimal' && column.type !== 'empty');
  if (time) assigned.time = time.name;
  if (event) assigned.event = event.name;
  if (ids[0]) assigned.user = ids[0].name;
  if (ids[1]) assigned.item = ids[1].name;
  return assigned;
}
