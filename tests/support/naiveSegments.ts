import { Random } from '../../src/lib/core/base/random';
import type { EventRule, Rule, TraitRule } from '../../src/lib/core/segments/rule';
import type { TinyEvent, TinyShop } from './tinyShop';

const day = (date: string) => Date.parse(`${date.slice(0, 10)}T00:00:00Z`) / 86_400_000;
const refunds = ['order_refunded', 'order_cancelled'];

/** The members of a rule by going through each customer's events one by one: slow, and written without the real thing. */
export function naiveMembers(rule: Rule, shop: TinyShop, ids: readonly string[], asOf: string): Set<string> {
  if ('all' in rule || 'any' in rule) {
    const children = ('all' in rule ? rule.all : rule.any).map((child) => naiveMembers(child, shop, ids, asOf));
    const holds = (id: string) => ('all' in rule ? children.every((child) => child.has(id)) : children.some((child) => child.has(id)));
    return new Set(ids.filter(holds));
  }
  if ('not' in rule) {
    const inner = naiveMembers(rule.not, shop, ids, asOf);
    return new Set(ids.filter((id) => !inner.has(id)));
  }
  const eventsOf = (id: string) => shop.events.filter(({ user, at }) => user === id && at < asOf);
  if ('event' in rule) return new Set(ids.filter((id) => didIt(rule, eventsOf(id), shop, asOf)));
  if ('trait' in rule) {
    const values = new Map(ids.map((id) => [id, naiveTrait(rule.trait, eventsOf(id), shop.users?.[id] ?? {}, asOf)]));
    return new Set(ids.filter((id) => fits(rule, values.get(id)!, id, values)));
  }
  throw new Error('the naive evaluator knows no such rule');
}

function didIt(rule: EventRule, events: TinyEvent[], shop: TinyShop, asOf: string): boolean {
  const today = day(asOf);
  const matching = events.filter((event) => {
    const on = day(event.at);
    const item = shop.items?.find(({ id }) => id === event.item);
    return (
      event.event === rule.event &&
      (rule.withinDays === undefined || on >= today - rule.withinDays) &&
      (rule.from === undefined || on >= day(rule.from)) &&
      (rule.to === undefined || on <= day(rule.to)) &&
      (rule.where ?? []).every(({ property, oneOf }) => {
        if (property === 'category') return oneOf.some((path) => item?.category === path || item?.category?.startsWith(`${path} / `));
        const value = property === 'item' ? event.item : property === 'brand' ? item?.brand : event[property];
        return value !== undefined && oneOf.includes(value);
      })
    );
  });
  const isOrder = rule.event === 'order_completed' || refunds.includes(rule.event);
  const times = isOrder ? new Set(matching.map(({ order, at }) => order ?? `on ${at.slice(0, 10)}`)).size : matching.length;
  if (rule.atLeast === undefined && rule.atMost === undefined) return times >= 1;
  return times >= (rule.atLeast ?? 0) && times <= (rule.atMost ?? Infinity);
}

type Value = string | number | boolean | null;

function naiveTrait(trait: string, events: TinyEvent[], attributes: Record<string, unknown>, asOf: string): Value {
  const orders = events.filter(({ event }) => event === 'order_completed');
  const count = new Set(orders.map(({ order, at }) => order ?? `on ${at.slice(0, 10)}`)).size;
  const money = events.filter(({ event }) => event === 'order_completed' || refunds.includes(event));
  switch (trait) {
    case 'orders':
      return count;
    case 'views':
      return events.filter(({ event }) => event === 'product_viewed').length;
    case 'revenue':
      return money.reduce((cents, { value = 0 }) => cents + Math.round(value * 100), 0) / 100;
    case 'daysSinceLastOrder':
      return orders.length === 0 ? null : day(asOf) - Math.max(...orders.map(({ at }) => day(at)));
    case 'activeDays':
      return new Set(events.map(({ at }) => day(at))).size;
    default:
      return (attributes[trait] as Value | undefined) ?? null;
  }
}

function fits(rule: TraitRule, value: Value, id: string, everyone: Map<string, Value>): boolean {
  if (rule.exists !== undefined) return (value !== null) === rule.exists;
  if (rule.isNot !== undefined) return value !== rule.isNot;
  if (value === null) return false;
  if (rule.is !== undefined) return value === rule.is;
  if (rule.oneOf !== undefined) return rule.oneOf.includes(value as string);
  if (rule.contains !== undefined) return String(value).toLowerCase().includes(rule.contains.toLowerCase());
  if (rule.startsWith !== undefined) return String(value).toLowerCase().startsWith(rule.startsWith.toLowerCase());
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
  return ranked.slice(0, Math.ceil((percent * ranked.length) / 100)).some(({ name }) => name === id);
}

/** A shop of random people with events around asOf, many of them at midnight. */
export function randomShop(random: Random, asOf: string): TinyShop {
  const pick = <T>(values: readonly T[]) => values[random.below(values.length)];
  const people = Array.from({ length: 40 }, (_, i) => `user ${i * 7}`);
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
      people.map((id) => [id, random.below(4) === 0 ? {} : { country: pick(['CN', 'cn', 'DE']), consentEmail: random.below(2) === 0 }]),
    ),
    events: Array.from({ length: 400 }, () => {
      const event = pick(['product_viewed', 'product_viewed', 'product_added', 'order_completed', 'order_completed', 'order_refunded']);
      return {
        user: pick(people.slice(0, 35)),
        event,
        at: at(),
        item: random.below(10) === 0 ? undefined : pick(items).id,
        value: event.startsWith('order') ? (event === 'order_refunded' ? -1 : 1) * (random.below(5000) / 100) : undefined,
        order: event.startsWith('order') && random.below(3) > 0 ? `O${random.below(60)}` : undefined,
        channel: pick(['web', 'app', undefined]),
      };
    }),
  };
}

/** A random condition; `depth` groups around it at most. */
export function randomRule(random: Random, depth: number): Rule {
  const pick = <T>(values: readonly T[]) => values[random.below(values.length)];
  const children = () => Array.from({ length: random.below(4) }, () => randomRule(random, depth - 1));
  if (depth > 0 && random.below(3) > 0)
    return pick<() => Rule>([() => ({ all: children() }), () => ({ any: children() }), () => ({ not: randomRule(random, depth - 1) })])();
  if (random.below(2) === 0) return randomEventRule(random);
  const trait = pick(['orders', 'views', 'revenue', 'daysSinceLastOrder', 'activeDays']);
  const number = random.below(trait === 'revenue' || trait === 'daysSinceLastOrder' ? 90 : 6);
  return pick<() => Rule>([
    () => ({ trait, atLeast: number }),
    () => ({ trait, atMost: number }),
    () => ({ trait, moreThan: number + 0.5 }),
    () => ({ trait, lessThan: number }),
    () => ({ trait, between: [number, number + random.below(40)] }),
    () => ({ trait, is: number }),
    () => ({ trait, isNot: number }),
    () => ({ trait, exists: random.below(2) === 0 }),
    () => ({ trait, topPercent: 1 + random.below(100) }),
    () => ({ trait, bottomPercent: 1 + random.below(100) }),
    () => ({ trait: 'country', is: pick(['CN', 'DE']) }),
    () => ({ trait: 'country', isNot: 'CN' }),
    () => ({ trait: 'country', contains: 'c' }),
    () => ({ trait: 'country', oneOf: ['cn', 'DE'] }),
    () => ({ trait: 'consentEmail', is: random.below(2) === 0 }),
  ])();
}

export function randomEventRule(random: Random): EventRule {
  const pick = <T>(values: readonly T[]) => values[random.below(values.length)];
  const rule: EventRule = { event: pick(['product_viewed', 'order_completed', 'order_refunded', 'never_heard_of']) };
  if (random.below(2) === 0) rule.atLeast = random.below(5);
  if (random.below(3) === 0) rule.atMost = (rule.atLeast ?? 0) + random.below(4);
  const window = random.below(4);
  if (window < 2) rule.withinDays = 1 + random.below(100);
  else if (window === 2) Object.assign(rule, { from: '2026-03-10', to: pick(['2026-03-10', '2026-05-05', '2027-01-01']) });
  if (random.below(3) === 0)
    rule.where = [
      pick<NonNullable<EventRule['where']>[number]>([
        { property: 'category', oneOf: ['Tea'] },
        { property: 'brand', oneOf: ['Leaf'] },
        { property: 'item', oneOf: ['i1', 'i2', 'i3'] },
        { property: 'channel', oneOf: ['web'] },
      ]),
    ];
  return rule;
}
