import type { Mapping, RoleSuggestion, SourceKind, SuggestionReason } from '../roles';
import type { InspectedColumn } from './columnGuess';
import type { AnyRole } from './headerWords';
import { areEventWords, round, timeSuggestion, type AssignedRoles } from './suggestions';

/** What a file without a header holds: with times, events; with ways to reach people, users; else what is listed once, items. */
export function guessKindByContent(columns: readonly InspectedColumn[]): SourceKind {
  const hasContacts = columns.some((column) => looksLikeEmails(column) || looksLikePhones(column));
  const first = columns[0];
  const isListed = first !== undefined && isUnique(first);
  if (hasContacts && isListed && !columns.some(areEventWords)) return 'users';
  if (columns.some(({ type }) => type === 'time')) return 'events';
  return isListed && columns.some((column) => column.type === 'text' && !isUnique(column)) && columns.some(looksLikeTitles)
    ? 'items'
    : 'events';
}

/** Roles by the look of the cells alone, for files without a header. */
export function byContent(kind: SourceKind, columns: readonly InspectedColumn[]): AssignedRoles {
  const roles: Mapping['roles'] = {};
  const suggestions = new Map<string, RoleSuggestion>();
  const take = (
    role: AnyRole,
    column: InspectedColumn | undefined,
    reason: SuggestionReason,
    confidence: number,
    values?: RoleSuggestion['values'],
  ) => {
    // prettier-ignore
    if (!column || suggestions.has(column.name) || roles[role] !== undefined) return;
    roles[role] = column.name;
    suggestions.set(column.name, { role, confidence, reason, ...(values && { values }) });
  };
  const free = () => columns.filter((column) => !suggestions.has(column.name) && column.type !== 'empty');

  if (kind === 'users') {
    take('user', columns[0], 'values-look-like-ids', columns[0] && isUnique(columns[0]) ? 0.7 : 0.4);
    contactsByContent(columns, roles, suggestions);
    take('country', free().find(looksLikeCountries), 'values-look-like-countries', 0.5);
    const created = free().find(({ type }) => type === 'time');
    if (created) take('createdAt', created, timeSuggestion(created, 0.5).reason, 0.5, timeSuggestion(created, 0.5).values);
    return { roles, suggestions, doubts: [] };
  }
  if (kind === 'items') {
    take('item', columns[0], 'values-look-like-ids', columns[0] && isUnique(columns[0]) ? 0.7 : 0.4);
    take('title', free().find(looksLikeTitles), 'values-look-like-texts', 0.6);
    take('category', free().find((column) => column.type === 'text' && column.distinct <= column.values.length / 2), 'values-are-few-words', 0.5); // prettier-ignore
    take(
      'price',
      free().find(({ type }) => type === 'decimal'),
      'values-look-like-amounts',
      0.5,
    );
    return { roles, suggestions, doubts: [] };
  }

  const time = columns.findLast((column) => column.type === 'time');
  if (time) {
    roles.time = time.name;
    suggestions.set(time.name, timeSuggestion(time, 0.8));
  }
  take('event', columns.find((column) => column !== time && areEventWords(column)), 'values-are-few-words', 0.8); // prettier-ignore
  const ids = free().filter((column) => column.type !== 'decimal');
  take('user', ids[0], 'values-look-like-ids', 0.5);
  take('item', ids[1], 'values-look-like-ids', 0.5);
  return { roles, suggestions, doubts: [] };
}

/** E-mail addresses and phone numbers show by themselves, whatever their header says. */
export function contactsByContent(
  columns: readonly InspectedColumn[],
  roles: Mapping['roles'],
  suggestions: Map<string, RoleSuggestion>,
): void {
  const contacts = [
    { role: 'email', test: emailShare, reason: 'values-look-like-emails' },
    { role: 'phone', test: phoneShare, reason: 'values-look-like-phones' },
  ] as const;
  for (const { role, test, reason } of contacts) {
    if (roles[role] !== undefined) continue;
    const [best] = columns
      .filter((column) => !suggestions.has(column.name))
      .map((column) => ({ column, share: test(column) }))
      .filter(({ share }) => share >= 0.8)
      .sort((a, b) => b.share - a.share);
    if (!best) continue;
    roles[role] = best.column.name;
    suggestions.set(best.column.name, { role, confidence: round(0.75 * best.share), reason });
  }
}

function shareOf({ values }: InspectedColumn, shape: RegExp): number {
  return values.length === 0 ? 0 : values.filter((value) => shape.test(value.trim())).length / values.length;
}

function emailShare(column: InspectedColumn): number {
  return shareOf(column, /^[^\s@]+@[^\s@]+\.[^\s@]+$/);
}

/** Mobile numbers of China, and numbers with a country in front: other digits may be anything. */
function phoneShare(column: InspectedColumn): number {
  return shareOf(column, /^((\+?86[- ]?)?1[3-9]\d{9}|\+\d[\d\s().-]{6,})$/);
}

function looksLikeEmails(column: InspectedColumn): boolean {
  return emailShare(column) >= 0.8;
}

function looksLikePhones(column: InspectedColumn): boolean {
  return phoneShare(column) >= 0.8;
}

function looksLikeCountries(column: InspectedColumn): boolean {
  return shareOf(column, /^[A-Z]{2}$/) >= 0.9;
}

/** Texts of several words, or of Chinese, that are mostly distinct. */
function looksLikeTitles(column: InspectedColumn): boolean {
  return column.type === 'text' && column.distinct >= column.values.length * 0.7 && shareOf(column, /\S\s+\S|[\u4e00-\u9fff]{2}/) >= 0.5;
}

function isUnique({ values, distinct }: InspectedColumn): boolean {
  return values.length > 1 && distinct === values.length;
}
