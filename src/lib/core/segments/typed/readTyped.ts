import type { MeasureWindow, PropertyFilter, TextProperty } from '../../measures/measure';
import type { TraitKind } from '../../profiles/traits';
import type { EventRule, Rule, TraitRule } from '../rule';
import { extractComparison, extractNot, extractWindow, foldTyped, type TypedComparison } from './extract';
import { eventWords, fillers, propertyHints, traitWords } from './words';

/** A thing that a condition can be about, by all names that a person may type. */
interface Named {
  id: string;
  names: readonly string[];
}

/** What can be typed: names as they are on screen. */
export interface TypedVocabulary {
  traits: readonly (Named & { kind: TraitKind; values?: readonly string[] })[];
  events: readonly Named[];
  segments: readonly Named[];
  idLists: readonly Named[];
}

/** A value of the data that events can be filtered by. */
export interface TypedValue {
  property: TextProperty;
  value: string;
  label: string;
}

/** One way to understand a text. */
export interface TypedReading {
  rule: Rule;
  /** What was not understood; a reading is whole where this is empty. */
  left: string;
}

/**
 * Conditions that a typed text may mean, the best first: "orders at least 3 in last 90 days", "未浏览 女装 近 30 天",
 * "top 20% revenue". The parts may stand in any order, both languages are understood whatever the screen's is, and the
 * beginning of a name is enough.
 * @param values of the data that the text may name
 */
export function readTyped(typed: string, vocabulary: TypedVocabulary, values: readonly TypedValue[] = []): TypedReading[] {
  const text = foldTyped(typed).replace(/^\//, '').trim();
  if (text === '') return [];
  const found = [
    ...vocabulary.events.flatMap((event) => eventReadings(text, event, values)),
    ...vocabulary.traits.flatMap((trait) => traitReadings(text, trait)),
    ...vocabulary.segments.flatMap((segment) => memberReadings(text, segment, { segment: segment.id })),
    ...vocabulary.idLists.flatMap((list) => memberReadings(text, list, { list: list.id })),
    ...randomReadings(text),
  ];
  return found
    .map((reading, place) => ({ ...reading, place }))
    .sort((a, b) => a.left.length - b.left.length || b.worth - a.worth || a.place - b.place)
    .map(({ rule, left }) => ({ rule, left }));
}

/** `worth`: letters of the name that were typed, so that the longest name that fits comes first. */
type Candidate = TypedReading & { worth: number };

function eventReadings(text: string, event: Named, values: readonly TypedValue[]): Candidate[] {
  const { found: window, left: withoutWindow } = extractWindow(text);
  const named = takeName(withoutWindow, [...event.names, event.id, ...(eventWords[event.id] ?? [])]);
  if (!named) return [];
  const not = extractNot(text).found ?? extractNot(named.left).found;
  const never = /\bnever\b|\bnot once\b|从未|从没|0\s*次/.test(text) || not;
  const { where, left } = takeValues(extractNot(named.left).left.replace(/\bnever\b|\bnot once\b/, ''), values);
  const { found: comparison, left: rest } = never ? { found: undefined, left: left.replace(/0\s*次/, '') } : extractComparison(left);
  if (comparison && (comparison.operator === 'top' || comparison.operator === 'bottom' || comparison.isPercent)) return [];
  const rule: EventRule = {
    event: event.id,
    ...(never ? { atMost: 0 } : timesOf(comparison)),
    ...windowKeys(window),
    ...(where.length > 0 ? { where } : {}),
  };
  // Where there is a window or a filter, what is meant was done and is no trait.
  return [{ rule, left: bare(rest), worth: named.worth + (window || where.length > 0 ? 2 : -0.5) }];
}

function timesOf(comparison: TypedComparison | undefined): Pick<EventRule, 'atLeast' | 'atMost'> {
  if (!comparison) return { atLeast: 1 };
  const [low, high] = [Math.round(comparison.low), Math.round(comparison.high)];
  switch (comparison.operator) {
    case 'atMost':
      return { atMost: low };
    case 'lessThan':
      return { atMost: Math.max(0, low - 1) };
    case 'moreThan':
      return { atLeast: low + 1 };
    case 'exactly':
      return { atLeast: low, atMost: low };
    case 'between':
      return { atLeast: Math.min(low, high), atMost: Math.max(low, high) };
    default:
      return { atLeast: low };
  }
}

function windowKeys(window: MeasureWindow | undefined): Partial<EventRule> {
  return window ?? {};
}

function traitReadings(text: string, trait: TypedVocabulary['traits'][number]): Candidate[] {
  const named = takeName(text, [...trait.names, trait.id, ...(traitWords[trait.id] ?? [])]);
  if (!named) return [];
  const { found: not, left } = extractNot(named.left);
  const finish = (rule: TraitRule, rest: string): Candidate[] => [
    { rule: not ? { not: rule } : rule, left: bare(rest), worth: named.worth },
  ];
  switch (trait.kind) {
    case 'boolean': {
      const isFalse = /\b(?:is )?(?:no|false)\b|为?否/;
      return isFalse.test(left)
        ? finish({ trait: trait.id, is: false }, left.replace(isFalse, ''))
        : finish({ trait: trait.id, is: true }, left);
    }
    case 'text': {
      const words = bare(left.replace(/^(?:is|=|等于|为|是)\s*/, ''));
      const known = (trait.values ?? []).filter(
        (value) => foldTyped(value) === words || (words !== '' && foldTyped(value).startsWith(words)),
      );
      if (words === '') return finish({ trait: trait.id, exists: true }, '');
      return known.length > 0
        ? known.slice(0, 3).flatMap((value) => finish({ trait: trait.id, is: value }, ''))
        : finish({ trait: trait.id, exists: true }, words);
    }
    case 'date': {
      const { found: window, left: rest } = extractWindow(left);
      if (!window) return finish({ trait: trait.id, exists: true }, left);
      if ('withinDays' in window) return finish({ trait: trait.id, withinDays: window.withinDays }, rest);
      const { from, to } = window as { from?: string; to?: string };
      if (from && to) return finish({ trait: trait.id, betweenDates: [from, to] }, rest);
      if (from) return finish({ trait: trait.id, after: from }, rest);
      return to ? finish({ trait: trait.id, before: to }, rest) : [];
    }
    default: {
      const { found: comparison, left: rest } = extractComparison(left);
      return finish({ trait: trait.id, ...numberKeys(comparison, trait.kind) }, rest);
    }
  }
}

function numberKeys(comparison: TypedComparison | undefined, kind: TraitKind): Omit<TraitRule, 'trait'> {
  if (!comparison) return { exists: true };
  const { operator, low, high } = comparison;
  if (operator === 'top') return { topPercent: Math.min(100, low) };
  if (operator === 'bottom') return { bottomPercent: Math.min(100, low) };
  // Shares and scores are 0 … 1 inside; "80" of one is 80 %.
  const scale = (kind === 'share' || kind === 'score') && (comparison.isPercent || low > 1) ? 100 : 1;
  if (operator === 'between') return { between: [Math.min(low, high) / scale, Math.max(low, high) / scale] };
  if (operator === 'exactly') return { is: low / scale };
  return { [operator]: low / scale };
}

function memberReadings(text: string, named: Named, rule: Rule): Candidate[] {
  const { found: not, left } = extractNot(text);
  const taken = takeName(left, named.names);
  return taken ? [{ rule: not ? { not: rule } : rule, left: bare(taken.left), worth: taken.worth }] : [];
}

function randomReadings(text: string): Candidate[] {
  const word = /\brandom\b|随机/.exec(text);
  if (!word) return [];
  const left = text.replace(/\brandom(?: share| half)?\b|随机(?:分流|抽取|抽样)?/, '');
  const { found, left: rest } = extractComparison(left);
  const [from, to] = found?.operator === 'between' ? [found.low, found.high] : [0, found?.low ?? 50];
  if (!(from >= 0 && from < to && to <= 100)) return [];
  return [{ rule: { random: { name: 'A/B', from, to } }, left: bare(rest), worth: word[0].length }];
}

/** The longest of the names that stands in the text, or of which the text's end (without other words) is the beginning. */
function takeName(text: string, names: readonly string[]): { left: string; worth: number } | undefined {
  let best: { left: string; worth: number } | undefined;
  for (const name of new Set(names.map(foldTyped))) {
    if (name === '') continue;
    const at = placeOf(text, name);
    if (at !== -1 && name.length > (best?.worth ?? 0))
      best = { left: `${text.slice(0, at)} ${text.slice(at + name.length)}`.trim(), worth: name.length };
  }
  if (best) return best;
  const words = bare(extractComparison(extractWindow(extractNot(text).left).left).left);
  const isBeginning = words.length > 1 || /[^ -~]/.test(words);
  const begun =
    isBeginning &&
    names.some(
      (name) =>
        foldTyped(name).startsWith(words) ||
        foldTyped(name)
          .split(/[\s_]/)
          .some((part) => part.startsWith(words)),
    );
  return begun ? { left: text.replace(words, '').trim(), worth: words.length - 0.5 } : undefined;
}

/** Where a name stands as words of its own; Chinese has no spaces, so there any place will do. */
function placeOf(text: string, name: string): number {
  const isLetter = (character: string | undefined) => character !== undefined && /[a-z0-9]/.test(character);
  for (let at = text.indexOf(name); at !== -1; at = text.indexOf(name, at + 1)) {
    const inWord = (isLetter(name[0]) && isLetter(text[at - 1])) || (isLetter(name.at(-1)) && isLetter(text[at + name.length]));
    if (!inWord) return at;
  }
  return -1;
}

/** Values of the data that the text names, as filters: of one property they are alternatives. */
function takeValues(text: string, values: readonly TypedValue[]): { where: PropertyFilter[]; left: string } {
  const hinted = Object.entries(propertyHints).find(([, pattern]) => pattern.test(text));
  const of = hinted ? values.filter(({ property }) => property === hinted[0]) : values;
  let left = hinted ? text.replace(hinted[1], ' ') : text;
  const filters = new Map<TextProperty, string[]>();
  const byLength = of
    .map((each) => ({ ...each, name: namesOf(each).find((name) => placeOf(left, name) !== -1) ?? '' }))
    .filter(({ name }) => name !== '')
    .sort((x, y) => y.name.length - x.name.length);
  for (const { property, value, name } of byLength) {
    const chosen = filters.get(property) ?? [];
    if (chosen.includes(value) || placeOf(left, name) === -1) continue;
    left = left.replace(name, ' ');
    filters.set(property, [...chosen, value]);
  }
  // The beginning of a value is enough, where nothing else was named.
  const words = bare(extractComparison(left).left);
  const begun =
    filters.size === 0 && words.length > 1 ? of.find((each) => namesOf(each).some((name) => name.startsWith(words))) : undefined;
  if (begun) {
    left = left.replace(words, ' ');
    filters.set(begun.property, [begun.value]);
  }
  return { where: [...filters].map(([property, oneOf]) => ({ property, oneOf })), left: left.trim() };
}

/** What a value may be called, the longest first: whole, by its last level, and of a name in two languages by either. */
function namesOf({ label, value }: TypedValue): string[] {
  const last = foldTyped(value.split(' / ').at(-1)!);
  const languages = last.match(/\p{Script=Han}+|[^\p{Script=Han}]+/gu) ?? [];
  return [foldTyped(label), foldTyped(value), last, ...languages.map((each) => each.trim())].filter((name) => name !== '');
}

/** What is left of a text without words that say nothing. */
function bare(text: string): string {
  return text.replace(fillers, ' ').replace(/\s+/g, ' ').trim();
}
