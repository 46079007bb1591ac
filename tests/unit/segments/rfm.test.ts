import { describe, expect, it } from 'vitest';
import { binsOf, cellMatcher, scoreRfm, type RfmMeasures } from '$lib/core/segments/rfm';
import { rfmEightGroups, rfmGroups, ruleOfGroup } from '$lib/core/segments/rfmGroups';
import { checkRfm } from '$lib/core/segments/rfmHealth';

const measuresOf = (recency: number[], frequency: number[], monetary: number[]): RfmMeasures => ({
  userIndexes: Int32Array.from(recency.keys()),
  recencyDays: Float64Array.from(recency),
  frequency: Float64Array.from(frequency),
  monetary: Float64Array.from(monetary),
});

describe('RFM scores', () => {
  it('give 5 to who ordered last, most often and for most', () => {
    const scores = scoreRfm(measuresOf([1, 400, 30, 200, 90], [9, 1, 5, 2, 3], [500, 10, 90, 20, 60]), 5, 'quintile');
    expect([[...scores.recency], [...scores.frequency], [...scores.monetary]]).toEqual([
      [5, 1, 4, 2, 3],
      [5, 1, 4, 2, 3],
      [5, 1, 4, 2, 3],
    ]);
    expect(scores.edges).toEqual({ recencyDays: [400, 200, 90, 30, 1], frequency: [1, 2, 3, 5, 9], monetary: [10, 20, 60, 90, 500] });
  });

  it('part equal values by id, or keep them together, as asked', () => {
    const orders = Float64Array.of(1, 1, 1, 1, 1, 1, 2, 2, 3, 7);
    expect([...binsOf(orders, 5, 'quintile').bin]).toEqual([1, 1, 2, 2, 3, 3, 4, 4, 5, 5]);
    expect([...binsOf(orders, 5, 'ties-together').bin]).toEqual([1, 1, 1, 1, 1, 1, 4, 4, 5, 5]);
  });

  it('stand for one customer, and for none', () => {
    expect([...binsOf(Float64Array.of(3), 5, 'quintile').bin]).toEqual([1]);
    expect(binsOf(new Float64Array(), 5, 'ties-together')).toEqual({ bin: new Uint8Array(), edges: [] });
  });

  it('are chosen by cells with digits, sets and dots', () => {
    const inCells = cellMatcher(['5[45].', '111']);
    expect([inCells(5, 4, 1), inCells(5, 5, 5), inCells(1, 1, 1), inCells(4, 5, 5), inCells(5, 3, 3)]).toEqual([
      true,
      true,
      true,
      false,
      false,
    ]);
  });
});

describe('the health of RFM scores', () => {
  const oneOrderMostly = measuresOf(
    [10, 20, 30, 40, 50, 60, 70, 80, 90, 99],
    [1, 1, 1, 1, 1, 1, 1, 1, 2, 3],
    [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
  );

  it('tells of scores that no one has', () => {
    const found = checkRfm(oneOrderMostly, scoreRfm(oneOrderMostly, 5, 'ties-together'));
    expect(found.map(({ code, values }) => [code, values.measure, values.scores])).toEqual([['rfm_scores_empty', 'F', '2, 3, 4']]);
  });

  it('tells of equal customers with different scores', () => {
    const found = checkRfm(oneOrderMostly, scoreRfm(oneOrderMostly, 5, 'quintile'));
    expect(found.map(({ code, values }) => [code, values])).toEqual([
      ['rfm_ties_split', { measure: 'F', value: 1, scores: 4, customers: 8 }],
    ]);
  });

  it('tells of a measure that is the same for all, and of too few customers', () => {
    const same = measuresOf([5, 5, 5], [1, 2, 3], [1, 2, 3]);
    expect(checkRfm(same, scoreRfm(same, 2, 'quintile')).map(({ code }) => code)).toEqual(['rfm_one_value']);
    expect(checkRfm(same, scoreRfm(same, 5, 'quintile')).map(({ code }) => code)).toEqual(['rfm_few_customers']);
  });
});

describe('the named groups', () => {
  it.each([
    ['the usual ones', rfmGroups, 5],
    ['the eight', rfmEightGroups, 2],
  ])('%s leave no one out and hold no one twice', (_name, groups, bins) => {
    const scores = Array.from({ length: bins }, (_, i) => i + 1);
    for (const r of scores)
      for (const f of scores)
        for (const m of scores) {
          const holding = groups.filter((group) => cellMatcher(group.cells)(r, f, m));
          expect(
            holding.map(({ id }) => id),
            `${r}${f}${m}`,
          ).toHaveLength(1);
        }
  });

  it('become rules', () => {
    expect(ruleOfGroup(rfmGroups[0], 'quintile')).toEqual({ rfm: { bins: 5, method: 'quintile', cells: ['5[45].'] } });
    expect(ruleOfGroup(rfmEightGroups[0], 'ties-together').rfm.bins).toBe(2);
  });
});
