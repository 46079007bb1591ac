import { consentRoles, eventRoles, itemRoles, userRoles, type RoleSuggestion, type SourceKind } from '../roles';
import { byContent, contactsByContent, guessKindByContent } from './byContent';
import type { InspectedColumn } from './columnGuess';
import { headerFit, headerWordCount, type AnyRole } from './headerWords';
import { round, timeSuggestion, type AssignedRoles, type Roles } from './suggestions';

/** Item and user facts that may stand in a file of events, on every row. */
const inlineRoles: readonly AnyRole[] = ['title', 'category', 'brand', 'email', 'phone', 'country', ...consentRoles];

/** Two headers whose words lie no farther apart in the list of a role are nearly alike. */
const nearWords = 8;
/** Roles whose wrong column makes the whole import wrong. */
const doubtedRoles: readonly AnyRole[] = ['user', 'item', 'time', 'event', 'value', 'order'];

/** What a file's rows are: with times and a user, events; else facts about users or items, by what the headers speak of. */
export function guessKind(columns: readonly InspectedColumn[], header = true): SourceKind {
  if (!header) return guessKindByContent(columns);
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
export function assignRoles(kind: SourceKind, columns: readonly InspectedColumn[], header: boolean): AssignedRoles {
  return header ? byHeader(kind, columns) : byContent(kind, columns);
}

function byHeader(kind: SourceKind, columns: readonly InspectedColumn[]): AssignedRoles {
  const possible: readonly AnyRole[] = kind === 'events' ? [...eventRoles, ...inlineRoles] : kind === 'users' ? userRoles : itemRoles;
  const offers = possible
    .flatMap((role) => columns.map((column) => ({ role, column, fit: suits(role, column) ? headerFit(column.name, role) : 0 })))
    .filter(({ fit }) => fit > 0)
    .sort((a, b) => b.fit - a.fit);
  const roles: Roles = {};
  const suggestions = new Map<string, RoleSuggestion>();
  for (const { role, column, fit } of offers) {
    if (roles[role] !== undefined || suggestions.has(column.name)) continue;
    roles[role] = column.name;
    suggestions.set(column.name, headerSuggestion(role, column, fit));
  }
  if (kind === 'events' && roles.time === undefined) {
    const time = columns.find((column) => column.type === 'time' && !suggestions.has(column.name));
    if (time) {
      roles.time = time.name;
      suggestions.set(time.name, timeSuggestion(time, 0.6));
    }
  }
  if (kind !== 'items') {
    contactsByContent(columns, roles, suggestions);
    contactAsUser(roles, suggestions);
  }
  const doubts = doubtedRoles.flatMap((role) => {
    const [first, ...others] = offers.filter((offer) => offer.role === role && (roles[role] === offer.column.name || !suggestions.has(offer.column.name))); // prettier-ignore
    const near = others.find((offer) => first.fit - offer.fit <= nearWords);
    return near ? [{ role, column: first.column.name, other: near.column.name }] : [];
  });
  return { roles, suggestions, doubts };
}

/** Where nothing else tells people apart, the address or number that they are reached by does. */
function contactAsUser(roles: Roles, suggestions: Map<string, RoleSuggestion>): void {
  const contact = roles.email ?? roles.phone;
  if (roles.user !== undefined || contact === undefined) return;
  roles.user = contact;
  const reason = roles.email ? 'values-look-like-emails' : 'values-look-like-phones';
  suggestions.set(contact, { role: 'user', confidence: 0.5, reason });
}

function headerSuggestion(role: AnyRole, column: InspectedColumn, fit: number): RoleSuggestion {
  const rank = 1 - Math.min(1, (1000 - fit) / headerWordCount(role));
  const confidence = round(0.7 + 0.25 * Math.max(0, rank));
  if ((role === 'time' || role === 'createdAt') && column.time && column.time.format.kind !== 'text')
    return { ...timeSuggestion(column, confidence), role };
  return { role, confidence, reason: 'header-word', values: { header: column.name } };
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
