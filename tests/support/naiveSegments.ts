import { md5 } from '@noble/hashes/legacy.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { Random } from '../../src/lib/core/base/random';
import { conditions } from '../../src/lib/core/segments/conditions/catalogue';
import type { SampleShop } from '../../src/lib/core/segments/condition';
import type { PropertyFilter, MeasureWindow, EventMeasure } from '../../src/lib/core/measures/measure';
import type { EventRule, MeasureRule, RandomRule, RfmRule, Rule, TraitRule } from '../../src/lib/core/segments/rule';
import { meanMethods } from '../../src/lib/core/segments/rfm';
import type { SequenceRule } from '../../src/lib/core/segments/conditions/sequence';
import { byBytes, type TinyEvent, type TinyShop } from './tinyShop';

const day = (date: string) => Date.parse(`${date.slice(0, 10)}T00:00:00Z`) / 86_400_000;
const refunds = ['order_refunded', 'order_cancelled'];
const orderEvents = ['order_completed', ...refunds];

/** A shop with all that a rule may ask beside its events. */
export interface NaiveShop extends TinyShop {
  /** Scores by model and person. */
  scores?: Record<string, Record<string, number>>;
  segments?: Record<string, Rule>;
  /** Ids on lists, known or not. */
  idLists?: Record<string, string[]>;
}

/** People in a shop as of an instant, in the order of ids: from their first event or sign-up on. */
export function naivePopulation(shop: TinyShop, asOf: string): string[] {
  const ids = [...new Set([...shop.events.map(({ user }) => user), ...Object.keys(shop.users ?? {})])].sort(byBytes);
  return ids.filter((id) => {
    const dates = shop.events.filter(({ user }) => user === id).map(({ at }) => at);
    const { createdAt } = shop.users?.[id] ?? {};
    if (createdAt !== undefined) dates.push(createdAt);
    return dates.length === 0 || dates.some((date) => date < asOf);
  });
}

/** The members of a rule by going through each customer's events one by one: slow, and written without the real thing. */
export function naiveMembers(rule: Rule, shop: NaiveShop, ids: readonly string[], asOf: string): Set<string> {
  const known = new Set(naivePopulation(shop, asOf));
  return membersAmong(rule, shop, [...ids].filter((id) => known.has(id)).sort(byBytes), asOf);
}

function membersAmong(rule: Rule, shop: NaiveShop, ids: readonly string[], asOf: string): Set<string> {
  if ('all' in rule || 'any' in rule) {
    const children = ('all' in rule ? rule.all : rule.any).map((child) => membersAmong(child, shop, ids, asOf));
    const holds = (id: string) => ('all' in rule ? children.every((child) => child.has(id)) : children.some((child) => child.has(id)));
    return new Set(ids.filter(holds));
  }
  if ('not' in rule) {
    const inner = membersAmong(rule.not, shop, ids, asOf);
    return new Set(ids.filter((id) => !inner.has(id)));
  }
  const eventsOf = (id: string) => shop.events.filter(({ user, at }) => user === id && at < asOf);
  if ('segment' in rule) return membersAmong(shop.segments![rule.segment], shop, ids, asOf);
  if ('list' in rule) return new Set(ids.filter((id) => shop.idLists![rule.list].includes(id)));
  if ('random' in rule) return new Set(ids.filter((id) => inBucket(rule, id)));
  if ('event' in rule) return new Set(ids.filter((id) => didIt(rule, eventsOf(id), shop, asOf)));
  if ('sequence' in rule) return new Set(ids.filter((id) => didSequence(rule, eventsOf(id), shop, asOf)));
  if ('rfm' in rule) return inRfmCells(rule, ids, eventsOf, asOf);
  const valueOf = (id: string): Value =>
    'measure' in rule
      ? naiveMeasure(rule, eventsOf(id), shop, asOf)
      : rule.trait.startsWith('score:')
        ? (shop.scores?.[rule.trait.slice(6)]?.[id] ?? null)
        : naiveTrait(rule.trait, eventsOf(id), shop.users?.[id] ?? {}, asOf);
  const values = new Map(ids.map((id) => [id, valueOf(id)]));
  // A share of people by a measure is of those who have an event of it, also where they count as 0.
  const ranked = 'measure' in rule ? ids.filter((id) => eventsIn(rule.measure, eventsOf(id), shop, asOf).length > 0) : ids;
  return new Set(ids.filter((id) => fits(rule, values.get(id)!, id, new Map(ranked.map((id) => [id, values.get(id)!])), asOf)));
}

function inBucket({ random: { name, from, to } }: RandomRule, id: string): boolean {
  const lot = (100 * parseInt(bytesToHex(md5(utf8ToBytes(`${name}\n${id}`))).slice(0, 8), 16)) / 2 ** 32;
  return lot >= from && lot < to;
}

type Step = { events?: string | string[]; where?: PropertyFilter[] };

function passes(step: Step, event: TinyEvent, shop: TinyShop): boolean {
  const item = shop.items?.find(({ id }) => id === event.item);
  if (step.events !== undefined && ![step.events].flat().includes(event.event)) return false;
  return (step.where ?? []).every((filter) => {
    if (!('oneOf' in filter)) {
      const value = event[filter.property as 'value' | 'quantity'];
      const { atLeast = -Infinity, atMost = Infinity, moreThan = -Infinity, lessThan = Infinity } = filter;
      return value !== undefined && value >= atLeast && value <= atMost && value > moreThan && value < lessThan;
    }
    const { property, oneOf } = filter;
    if (property === 'category') return oneOf.some((path) => item?.category === path || item?.category?.startsWith(`${path} / `));
    const value = property === 'item' ? event.item : property === 'brand' ? item?.brand : event[property as 'channel'];
    return value !== undefined && oneOf.includes(value);
  });
}

function inWindow(window: MeasureWindow | undefined, at: string, asOf: string): boolean {
  const ago = day(asOf) - day(at);
  if (!window) return true;
  if ('withinDays' in window) return ago <= window.withinDays;
  if ('fromDaysAgo' in window || 'toDaysAgo' in window) return ago <= (window.fromDaysAgo ?? Infinity) && ago >= (window.toDaysAgo ?? 1);
  const { from, to } = window as { from?: string; to?: string };
  return (from === undefined || day(at) >= day(from)) && (to === undefined || day(at) <= day(to));
}

export function eventsIn(measure: Omit<EventMeasure, 'aggregate'>, events: TinyEvent[], shop: TinyShop, asOf: string): TinyEvent[] {
  return events.filter((event) => passes(measure, event, shop) && inWindow(measure.window, event.at, asOf));
}

export function timesIn(events: TinyEvent[]): number {
  const orders = events.filter(({ event }) => orderEvents.includes(event));
  return new Set(orders.map(({ order, at }) => order ?? `on ${at.slice(0, 10)}`)).size + events.length - orders.length;
}

function didIt(rule: EventRule, events: TinyEvent[], shop: TinyShop, asOf: string): boolean {
  const { event, where, withinDays, from, to, fromDaysAgo, toDaysAgo } = rule;
  const window: MeasureWindow | undefined =
    withinDays !== undefined
      ? { withinDays }
      : fromDaysAgo !== undefined || toDaysAgo !== undefined
        ? { fromDaysAgo, toDaysAgo }
        : { from, to };
  const times = timesIn(eventsIn({ events: event, where, window }, events, shop, asOf));
  if (rule.atLeast === undefined && rule.atMost === undefined) return times >= 1;
  return times >= (rule.atLeast ?? 0) && times <= (rule.atMost ?? Infinity);
}

/** Every pair of a first and a next event is looked at. */
function didSequence({ sequence }: SequenceRule, events: TinyEvent[], shop: TinyShop, asOf: string): boolean {
  const { first, next, without, withinDays = Infinity, window } = sequence;
  const of = (step: Step | undefined) => (step ? eventsIn({ ...step, window }, events, shop, asOf) : []);
  const near = (a: TinyEvent, b: TinyEvent) => b.at > a.at && day(b.at) - day(a.at) <= withinDays;
  return of(first).some((start) => {
    if (!next) return !of(without).some((out) => near(start, out));
    return of(next).some((end) => near(start, end) && !of(without).some(({ at }) => at > start.at && at < end.at));
  });
}

export function naiveMeasure({ measure }: MeasureRule, events: TinyEvent[], shop: TinyShop, asOf: string): Value {
  const matching = eventsIn(measure, events, shop, asOf);
  const numbers = matching.flatMap(({ value }) => (value === undefined ? [] : [value]));
  const cents = numbers.reduce((sum, value) => sum + Math.round(value * 100), 0);
  const days = matching.map(({ at }) => day(at));
  const along = matching.filter(({ channel }) => channel !== undefined).sort((a, b) => (a.at + a.channel! < b.at + b.channel! ? -1 : 1));
  const none = matching.length === 0;
  switch (measure.aggregate) {
    case 'count':
      return timesIn(matching);
    case 'sum':
      return cents / 100;
    case 'mean':
      return numbers.length === 0 ? null : cents / 100 / numbers.length;
    case 'min':
      return numbers.length === 0 ? null : Math.min(...numbers);
    case 'max':
      return numbers.length === 0 ? null : Math.max(...numbers);
    case 'distinct':
      return new Set(days).size;
    case 'daysSince':
      return none ? null : day(asOf) - Math.max(...days);
    case 'daysSinceFirst':
      return none ? null : day(asOf) - Math.min(...days);
    case 'first':
      return measure.of === 'day' ? (none ? null : dateOf(Math.min(...days))) : (along.at(0)?.channel ?? null);
    case 'last':
      return measure.of === 'day' ? (none ? null : dateOf(Math.max(...days))) : (along.at(-1)?.channel ?? null);
    default:
      throw new Error(`the naive evaluator knows no ${measure.aggregate}`);
  }
}

const dateOf = (day: number) => new Date(day * 86_400_000).toISOString().slice(0, 10);

/** Each customer with an order is placed among the others by counting who comes before. */
function inRfmCells(rule: RfmRule, ids: readonly string[], eventsOf: (id: string) => TinyEvent[], asOf: string): Set<string> {
  const { bins, method, cells, nested, cuts } = rule.rfm;
  const trait = (id: string, name: string) => Number(naiveTrait(name, eventsOf(id), {}, asOf));
  const buyers = ids.filter((id) => trait(id, 'orders') > 0);
  const placed = (values: number[], wanted: number, together: boolean) =>
    values.map((value, i) => {
      const smaller = values.filter((other) => other < value).length;
      const place = together ? smaller : smaller + values.slice(0, i).filter((other) => other === value).length;
      let score = 1;
      while (place > Math.floor(((values.length - 1) * score) / wanted)) score++;
      return score;
    });
  // Money has cents: sums of whole cents have no error.
  const mean = (values: number[]) => values.reduce((sum, value) => sum + Math.round(value * 100), 0) / values.length / 100;
  const scoresOf = (values: number[], cut: number[] | undefined, better: (a: number, b: number) => boolean): number[] => {
    if (method === 'fixed') return values.map((value) => 1 + cut!.filter((bound) => bound < value).length);
    if (method === 'mean') return values.map((value) => (better(value, mean(values)) ? 2 : 1));
    if (method === 'mean-score') {
      const of = placed(values, 5, true);
      return of.map((score) => (better(score, mean(of)) ? 2 : 1));
    }
    return placed(values, bins, method === 'ties-together');
  };
  const more = (a: number, b: number) => a - b > 1e-9;
  const days = buyers.map((id) => trait(id, 'daysSinceLastOrder'));
  const high = meanMethods.includes(method);
  const recency = scoresOf(days, cuts?.recencyDays, (a, b) => more(b, a)).map((score) => (high ? score : bins + 1 - score));
  const among = (values: number[], groups: number[], cut: number[] | undefined) =>
    nested
      ? values.map((_, i) => {
          const peers = groups.flatMap((group, j) => (group === groups[i] ? [j] : []));
          return scoresOf(
            peers.map((j) => values[j]),
            cut,
            more,
          )[peers.indexOf(i)];
        })
      : scoresOf(values, cut, more);
  const frequency = among(
    buyers.map((id) => trait(id, 'orders')),
    recency,
    cuts?.frequency,
  );
  const both = recency.map((score, i) => 100 * score + frequency[i]);
  const monetary = among(
    buyers.map((id) => trait(id, 'revenue')),
    both,
    cuts?.monetary,
  );
  const patterns = cells.map((cell) => new RegExp(`^${cell}$`));
  return new Set(buyers.filter((_, i) => patterns.some((pattern) => pattern.test(`${recency[i]}${frequency[i]}${monetary[i]}`))));
}

export type Value = string | number | boolean | null;

export function naiveTrait(trait: string, events: TinyEvent[], attributes: Record<string, unknown>, asOf: string): Value {
  const orders = events.filter(({ event }) => event === 'order_completed');
  const money = events.filter(({ event }) => orderEvents.includes(event));
  switch (trait) {
    case 'orders':
      return timesIn(orders);
    case 'views':
      return events.filter(({ event }) => event === 'product_viewed').length;
    case 'revenue':
      return money.reduce((cents, { value = 0 }) => cents + Math.round(value * 100), 0) / 100;
    case 'daysSinceLastOrder':
      return orders.length === 0 ? null : day(asOf) - Math.max(...orders.map(({ at }) => day(at)));
    case 'activeDays':
      return new Set(events.map(({ at }) => day(at))).size;
    case 'createdAt':
      return (attributes.createdAt as string | undefined)?.slice(0, 10) ?? null;
    default:
      return (attributes[trait] as Value | undefined) ?? null;
  }
}

export function fits(rule: Omit<TraitRule, 'trait'>, value: Value, id: string, everyone: Map<string, Value>, asOf: string): boolean {
  if (rule.exists !== undefined) return (value !== null) === rule.exists;
  if (rule.isNot !== undefined) return value !== rule.isNot;
  if (value === null) return false;
  if (rule.is !== undefined) return value === rule.is;
  if (rule.oneOf !== undefined) return rule.oneOf.includes(value as string);
  if (rule.contains !== undefined) return String(value).toLowerCase().includes(rule.contains.toLowerCase());
  if (rule.startsWith !== undefined) return String(value).toLowerCase().startsWith(rule.startsWith.toLowerCase());
  const ago = typeof value === 'string' ? day(asOf) - day(value) : 0;
  if (rule.before !== undefined) return ago > day(asOf) - day(rule.before);
  if (rule.after !== undefined) return ago < day(asOf) - day(rule.after);
  if (rule.on !== undefined) return value === rule.on;
  if (rule.betweenDates !== undefined) return value >= rule.betweenDates[0] && value <= rule.betweenDates[1];
  if (rule.withinDays !== undefined) return ago >= 1 && ago <= rule.withinDays;
  if (rule.longerAgoThanDays !== undefined) return ago > rule.longerAgoThanDays;
  const number = Number(value);
  if (rule.atLeast !== undefined) return number >= rule.atLeast;
  if (rule.atMost !== undefined) return number <= rule.atMost;
  if (rule.moreThan !== undefined) return number > rule.moreThan;
  if (rule.lessThan !== undefined) return number < rule.lessThan;
  if (rule.between !== undefined) return number >= rule.between[0] && number <= rule.between[1];
  const percent = rule.topPercent ?? rule.bottomPercent!;
  const sign = rule.topPercent === undefined ? 1 : -1;
  const having = [...everyone].filter(([, other]) => other !== null) as [string, number][];
  const ranked = having.map(([name, other], i) => ({ name, other, i })).sort((a, b) => sign * (a.other - b.other) || a.i - b.i);
  return ranked.slice(0, Math.ceil((percent * ranked.length) / 100 - 1e-9)).some(({ name }) => name === id);
}

/** A shop of random people with events around asOf, many of them at midnight. */
export function randomShop(random: Random, asOf: string): NaiveShop {
  const pick = <T>(values: readonly T[]) => values[random.below(values.length)];
  const people = Array.from({ length: 40 }, (_, i) => `user ${i * 7}`);
  // Numbers over three imports: with gaps, and not in the order of ids.
  const numbers = random.shuffle(Array.from({ length: 70 }, (_, i) => i)).slice(0, people.length);
  const late = people.slice(3, 8);
  const items = Array.from({ length: 12 }, (_, i) => ({
    id: `i${i}`,
    category: pick(['Tea', 'Tea / Green', 'Tea / Black', 'Teapots', 'Cups / Blue']),
    brand: pick(['Leaf', 'Blue']),
  }));
  const at = () => {
    const time = Date.parse(`${asOf}Z`) + (random.below(110) - 100) * 86_400_000;
    return new Date(time + (random.below(3) === 0 ? 0 : random.below(86_400_000))).toISOString().slice(0, 19);
  };
  return {
    items,
    users: Object.fromEntries(
      people.map((id) => [
        id,
        random.below(4) === 0
          ? {}
          : {
              country: pick(['CN', 'cn', 'DE']),
              consentEmail: random.below(2) === 0,
              ...(random.below(2) === 0 && !late.includes(id) ? { createdAt: at() } : {}),
            },
      ]),
    ),
    numbers: Object.fromEntries(people.map((id, i) => [id, numbers[i]])),
    scores: { likely: Object.fromEntries(people.filter(() => random.below(3) > 0).map((id) => [id, random.below(8) / 8])) },
    idLists: { guests: [...people.filter(() => random.below(3) === 0), 'nobody', 'user 1'], none: [] },
    segments: {
      buyers: { event: 'order_completed', withinDays: 60 },
      tea: { any: [{ segment: 'buyers' }, { not: { event: 'product_viewed', where: [{ property: 'category', oneOf: ['Tea'] }] } }] },
    },
    events: Array.from({ length: 400 }, () => {
      const user = pick(people.slice(0, 35));
      const event = pick(['product_viewed', 'product_viewed', 'product_added', 'order_completed', 'order_completed', 'order_refunded']);
      return {
        user,
        event,
        // A few come only after asOf: nobody knows them yet.
        at: late.includes(user) ? `2026-06-0${1 + random.below(9)}T00:00:00` : at(),
        item: random.below(10) === 0 ? undefined : pick(items).id,
        value: event.startsWith('order') ? (event === 'order_refunded' ? -1 : 1) * (random.below(5000) / 100) : undefined,
        // Some orders come in lines of several days.
        order: event.startsWith('order') && random.below(3) > 0 ? `O${random.below(8)}` : undefined,
        channel: pick(['web', 'app', undefined]),
      };
    }),
  };
}

/** What random conditions on the random shop are about. */
export const things: Omit<SampleShop, 'asOf'> = {
  numberTraits: ['orders', 'views', 'revenue', 'daysSinceLastOrder', 'activeDays', 'score:likely'],
  textTraits: { country: ['CN', 'cn', 'DE'] },
  dateTraits: ['createdAt'],
  booleanTraits: ['consentEmail'],
  events: ['product_viewed', 'product_added', 'order_completed', 'order_refunded'],
  filters: [
    { property: 'category', oneOf: ['Tea'] },
    { property: 'brand', oneOf: ['Leaf'] },
    { property: 'item', oneOf: ['i1', 'i2', 'i3'] },
    { property: 'channel', oneOf: ['web'] },
    { property: 'value', atLeast: 20 },
    { property: 'value', moreThan: 5, lessThan: 40 },
  ],
  segments: ['buyers', 'tea'],
  idLists: ['guests', 'none'],
};

/** A random rule of every kind in the catalogue; `depth` groups around a condition at most. */
export function randomRule(random: Random, depth: number, asOf = '2026-06-01T00:00:00'): Rule {
  const pick = <T>(values: readonly T[]) => values[random.below(values.length)];
  const inner = () => randomRule(random, depth - 1, asOf);
  const children = () => Array.from({ length: random.below(4) }, inner);
  if (depth > 0 && random.below(3) > 0)
    return pick<() => Rule>([() => ({ all: children() }), () => ({ any: children() }), () => ({ not: inner() })])();
  return pick(conditions).sample(random, { ...things, asOf });
}

export function randomEventRule(random: Random): EventRule {
  const kind = conditions.find(({ key }) => key === 'event')!;
  return kind.sample(random, { ...things, asOf: '2026-06-01T00:00:00' }) as EventRule;
}
