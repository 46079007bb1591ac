import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { dppPicker } from '$lib/core/recommendations/policies/dpp';
import { categoryLikeness, tasteLikeness } from '$lib/core/recommendations/policies/likeness';
import { mmrPicker } from '$lib/core/recommendations/policies/mmr';
import type { Picker } from '$lib/core/recommendations/policies/picker';
import { labelled } from '$lib/core/recommendations/policies/itemFacts';
import { matrixFromPairs } from '$lib/core/math/sparseRows';

interface Case {
  relevance: number[];
  likeness: number[];
  lists: { amount: number; mmr: number[]; dpp: number[] }[];
}
/** Written by scripts/reference/diversity.py: numpy, by whole determinants. */
const { cases } = JSON.parse(readFileSync('tests/fixtures/diversity.json', 'utf8')) as { cases: Case[] };

function listOf(picker: Picker, size: number, fits: (candidate: number) => boolean = () => true): number[] {
  const list: number[] = [];
  for (let next = picker.next(fits); next >= 0 && list.length < size; next = picker.next(fits)) {
    list.push(next);
    picker.took(next);
  }
  return list;
}

describe('things less alike', () => {
  it('shows two teas that are equally good beside a cup, and not three teas', () => {
    const likeness = categoryLikeness(labelled(['Tea / Green', 'Tea / Green', 'Tea / Black', 'Cups', null]));
    expect(likeness(0, 1)).toBeCloseTo(2 / 3);
    expect(likeness(0, 2)).toBeCloseTo(1 / 3);
    expect([likeness(0, 3), likeness(0, 4), likeness(0, 0)]).toEqual([0, 0, 1]);
    const relevance = Float64Array.of(1, 0.9, 0.8, 0.7, 0.6);
    expect(listOf(mmrPicker(relevance, likeness, 0), 3)).toEqual([0, 1, 2]);
    expect(listOf(mmrPicker(relevance, likeness, 0.5), 4)).toEqual([0, 3, 4, 2]);
    expect(listOf(dppPicker(relevance, likeness, 0.5), 4)).toEqual([0, 3, 2, 4]);
  });

  it.each(cases.map((each, i) => [i, each] as const))('agrees with numpy on case %i', (_, { relevance, likeness, lists }) => {
    const values = Float64Array.from(relevance);
    const alike = (a: number, b: number) => likeness[a * relevance.length + b];
    for (const { amount, mmr, dpp } of lists) {
      expect(listOf(mmrPicker(values, alike, amount), mmr.length)).toEqual(mmr);
      expect(listOf(dppPicker(values, alike, amount), dpp.length)).toEqual(dpp);
    }
  });

  it('goes on by relevance where the likeness leaves no more room of its own, and passes over what does not fit', () => {
    const same = () => 1;
    expect(listOf(dppPicker(Float64Array.of(0.2, 1, 0.5), same, 0.5), 3)).toEqual([1, 2, 0]);
    expect(listOf(mmrPicker(Float64Array.of(0.2, 1, 0.5), same, 0.5), 3, (candidate) => candidate !== 1)).toEqual([2, 0]);
  });

  it('likeness by taste is that of a model’s factors, else of who chose the items', () => {
    const training = matrixFromPairs(4, 3, [0, 0, 1, 1, 2, 3], [0, 1, 0, 1, 2, 2]);
    const score = (users: Int32Array) => new Float32Array(users.length * 3);
    const factors = { size: 2, userFactors: new Float32Array(8), itemFactors: Float32Array.of(3, 0, 0, 2, 1, 1) };
    const byFactors = tasteLikeness({ score, factors }, training, 1);
    expect(byFactors(0, 1)).toBe(0);
    expect(byFactors(0, 2)).toBeCloseTo(Math.SQRT1_2);
    const byChoosers = tasteLikeness({ score }, training, 1);
    expect(byChoosers(0, 1)).toBeCloseTo(1);
    expect(Math.abs(byChoosers(0, 2))).toBeLessThan(0.4);
  });
});
