import type { Bitset } from '../base/bitset';
import { quietContext, type RunContext } from '../base/run';
import { readKeptColumns } from '../measures/kept';
import { emptyValue, measureKind } from '../measures/measure';
import { measureQuery } from '../measures/measureQuery';
import { dayNumber } from '../schema/days';
import { traitColumns, traitSource } from '../profiles/profileRelation';
import { addDays } from '../schema/asOf';
import { identifier, sql } from '../store/sql';
import { comparisonsOf, type ComparisonOperator } from '../measures/asked';
import { kindOf } from './conditions/kindOf';
import { timesRange } from './conditions/event';
import { evaluateRule, type SegmentScope } from './evaluate';
import { readFigures } from './figures';
import type { Meaning } from './meaning';
import type { LeafRule, Rule } from './rule';
import { replaceAt } from './ruleEdit';
import { groupOf } from './walk';

/** A change of one figure in an empty segment after which somebody is in it. */
export interface Relaxation {
  /** The condition that changes, without its "not". */
  path: string;
  /** What stands there instead. */
  condition: LeafRule;
  rule: Rule;
  /** How many are in the segment then. */
  count: number;
  /** For how many of everyone the condition's answer changes: the fewer, the nearer. */
  moved: number;
}

/**
 * For each condition of an empty rule, in whatever group it stands, the nearest value of its figure that lets somebody in,
 * by the data and exact; the nearest change first. Windows of so many days are widened (under a "not", shortened) too.
 * None where no single change of a figure is enough.
 */
export async function relaxRule(
  scope: SegmentScope,
  rule: Rule,
  { segmentId, run = quietContext() }: { segmentId?: string; run?: RunContext } = {},
): Promise<Relaxation[]> {
  const { sets, everyone, members } = await evaluateRule(scope, rule, { segmentId, run });
  if (members.count > 0) return [];
  const found: Relaxation[] = [];
  for (const { path, leaf, negated, wanted } of leavesOf(rule, sets, everyone)) {
    if (wanted.count === 0) continue;
    const before = sets.get(path)!;
    for (const condition of await nearest(scope, leaf, negated, wanted, run)) {
      await run.breathe();
      const after = (await evaluateRule(scope, condition, { run })).members;
      const count = (negated ? wanted.andNot(after) : wanted.and(after)).count;
      const moved = Math.abs(after.count - before.count);
      if (count > 0) found.push({ path, condition, rule: replaceAt(rule, path, condition), count, moved });
    }
  }
  return found.sort((a, b) => a.moved - b.moved || b.count - a.count);
}

/**
 * Every condition of the rule with those whom it alone keeps out: people who would be in the rule if its answer about them
 * were the other one. Under an odd number of "not" it is `negated`: fewer people in it let more into the rule.
 */
function leavesOf(
  rule: Rule,
  sets: ReadonlyMap<string, Bitset>,
  everyone: Bitset,
): { path: string; leaf: LeafRule; negated: boolean; wanted: Bitset }[] {
  const found: ReturnType<typeof leavesOf> = [];
  /** @param decides whose place in the whole rule this node's answer decides */
  const visit = (node: Rule, path: string, negated: boolean, decides: Bitset): void => {
    const inner = (step: string) => (path === '' ? step : `${path}.${step}`);
    if ('not' in node) return visit(node.not, inner('not'), !negated, decides);
    if (groupOf(node) === undefined) return void found.push({ path, leaf: node as LeafRule, negated, wanted: decides });
    const isAll = 'all' in node;
    const children = 'all' in node ? node.all : 'any' in node ? node.any : [];
    const paths = children.map((_, i) => inner(`${isAll ? 'all' : 'any'}.${i}`));
    children.forEach((child, i) => {
      // In an "all of" a condition decides where all others hold, in an "any of" where none of them does.
      const others = paths.filter((_, j) => j !== i).map((other) => sets.get(other)!);
      visit(
        child,
        paths[i],
        negated,
        others.reduce((all, set) => (isAll ? all.and(set) : all.andNot(set)), decides),
      );
    });
  };
  visit(rule, '', false, everyone);
  return found;
}

async function nearest(scope: SegmentScope, leaf: LeafRule, negated: boolean, wanted: Bitset, run: RunContext): Promise<LeafRule[]> {
  const meaning = kindOf(leaf).meaning(leaf, scope);
  const bounds = await nearestBound(scope, leaf, meaning, negated, wanted, run);
  const window = await nearestWindow(scope, leaf, negated, wanted, run);
  return [...bounds, ...(window ? [window] : [])];
}

/** Another bound of the comparison. */
async function nearestBound(
  scope: SegmentScope,
  leaf: LeafRule,
  meaning: Meaning,
  negated: boolean,
  wanted: Bitset,
  run: RunContext,
): Promise<LeafRule[]> {
  if (meaning.kind !== 'comparison' && meaning.kind !== 'measure') return [];
  const column = await valuesOf(scope, meaning, run);
  if (!column) return [];
  const people = wanted.toIndexes();
  const values = Float64Array.from(people, (user) => column[user]).filter((value) => !Number.isNaN(value));
  if (values.length === 0) return [];
  let low = Infinity;
  let high = -Infinity;
  for (const value of values) [low, high] = [Math.min(low, value), Math.max(high, value)];
  if ('event' in leaf) return timesThatFit(leaf, values, negated);
  const [{ operator, operand }] = comparisonsOf(leaf);
  const put = (next: ComparisonOperator, value: unknown): LeafRule[] => {
    const { [operator]: _, ...rest } = leaf as unknown as Record<string, unknown>;
    return [{ ...rest, [next]: value } as unknown as LeafRule];
  };
  const today = dayNumber(scope.asOf);
  const date = (day: number) => addDays('1970-01-01', day);
  switch (operator) {
    case 'atLeast':
    case 'moreThan':
      return negated ? put('moreThan', low) : put('atLeast', high);
    case 'atMost':
    case 'lessThan':
      return negated ? put('lessThan', high) : put('atMost', low);
    case 'between': {
      if (negated) return [];
      const [from, to] = operand as [number, number];
      const [below, above] = [extreme(values, (value) => value < from, Math.max), extreme(values, (value) => value > to, Math.min)];
      return [...(below === null ? [] : put('between', [below, to])), ...(above === null ? [] : put('between', [from, above]))];
    }
    case 'topPercent':
    case 'bottomPercent': {
      if (negated) return [];
      const best = operator === 'topPercent' ? high : low;
      // Of equal values the lower id comes first, so the best of the best has to be looked for.
      const tied = [...people].filter((user) => column[user] === best).slice(0, 1000);
      const around = { traits: await traitColumns(scope), kept: await readKeptColumns(scope) };
      const figures = await readFigures(scope, meaning, tied, around, run);
      const places = figures.flatMap((figure) => (figure?.is === 'place' && figure.place !== null ? [figure] : []));
      if (places.length === 0) return [];
      const place = Math.min(...places.map(({ place }) => place!));
      // Rounded up to what a person would type; the places are whole, so as few come in as can.
      const percent = Math.min(100, (Math.floor(((place - 1) / places[0].among) * 1e4) + 1) / 100);
      return put(operator, percent);
    }
    case 'withinDays':
      return negated
        ? today - high > 1
          ? put(operator, today - high - 1)
          : []
        : low === Infinity || high >= today
          ? []
          : put(operator, today - high);
    case 'longerAgoThanDays':
      return negated ? put(operator, today - low) : today - low > 1 ? put(operator, today - low - 1) : [];
    case 'before':
      return negated ? put('before', date(high)) : put('before', date(low + 1));
    case 'after':
      return negated ? put('after', date(low)) : put('after', date(high - 1));
    default:
      return [];
  }
}

/** How often something was done, with its lower and upper bound. */
function timesThatFit(leaf: Extract<LeafRule, { event: string }>, times: Float64Array, negated: boolean): LeafRule[] {
  const { atLeast, atMost } = timesRange(leaf);
  const { atLeast: _least, atMost: _most, ...rest } = leaf;
  if (negated) {
    // All who are wanted lie within; only one that is open at an end can give some of them up.
    if (atMost === Infinity) return [{ ...rest, atLeast: extreme(times, () => true, Math.min)! + 1 }];
    const most = extreme(times, () => true, Math.max)!;
    return atLeast === 0 && most > 0 ? [{ ...rest, atMost: most - 1 }] : [];
  }
  const fewer = extreme(times, (n) => n < atLeast, Math.max);
  const more = extreme(times, (n) => n > atMost, Math.min);
  return [
    // "At least 0 times" would be no condition any more.
    ...(fewer === null || (fewer === 0 && atMost === Infinity)
      ? []
      : [{ ...rest, atLeast: fewer, ...(atMost === Infinity ? {} : { atMost }) }]),
    ...(more === null ? [] : [{ ...rest, ...(leaf.atLeast === undefined ? {} : { atLeast }), atMost: more }]),
  ];
}

/** The least longer (under a "not", the greatest shorter) window of days that lets somebody in. */
async function nearestWindow(
  scope: SegmentScope,
  leaf: LeafRule,
  negated: boolean,
  wanted: Bitset,
  run: RunContext,
): Promise<LeafRule | undefined> {
  if (!('event' in leaf) || leaf.withinDays === undefined || timesRange(leaf).atMost !== Infinity) return undefined;
  const fits = async (withinDays: number) => {
    await run.breathe();
    const { members } = await evaluateRule(scope, { ...leaf, withinDays }, { run });
    return (negated ? wanted.andNot(members) : wanted.and(members)).count > 0;
  };
  const longest = negated ? 1 : await daysOfData(scope, run);
  // Between `far`, which lets somebody in, and `near`, which does not; longer windows only ever hold more.
  let [near, far] = [leaf.withinDays, longest];
  if (negated ? far >= near : far <= near) return undefined;
  if (!(await fits(far))) return undefined;
  while (Math.abs(far - near) > 1) {
    const middle = Math.trunc((near + far) / 2);
    if (await fits(middle)) far = middle;
    else near = middle;
  }
  return { ...leaf, withinDays: far };
}

async function daysOfData({ store, tables, asOf }: SegmentScope, run: RunContext): Promise<number> {
  const table = await store.query(
    sql`SELECT date_diff('day', min(local_ts)::DATE, ${asOf}::DATE)::INTEGER AS days FROM ${identifier(tables.events)}`,
    run.signal,
  );
  return Math.min(36_500, Number(table.getChild('days')!.get(0) ?? 0));
}

/** Everybody's figure by person number, days of dates since 1970; NaN is none. Undefined where it is no size. */
async function valuesOf(
  scope: SegmentScope,
  meaning: Extract<Meaning, { kind: 'comparison' | 'measure' }>,
  run: RunContext,
): Promise<Float64Array | undefined> {
  const kind =
    meaning.kind === 'measure'
      ? measureKind(meaning.measure, await readKeptColumns(scope))
      : (await traitColumns(scope)).find(({ id }) => id === meaning.trait)!.kind;
  if (kind === 'text' || kind === 'boolean') return undefined;
  const column = meaning.kind === 'measure' ? sql`value` : identifier(meaning.trait);
  const from = meaning.kind === 'measure' ? sql`(${measureQuery(scope, meaning.measure)})` : traitSource(scope, meaning.trait);
  const size = kind === 'date' ? sql`date_diff('day', DATE '1970-01-01', ${column}::DATE)::DOUBLE` : sql`${column}::DOUBLE`;
  const table = await scope.store.query(sql`SELECT user_index, ${size} AS v FROM ${from} WHERE ${column} IS NOT NULL`, run.signal);
  const values = new Float64Array(scope.users).fill((meaning.kind === 'measure' ? emptyValue(meaning.measure) : null) ?? NaN);
  const [users, found] = [table.getChild('user_index')!.toArray() as Int32Array, table.getChild('v')!.toArray() as Float64Array];
  users.forEach((user, row) => (values[user] = found[row]));
  return values;
}

function extreme(values: Float64Array, fits: (value: number) => boolean, choose: (a: number, b: number) => number): number | null {
  let found: number | null = null;
  for (const value of values) if (fits(value)) found = found === null ? value : choose(found, value);
  return found;
}
