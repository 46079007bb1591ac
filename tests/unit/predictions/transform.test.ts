import { describe, expect, it } from 'vitest';
import type { RawFeature } from '$lib/core/predictions/features';
import { applyTransform, fitTransform } from '$lib/core/predictions/transform';

const number = (id: string, ...values: number[]): RawFeature => ({
  id,
  origin: 'profile',
  kind: 'number',
  values: Float64Array.from(values),
});
const text = (id: string, ...values: (string | null)[]): RawFeature => ({ id, origin: 'profile', kind: 'text', values });

describe('model inputs', () => {
  it('are named after the columns they came from, and say what was missing', () => {
    const columns = fitTransform([
      [number('orders', 0, 1, 200), number('daysSinceLastOrder', NaN, 3, 9), text('country', 'CN', 'DE', null)],
    ]);
    expect(columns.map(({ name }) => name)).toEqual([
      'orders',
      'daysSinceLastOrder',
      'daysSinceLastOrder missing',
      'country = CN',
      'country = DE',
    ]);
  });

  it('have mean 0 and deviation 1 on the training rows, the logarithm taken of long-tailed amounts', () => {
    const revenue = [0, 10, 100, 1000];
    const { rows, columns, values } = applyTransform(fitTransform([[number('revenue', ...revenue)]]), [number('revenue', ...revenue)]);
    expect([rows, columns]).toEqual([4, 1]);
    const logs = revenue.map(Math.log1p);
    const mean = logs.reduce((a, b) => a + b) / 4;
    const deviation = Math.sqrt(logs.reduce((a, b) => a + (b - mean) ** 2, 0) / 4);
    logs.forEach((log, i) => expect(values[i]).toBeCloseTo((log - mean) / deviation, 5));
  });

  it('are learnt from the training rows only: other rows are measured by the same yardstick', () => {
    const transform = fitTransform([
      [number('age', 1, 2), text('city', 'a', 'b')],
      [number('age', 3, 2), text('city', 'a', 'a')],
    ]);
    const applied = applyTransform(transform, [number('age', 2, NaN), text('city', 'new', 'a')]);
    expect(applied.values[0]).toBe(0);
    // A missing value becomes the mean, and an unknown city is none of the known ones.
    expect(applied.values[applied.columns]).toBe(0);
    expect(applied.values[1]).toBeLessThan(0);
    expect(applied.values[applied.columns + 1]).toBeGreaterThan(0);
  });

  it('leave out columns without news: constants, empty columns and ids', () => {
    const ids = Array.from({ length: 300 }, (_, i) => `id-${i}`);
    const features = [
      number('always', ...ids.map(() => 7)),
      number('never', ...ids.map(() => NaN)),
      text('id', ...ids),
      text('same', ...ids.map(() => 'x')),
    ];
    expect(fitTransform([features])).toEqual([]);
  });

  it('refuse customers who lack a trait that the model goes by', () => {
    const columns = fitTransform([[number('age', 1, 2), number('orders', 3, 4)]]);
    expect(applyTransform(columns, [number('orders', 3), number('age', 1)]).columns).toBe(2);
    expect(() => applyTransform(columns, [number('orders', 3)])).toThrow('The model goes by "age"');
  });
});

describe('raw inputs', () => {
  const table: RawFeature[] = [
    { id: 'orders', origin: 'profile', kind: 'number', values: Float64Array.of(3, NaN, 7) },
    { id: 'constant', origin: 'profile', kind: 'number', values: Float64Array.of(1, 1, 1) },
    { id: 'city', origin: 'attribute', kind: 'text', values: ['Lima', 'Oslo', 'Lima'] },
  ];

  it('keep numbers and gaps, and make a text the place of its value among those of the training', () => {
    const columns = fitTransform([table], 'raw');
    expect(columns.map(({ name }) => name)).toEqual(['orders', 'city']);
    const others: RawFeature[] = [
      { ...table[0], values: Float64Array.of(2, NaN) } as RawFeature,
      { ...table[2], values: ['Oslo', 'Rome'] } as RawFeature,
    ];
    const { values, categories } = applyTransform(columns, others);
    expect(Array.from(values)).toEqual([2, 1, NaN, NaN]);
    expect(Array.from(categories!)).toEqual([0, 2]);
  });
});
