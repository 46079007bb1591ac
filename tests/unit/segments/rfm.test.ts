import { describe, expect, it } from 'vitest';
import { Random } from '$lib/core/base/random';
import { binsOf, cellMatcher, scoreRfm, type RfmConvention, type RfmMeasures } from '$lib/core/segments/rfm';
import { rfmEightGroups, rfmGroups, rfmQuartileGroups, ruleOfGroup } from '$lib/core/segments/rfmGroups';
import { checkRfm } from '$lib/core/segments/rfmHealth';

const measuresOf = (recency: number[], frequency: number[], monetary: number[]): RfmMeasures => ({
  userIndexes: Int32Array.from(recency.keys()),
  recencyDays: Float64Array.from(recency),
  frequency: Float64Array.from(frequency),
  monetary: Float64Array.from(monetary),
});

describe('RFM scores', () => {
  it('give 5 to who ordered last, most often and for most', () => {
    const scores = scoreRfm(measuresOf([1, 400, 30, 200, 90], [9, 1, 5, 2, 3], [500, 10, 90, 20, 60]), { bins: 5, method: 'quintile' });
    expect([[...scores.recency], [...scores.frequency], [...scores.monetary]]).toEqual([
      [5, 1, 4, 2, 3],
      [5, 1, 4, 2, 3],
      [5, 1, 4, 2, 3],
    ]);
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

/** Ten customers of a tea shop by id, worked out by hand. */
const teaShop = measuresOf(
  [5, 10, 20, 20, 40, 60, 90, 120, 200, 300],
  [9, 4, 4, 2, 2, 2, 1, 1, 1, 1],
  [900, 300, 500, 80, 120, 60, 40, 30, 20, 10],
);
const cuts = { recencyDays: [30, 90], frequency: [1, 3], monetary: [50, 400] };

describe('each convention, worked out by hand', () => {
  // Of ten, terciles end at the places 3, 6 and 9 (counted from 0), quartiles at 2, 4, 6, 9. Means: 86.5 days, 2.7 orders, 206.
  const table: [string, RfmConvention, string, string, string][] = [
    ['terciles', { bins: 3, method: 'quintile' }, '3333222111', '3332221111', '3332221111'],
    ['terciles, ties together', { bins: 3, method: 'ties-together' }, '3333222111', '3332221111', '3332221111'],
    ['quartiles', { bins: 4, method: 'quintile' }, '4443322111', '4442331112', '4443322111'],
    ['fixed cuts', { bins: 3, method: 'fixed', cuts }, '3333222111', '3332221111', '3232221111'],
    ['the mean', { bins: 2, method: 'mean' }, '2222221111', '2221111111', '2221111111'],
    // Of five scores the means are 3, 2.6 and 3; who is at one is not above it.
    ['the mean of scores', { bins: 2, method: 'mean-score' }, '2222111111', '2222221111', '2221211111'],
  ];
  it.each(table)('%s', (_name, convention, recency, frequency, monetary) => {
    const scores = scoreRfm(teaShop, convention);
    expect([scores.recency, scores.frequency, scores.monetary].map((of) => of.join(''))).toEqual([recency, frequency, monetary]);
  });

  it('nested: orders are compared among equals in recency, money among equals in both', () => {
    const scores = scoreRfm(teaShop, { bins: 2, method: 'quintile', nested: true });
    expect(scores.recency.join('')).toBe('2222211111');
    // Of five with 9, 4, 4, 2 and 2 orders the upper two are the 9 and one 4.
    expect(scores.frequency.join('')).toBe('2121121112');
    expect(scores.monetary.join('')).toBe('2211122111');
  });

  it('who is exactly at the mean is not above it, and money is added exactly', () => {
    const same = measuresOf([7, 7, 7], [2, 2, 2], [0.1, 0.1, 0.1]);
    const scores = scoreRfm(same, { bins: 2, method: 'mean' });
    expect([scores.recency, scores.frequency, scores.monetary].map((of) => of.join(''))).toEqual(['111', '111', '111']);
    const spread = scoreRfm(measuresOf([1, 2, 3], [1, 2, 3], [-1.5, 0, 1.5]), { bins: 2, method: 'mean' });
    expect([spread.recency, spread.frequency, spread.monetary].map((of) => of.join(''))).toEqual(['211', '112', '112']);
  });

  it('bins of many equal values are those of a place among all', () => {
    const random = new Random(5);
    for (let round = 0; round < 60; round++) {
      const values = Float64Array.from({ length: 1 + random.below(40) }, () => random.below(6) - 2);
      const bins = 2 + random.below(8);
      for (const method of ['quintile', 'ties-together'] as const) {
        const placed = Array.from(values, (value, i) => {
          const smaller = values.filter((other) => other < value).length;
          const place = method === 'quintile' ? smaller + values.slice(0, i).filter((other) => other === value).length : smaller;
          let bin = 1;
          while (place > Math.floor(((values.length - 1) * bin) / bins)) bin++;
          return bin;
        });
        expect([...binsOf(values, bins, method).bin], `${method} ${bins} ${values.join()}`).toEqual(placed);
      }
    }
  });
});

describe('the health of RFM scores', () => {
  const oneOrderMostly = measuresOf(
    [10, 20, 30, 40, 50, 60, 70, 80, 90, 99],
    [1, 1, 1, 1, 1, 1, 1, 1, 2, 3],
    [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
  );

  it('tells of scores that no one has', () => {
    const found = checkRfm(oneOrderMostly, scoreRfm(oneOrderMostly, { bins: 5, method: 'ties-together' }));
    expect(found.map(({ code, values }) => [code, values.measure, values.scores])).toEqual([['rfm_scores_empty', 'F', '2, 3, 4']]);
  });

  it('tells of equal customers with different scores', () => {
    const found = checkRfm(oneOrderMostly, scoreRfm(oneOrderMostly, { bins: 5, method: 'quintile' }));
    expect(found.map(({ code, values }) => [code, values])).toEqual([
      ['rfm_ties_split', { measure: 'F', value: 1, scores: 4, customers: 8 }],
    ]);
  });

  it('tells of a measure that is the same for all, and of too few customers', () => {
    const same = measuresOf([5, 5, 5], [1, 2, 3], [1, 2, 3]);
    expect(checkRfm(same, scoreRfm(same, { bins: 2, method: 'quintile' })).map(({ code }) => code)).toEqual(['rfm_one_value']);
    expect(checkRfm(same, scoreRfm(same, { bins: 5, method: 'quintile' })).map(({ code }) => code)).toEqual(['rfm_few_customers']);
  });
});

describe('the named groups', () => {
  it.each([
    ['the usual ones', rfmGroups, 5],
    ['the eight', rfmEightGroups, 2],
    ['those of quartiles', rfmQuartileGroups, 4],
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
    expect(ruleOfGroup(rfmGroups[0])).toEqual({ rfm: { bins: 5, method: 'quintile', cells: ['5[45].'] } });
    expect(ruleOfGroup(rfmEightGroups[0])).toEqual({ rfm: { bins: 2, method: 'mean', cells: ['222'] } });
    const cuts = { recencyDays: [30], frequency: [2], monetary: [100] };
    expect(ruleOfGroup(rfmEightGroups[1], { bins: 2, method: 'fixed', cuts }).rfm).toEqual({
      bins: 2,
      method: 'fixed',
      cuts,
      cells: ['122'],
    });
  });
});
