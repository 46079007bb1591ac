import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Cancelled } from '$lib/core/base/errors';
import { createRunContext, quietContext } from '$lib/core/base/run';
import { frequentItemsets, type Itemsets } from '$lib/core/math/itemsets/frequentItemsets';
import { associationRules, measuresOf, type AssociationRule } from '$lib/core/math/itemsets/rules';
import { matrixFromPairs, type InteractionMatrix } from '$lib/core/math/sparseRows';

/** Made by scripts/reference/itemsets.py: mlxtend's fpgrowth and association_rules. */
const fixture = JSON.parse(readFileSync(new URL('../../fixtures/itemsets.json', import.meta.url), 'utf8'));
const groceries = new URL('../../../../shared/data/groceries/groceries_baskets.csv', import.meta.url);
const isThere = existsSync(groceries);
if (!isThere) console.warn('rules of the groceries are not checked: ../shared/data/groceries is missing');
const roomy = { maxLength: 20, budgetBytes: 2 ** 28 };

function basketsOf(lists: number[][], items: number): InteractionMatrix {
  const basket = lists.flatMap((list, row) => list.map(() => row));
  return matrixFromPairs(lists.length, items, basket, lists.flat());
}

function listed({ starts, items, counts }: Itemsets): [number[], number][] {
  return Array.from(counts, (count, set): [number[], number] => [[...items.subarray(starts[set], starts[set + 1])], count]);
}

type Row = [antecedent: number[], consequent: number[], ...measures: (number | null)[]];

function rowOf({ antecedent, consequent, ...rest }: AssociationRule): Row {
  const { support, antecedentSupport, consequentSupport, confidence, lift, leverage, conviction, zhang } = rest;
  const measures = [support, antecedentSupport, consequentSupport, confidence, lift, leverage, conviction, zhang];
  return [[...antecedent], [...consequent], ...measures];
}

const sidesOf = ([antecedent, consequent]: Row) => `${antecedent} → ${consequent}`;

/** Measures to seven digits; null stands for infinity. */
function expectRule(ours: Row | undefined, theirs: Row): void {
  expect(ours?.slice(0, 2)).toEqual(theirs.slice(0, 2));
  theirs.slice(2).forEach((value, at) => {
    if (value === null) expect(ours![at + 2]).toBe(Infinity);
    else expect(ours![at + 2]).toBeCloseTo(value as number, 7);
  });
}

it('finds what stands together in baskets, and what follows from what', async () => {
  const [bread, butter, jam] = [0, 1, 2];
  const baskets = basketsOf([[bread, butter], [bread, butter, jam], [bread], [bread, butter], [jam]], 3);
  const sets = await frequentItemsets(baskets, { ...roomy, minCount: 2 }, quietContext());
  expect(listed(sets)).toEqual([
    [[bread], 4],
    [[butter], 3],
    [[bread, butter], 3],
    [[jam], 2],
  ]);
  const rules = await associationRules(sets, { minConfidence: 0.8, consequents: 'any' }, quietContext());
  expect(rules).toEqual([expect.objectContaining({ antecedent: Int32Array.of(butter), confidence: 1, lift: 1.25, conviction: Infinity })]);
});

describe('mlxtend', () => {
  it('finds the same sets and the same rules with the same measures', async () => {
    const { items, baskets, minCount, minConfidence, sets: theirSets, rules: theirRules } = fixture.small;
    const sets = await frequentItemsets(basketsOf(baskets, items), { ...roomy, minCount }, quietContext());
    const named = (list: [number[], number][]) => new Map(list.map(([set, count]) => [String(set), count]));
    expect(named(listed(sets))).toEqual(named(theirSets));
    const rules = (await associationRules(sets, { minConfidence, consequents: 'any' }, quietContext())).map(rowOf);
    expect(rules.length).toBe(theirRules.length);
    const found = new Map(rules.map((rule) => [sidesOf(rule), rule]));
    for (const theirs of theirRules as Row[]) expectRule(found.get(sidesOf(theirs)), theirs);
    expect(theirRules.some((rule: Row) => rule.includes(null))).toBe(true);
  });

  it.skipIf(!isThere)('finds the same in the groceries at support .001, and arules its 5,668 rules', async () => {
    const lists = readFileSync(groceries, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => line.split(','));
    const names = [...new Set(lists.flat())].sort();
    const number = new Map(names.map((name, at) => [name, at]));
    const baskets = basketsOf(
      lists.map((list) => list.map((name) => number.get(name)!)),
      names.length,
    );
    const theirs = fixture.groceries;
    expect([baskets.users, baskets.items]).toEqual([theirs.baskets, theirs.items]);
    const sets = await frequentItemsets(baskets, { ...roomy, minCount: Math.ceil(0.001 * theirs.baskets) }, quietContext());
    expect([sets.complete, sets.counts.length]).toEqual([true, 13_492]);
    const ofLength = theirs.setsOfLength.map(() => 0);
    sets.counts.forEach((_, set) => ofLength[sets.starts[set + 1] - sets.starts[set] - 1]++);
    expect(ofLength).toEqual(theirs.setsOfLength);
    expect(sets.counts.reduce((sum, count) => sum + count, 0)).toBe(theirs.sumOfCounts);
    const rules = (await associationRules(sets, { minConfidence: 0.3, consequents: 'any' }, quietContext())).map(rowOf);
    expect(rules.length).toBe(theirs.rules);
    const found = new Map(rules.map((rule) => [sidesOf(rule), rule]));
    for (const rule of theirs.everyTwoHundredth as Row[]) expectRule(found.get(sidesOf(rule)), rule);
    // Published with the R package arules, which has one item on the right: rules of two to six items.
    const single = await associationRules(sets, { minConfidence: 0.5, consequents: 'one' }, quietContext());
    const sizes = [2, 3, 4, 5, 6].map((size) => single.filter((rule) => rule.antecedent.length === size - 1).length);
    expect(sizes).toEqual([11, 1461, 3211, 939, 46]);
    expect(Math.max(...single.map(({ lift }) => lift))).toBeCloseTo(18.99565, 5);
  });
});

describe('what is too much', () => {
  /** Everybody has everything: two to the power of sixteen sets. */
  const everything = basketsOf(
    Array.from({ length: 4 }, () => Array.from({ length: 16 }, (_, item) => item)),
    16,
  );

  it('stops at its budget, with all sets of the most frequent items', async () => {
    const sets = await frequentItemsets(everything, { minCount: 2, maxLength: 16, budgetBytes: 60_000 }, quietContext());
    expect(sets.complete).toBe(false);
    expect(4 * sets.items.length + 8 * sets.counts.length).toBeLessThanOrEqual(60_000);
    const { completeFor } = sets;
    expect(completeFor).toBeGreaterThan(5);
    const ofThese = listed(sets).filter(([set]) => set.every((item) => item < completeFor));
    expect(ofThese.length).toBe(2 ** completeFor - 1);
    // Each part of a set is there, so rules can still be made.
    await associationRules(sets, { minConfidence: 0.5, consequents: 'one' }, quietContext());
  });

  it('makes no set longer than it was asked for', async () => {
    const sets = await frequentItemsets(everything, { ...roomy, minCount: 2, maxLength: 2 }, quietContext());
    expect(sets.counts.length).toBe(16 + (16 * 15) / 2);
    expect(sets.complete).toBe(true);
  });

  it('is cancelled in the middle', async () => {
    const controller = new AbortController();
    const run = createRunContext(controller.signal, () => controller.abort());
    await expect(frequentItemsets(everything, { ...roomy, minCount: 2 }, run)).rejects.toBeInstanceOf(Cancelled);
  });

  it('finds nothing where there is nothing', async () => {
    for (const baskets of [basketsOf([], 3), basketsOf([[], [1]], 3)]) {
      const sets = await frequentItemsets(baskets, { ...roomy, minCount: 2 }, quietContext());
      expect([sets.counts.length, sets.complete]).toEqual([0, true]);
    }
  });
});

it('sides that do not know of each other have lift 1 and nothing else', () => {
  expect(measuresOf(25, 50, 50, 100)).toMatchObject({ lift: 1, leverage: 0, conviction: 1, zhang: 0 });
});
