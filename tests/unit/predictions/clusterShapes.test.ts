import { describe, expect, it } from 'vitest';
import { Random } from '$lib/core/base/random';
import { fitShapes, keptRows, shaped, type ShapeOptions, type TraitColumn } from '$lib/core/predictions/clusters/shape';

const column = (values: number[], kind: TraitColumn['kind'] = 'number'): TraitColumn => ({
  trait: 'x',
  kind,
  values: Float64Array.from(values),
});
const options: ShapeOptions = { scaling: 'standard', outliers: 'keep', missing: 'middle' };
const coordinates = (of: TraitColumn, chosen: ShapeOptions) => {
  const [shape] = fitShapes([of], chosen);
  return Array.from(of.values, (value) => shaped(shape, value, chosen.outliers));
};

describe('a trait as a coordinate', () => {
  it('has mean 0 and standard deviation 1, as scikit-learn’s StandardScaler has it', () => {
    // [1, 2, 3, 6]: mean 3, population variance 3.5.
    expect(coordinates(column([1, 2, 3, 6]), options)).toEqual([-2, -1, 0, 3].map((over) => over / Math.sqrt(3.5)));
  });

  it('takes median and quartiles where it is to be robust, as RobustScaler does, in units of a normal’s deviation', () => {
    const values = [1, 2, 3, 4, 1000];
    const [shape] = fitShapes([column(values)], { ...options, scaling: 'robust' });
    // RobustScaler: centre 3, scale 4 − 2.
    expect([shape.centre, shape.spread]).toEqual([3, 2 / 1.349]);
    expect(shaped(shape, 4, 'keep')).toBeCloseTo(0.6745, 4);
  });

  it('takes the logarithm of what is skewed, and of nothing else', () => {
    const random = new Random(2);
    const skewed = Array.from({ length: 500 }, () => Math.exp(2 * random.normal()));
    const even = Array.from({ length: 500 }, () => 40 + 10 * random.normal());
    const negative = skewed.map((value) => value - 1);
    const logs = (values: number[], kind?: TraitColumn['kind']) =>
      fitShapes([column(values, kind)], { ...options, scaling: 'auto' })[0].log;
    expect([logs(skewed), logs(even), logs(negative), logs(skewed, 'date')]).toEqual([true, false, false, false]);
    expect(
      logs(
        Array.from({ length: 500 }, (_, i) => (i < 20 ? 1 : 0)),
        'boolean',
      ),
    ).toBe(false);
  });

  it('takes the order of people where ranks are asked for: even, whatever the values', () => {
    const values = Array.from({ length: 1001 }, (_, i) => i ** 3);
    const ranks = coordinates(column(values), { ...options, scaling: 'ranks' });
    expect(ranks.every((rank, i) => i === 0 || rank >= ranks[i - 1])).toBe(true);
    // Cubes curve between two knots, so a rank in between is a hundredth off at most.
    ranks.forEach((rank, i) => expect(Math.abs(rank / Math.sqrt(12) + 0.5 - i / 1000)).toBeLessThan(0.011));
    // Who has the same has the middle of the ranks of all who do.
    const [shape] = fitShapes([column([...Array<number>(600).fill(0), ...Array.from({ length: 400 }, (_, i) => i + 1)])], {
      ...options,
      scaling: 'ranks',
    });
    expect(shaped(shape, 0, 'keep') / Math.sqrt(12) + 0.5).toBeCloseTo(0.295, 2);
    expect(shaped(shape, 1e9, 'keep') / Math.sqrt(12) + 0.5).toBe(1);
    expect(shaped(shape, -5, 'keep') / Math.sqrt(12) + 0.5).toBeCloseTo(0);
  });

  it('counts outliers and missing values, and moves, keeps or leaves out as it was told', () => {
    const values = [...Array.from({ length: 998 }, (_, i) => i % 10), 1e6, NaN];
    const of = column(values);
    const [shape] = fitShapes([of], { ...options, outliers: 'clip' });
    expect([shape.outlying, shape.missing, shape.high, shape.fill]).toEqual([1, 1, 9, 4]);
    expect(shaped(shape, 1e6, 'clip')).toBe(shaped(shape, 9, 'clip'));
    expect(shaped(shape, 1e6, 'keep')).toBeGreaterThan(1000);
    expect(shaped(shape, NaN, 'clip')).toBe(shaped(shape, 4, 'clip'));
    const leftOut = (chosen: Partial<ShapeOptions>) => {
      const kept = keptRows([of], [shape], { ...options, ...chosen });
      return values.flatMap((_, row) => (kept[row] ? [] : [row]));
    };
    expect(leftOut({ outliers: 'leaveOut' })).toEqual([998]);
    expect(leftOut({ missing: 'leaveOut' })).toEqual([999]);
    expect(leftOut({ outliers: 'clip' })).toEqual([]);
  });

  it('says nothing where everybody has the same, or nobody anything', () => {
    expect(fitShapes([column([5, 5, 5])], options)[0].spread).toBe(0);
    expect(fitShapes([column([0.1 + 0.2, 0.3])], options)[0].spread).toBe(0);
    expect(fitShapes([column([NaN, NaN])], options)[0]).toMatchObject({ spread: 0, missing: 2 });
  });
});
