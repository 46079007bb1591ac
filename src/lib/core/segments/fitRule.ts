import { inStretches, type RunContext } from '../base/run';
import { evenRows } from '../math/points';
import type { TraitKind } from '../profiles/traits';
import type { Rule } from './rule';

/** What a rule may go by: one trait of everybody, NaN where somebody has none; of dates milliseconds of local time. */
export interface RuleColumn {
  trait: string;
  kind: TraitKind;
  values: Float64Array;
}

export interface FittedRule {
  rule: Rule;
  /** People of whom both say yes, and of whom only one does. */
  both: number;
  ruleOnly: number;
  wantedOnly: number;
  /** How well it fits; see {@link f1}. */
  f1: number;
}

export interface FitRuleOptions {
  /** Ways to belong, of which any is enough. */
  mostWays?: number;
  /** Conditions of one way. */
  mostConditions?: number;
  /** It is fitted on so many people at most, at even distances, and its agreement counted on everyone. */
  sample?: number;
}

/** A value from which on (`from`), and one below which (`below`), people belong; both as edges of bins. */
interface Bounds {
  from?: number;
  below?: number;
  /** Who has no value; then there are no edges. */
  none?: true;
}
/** By column. */
type Box = Map<number, Bounds>;

/** A column in at most 255 bins. Code 0 is no value; code i + 1 are values from edge i - 1 up to edge i. */
interface Binned extends RuleColumn {
  codes: Uint8Array;
  /** Ascending: where the next bin begins, written as people would. */
  edges: number[];
}

const mostBins = 254;
/** A condition goes where the agreement falls by no more than this without it. */
const worth = 0.002;
const day = 86_400_000;

/**
 * A short rule that says nearly the same as a group that was found otherwise: a decision tree (CART, Breiman et al. 1984,
 * by Gini impurity, the best leaf opened first) of which the leaves that raise F1 become the ways to belong, each with
 * the conditions on its path that are needed. Who lacks a value that a condition asks for is not in it, as in any rule.
 * @param wanted 1 for who is in the group
 * @returns null where no condition tells the group from the others
 */
export async function fitRule(
  columns: readonly RuleColumn[],
  wanted: Uint8Array,
  run: RunContext,
  { mostWays = 3, mostConditions = 4, sample = 50_000 }: FitRuleOptions = {},
): Promise<FittedRule | null> {
  const ways = await fitWays(...sampled(columns, wanted, sample), run, mostWays, mostConditions);
  if (!ways) return null;
  const agreed = await agreement(columns, wanted, ways, run);
  return { rule: ruleOf(columns, ways), ...agreed, f1: f1(agreed) };
}

/** 0 to 1: twice those of whom both say yes, over all of whom either does, counted for each (Dice; F1 of the rule). */
export function f1({ both, ruleOnly, wantedOnly }: Pick<FittedRule, 'both' | 'ruleOnly' | 'wantedOnly'>): number {
  return both === 0 ? 0 : (2 * both) / (2 * both + ruleOnly + wantedOnly);
}

function sampled(columns: readonly RuleColumn[], wanted: Uint8Array, most: number): [RuleColumn[], Uint8Array] {
  const rows = evenRows(wanted.length, most);
  const part = columns.map((column) => ({ ...column, values: Float64Array.from(rows, (row) => column.values[row]) }));
  return [part, Uint8Array.from(rows, (row) => wanted[row])];
}

async function fitWays(
  columns: readonly RuleColumn[],
  wanted: Uint8Array,
  run: RunContext,
  mostWays: number,
  mostConditions: number,
): Promise<Box[] | null> {
  const binned: Binned[] = [];
  for (const column of columns) {
    binned.push(await inBins(column, run));
    await run.breathe();
  }
  const total = wanted.reduce((sum, is) => sum + is, 0);
  if (total === 0 || total === wanted.length) return null;
  const leaves = await grow(binned, wanted, mostConditions, run);
  const candidates = leaves.filter(({ box, hits, people }) => box.size > 0 && 2 * hits > people);
  // Where no leaf has a majority, the purest one is still the best that can be said.
  if (candidates.length === 0) candidates.push(...leaves.filter(({ box, hits }) => box.size > 0 && hits > 0).slice(0, 1));
  if (candidates.length === 0) return null;
  candidates.sort((a, b) => b.hits / b.people - a.hits / a.people || b.hits - a.hits);

  const ways: Box[] = [];
  let best = 0;
  for (const { box } of candidates) {
    if (ways.length === mostWays) break;
    const score = f1(await agreement(binned, wanted, [...ways, box], run));
    if (score <= best) continue;
    best = score;
    ways.push(box);
  }
  return prune(binned, wanted, ways, best, run);
}

async function inBins(column: RuleColumn, run: RunContext): Promise<Binned> {
  const { values, kind } = column;
  const known = values.filter((value) => !Number.isNaN(value)).sort();
  const steps: [below: number, from: number][] = [];
  for (let i = 1; i < known.length; i++) if (known[i] !== known[i - 1]) steps.push([known[i - 1], known[i]]);
  const chosen = steps.length <= mostBins ? steps : commonSteps(known);
  const isWhole = known.every(Number.isInteger);
  const edges = chosen.map(([below, from]) =>
    kind === 'date' ? Math.ceil((below + 1) / day) * day : isWhole ? from : niceBetween(below, from),
  );
  // Two days with one midnight between them are one step.
  const distinct = edges.filter((edge, i) => i === 0 || edge > edges[i - 1]);
  const codes = new Uint8Array(values.length);
  await inStretches(values.length, run, (start, end) => {
    for (let row = start; row < end; row++) {
      if (Number.isNaN(values[row])) continue;
      let [low, high] = [0, distinct.length];
      while (low < high) {
        const middle = (low + high) >> 1;
        if (distinct[middle] <= values[row]) low = middle + 1;
        else high = middle;
      }
      codes[row] = low + 1;
    }
  });
  return { ...column, codes, edges: distinct };
}

/** Steps between values at even shares of the people. */
function commonSteps(known: Float64Array): [number, number][] {
  const steps: [number, number][] = [];
  for (let bin = 1; bin <= mostBins; bin++) {
    let at = Math.floor((bin * known.length) / (mostBins + 1));
    while (at > 0 && known[at] === known[at - 1]) at--;
    if (at === 0) continue;
    if (steps.length === 0 || steps[steps.length - 1][1] < known[at]) steps.push([known[at - 1], known[at]]);
  }
  return steps;
}

/** The number with the fewest digits that is over the first and not over the second. */
export function niceBetween(below: number, from: number): number {
  for (let digits = 1; digits <= 17; digits++) {
    const size = 10 ** (Math.floor(Math.log10(Math.max(Math.abs(from), Math.abs(below), 1e-300))) + 1 - digits);
    const nice = Number((Math.floor(from / size) * size).toPrecision(15));
    if (nice > below && nice <= from) return nice;
  }
  return from;
}

interface Leaf {
  rows: Int32Array;
  box: Box;
  hits: number;
  people: number;
  depth: number;
  split: Split | null;
}

interface Split {
  column: number;
  /** Place of the edge; codes over it + 1 are from it on. */
  edge: number;
  gain: number;
}

async function grow(columns: readonly Binned[], wanted: Uint8Array, deepest: number, run: RunContext): Promise<Leaf[]> {
  const all = Int32Array.from(wanted, (_, row) => row);
  const leaves: Leaf[] = [await leafOf(columns, wanted, all, new Map(), 0, deepest, run)];
  for (let opened = 0; opened < 12; opened++) {
    const place = leaves.reduce((best, leaf, at) => ((leaf.split?.gain ?? 0) > (leaves[best].split?.gain ?? 0) ? at : best), 0);
    const { split, rows, box, depth } = leaves[place];
    if (!split) break;
    const { codes, edges } = columns[split.column];
    const [high, low] = [
      rows.filter((row) => codes[row] > split.edge + 1),
      rows.filter((row) => codes[row] > 0 && codes[row] <= split.edge + 1),
    ];
    const bounds = box.get(split.column);
    const edge = edges[split.edge];
    const without = rows.filter((row) => codes[row] === 0);
    const above = new Map(box).set(split.column, { ...bounds, from: edge });
    const under = new Map(box).set(split.column, { ...bounds, below: edge });
    leaves.splice(
      place,
      1,
      await leafOf(columns, wanted, high, above, depth + 1, deepest, run),
      await leafOf(columns, wanted, low, under, depth + 1, deepest, run),
      ...(without.length > 0
        ? [await leafOf(columns, wanted, without, new Map(box).set(split.column, { none: true }), depth + 1, deepest, run)]
        : []),
    );
  }
  return leaves;
}

async function leafOf(
  columns: readonly Binned[],
  wanted: Uint8Array,
  rows: Int32Array,
  box: Box,
  depth: number,
  deepest: number,
  run: RunContext,
): Promise<Leaf> {
  let hits = 0;
  for (const row of rows) hits += wanted[row];
  const leaf: Leaf = { rows, box, hits, people: rows.length, depth, split: null };
  const fewest = Math.max(1, Math.min(20, Math.floor(wanted.length / 200)));
  if (depth === deepest || hits === 0 || hits === rows.length) return leaf;
  for (let column = 0; column < columns.length; column++) {
    const { codes, edges } = columns[column];
    const [people, yes] = [new Float64Array(edges.length + 2), new Float64Array(edges.length + 2)];
    await inStretches(rows.length, run, (start, end) => {
      for (let i = start; i < end; i++) {
        const code = codes[rows[i]];
        people[code]++;
        yes[code] += wanted[rows[i]];
      }
    });
    const known = rows.length - people[0];
    const knownYes = hits - yes[0];
    let [under, underYes] = [0, 0];
    for (let edge = 0; edge < edges.length; edge++) {
      under += people[edge + 1];
      underYes += yes[edge + 1];
      if (under < fewest || known - under < fewest) continue;
      const after = impurity(under, underYes) + impurity(known - under, knownYes - underYes) + impurity(people[0], yes[0]);
      const gain = impurity(rows.length, hits) - after;
      if (gain > 1e-9 * rows.length && gain > (leaf.split?.gain ?? 0)) leaf.split = { column, edge, gain };
    }
  }
  return leaf;
}

/** Gini impurity, times the people. */
function impurity(people: number, hits: number): number {
  return people === 0 ? 0 : (2 * hits * (people - hits)) / people;
}

async function agreement(columns: readonly RuleColumn[], wanted: Uint8Array, ways: readonly Box[], run: RunContext) {
  const tests = ways.map((box) =>
    [...box].map(([column, { from = -Infinity, below = Infinity, none }]) => ({ values: columns[column].values, from, below, none })),
  );
  const found = { both: 0, ruleOnly: 0, wantedOnly: 0 };
  await inStretches(wanted.length, run, (start, end) => {
    for (let row = start; row < end; row++) {
      // Of somebody without a value no comparison holds: NaN is neither over nor under.
      const holds = tests.some((all) =>
        all.every(({ values, from, below, none }) => (none ? Number.isNaN(values[row]) : values[row] >= from && values[row] < below)),
      );
      if (holds && wanted[row]) found.both++;
      else if (holds) found.ruleOnly++;
      else if (wanted[row]) found.wantedOnly++;
    }
  });
  return found;
}

/** Takes bounds out, and ways, while the agreement is nearly as good without. */
async function prune(columns: readonly Binned[], wanted: Uint8Array, ways: Box[], reached: number, run: RunContext): Promise<Box[]> {
  const least = reached - worth;
  for (let changed = true; changed;) {
    changed = false;
    for (const shorter of shorterThan(ways)) {
      if (f1(await agreement(columns, wanted, shorter, run)) < least) continue;
      ways = shorter;
      changed = true;
      break;
    }
  }
  return ways;
}

function* shorterThan(ways: readonly Box[]): Generator<Box[]> {
  for (const [at, box] of ways.entries()) {
    if (ways.length > 1) yield ways.filter((_, i) => i !== at);
    for (const [column, bounds] of box) {
      for (const side of ['from', 'below', 'none'] as const) {
        if (bounds[side] === undefined) continue;
        const { [side]: _, ...rest } = bounds;
        const next = new Map(box);
        if (Object.keys(rest).length > 0) next.set(column, rest);
        else next.delete(column);
        if (next.size > 0) yield ways.map((way, i) => (i === at ? next : way));
      }
    }
  }
}

function ruleOf(columns: readonly RuleColumn[], ways: readonly Box[]): Rule {
  const rules = ways.map((box) => [...box].flatMap(([column, bounds]) => conditionsOf(columns[column], bounds)));
  if (rules.length === 1) return { all: rules[0] };
  return { any: rules.map((all): Rule => (all.length === 1 ? all[0] : { all })) };
}

function conditionsOf({ trait, kind, values }: RuleColumn, { from, below, none }: Bounds): Rule[] {
  if (none) return [{ trait, exists: false }];
  if (kind === 'boolean') return [{ trait, is: from !== undefined }];
  if (kind === 'date') {
    return [
      ...(from === undefined ? [] : [{ trait, after: dayOf(from - day) }]),
      ...(below === undefined ? [] : [{ trait, before: dayOf(below) }]),
    ];
  }
  // "At most 2" reads better than "less than 3".
  if (below !== undefined && values.every((value) => Number.isNaN(value) || Number.isInteger(value))) {
    const most = below - 1;
    return [from === undefined ? { trait, atMost: most } : from === most ? { trait, is: from } : { trait, between: [from, most] }];
  }
  return [...(from === undefined ? [] : [{ trait, atLeast: from }]), ...(below === undefined ? [] : [{ trait, lessThan: below }])];
}

function dayOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}
