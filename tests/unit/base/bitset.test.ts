import { describe, expect, it } from 'vitest';
import { Bitset } from '$lib/core/base/bitset';
import { Random } from '$lib/core/base/random';

describe('Bitset', () => {
  it('combines the people who bought tea with those who opened a mail', () => {
    const boughtTea = Bitset.of(100, [3, 31, 32, 99]);
    const openedMail = Bitset.of(100, [32, 50, 99]);
    expect([...boughtTea.and(openedMail).toIndexes()]).toEqual([32, 99]);
    expect(boughtTea.or(openedMail).count).toBe(5);
    expect([...boughtTea.andNot(openedMail).toIndexes()]).toEqual([3, 31]);
  });

  it('does not count bits past the end', () => {
    for (const size of [0, 1, 31, 32, 33, 1000]) expect(Bitset.all(size).count).toBe(size);
  });

  it('agrees with plain sets on random members', () => {
    const random = new Random(7);
    for (let round = 0; round < 20; round++) {
      const size = 1 + random.below(500);
      const draw = () => new Set(Array.from({ length: random.below(size) }, () => random.below(size)));
      const [a, b] = [draw(), draw()];
      const expected = [...a].filter((index) => b.has(index)).sort((x, y) => x - y);
      expect([...Bitset.of(size, a).and(Bitset.of(size, b)).toIndexes()]).toEqual(expected);
      expect(Bitset.of(size, a).not().count).toBe(size - a.size);
    }
  });

  it('refuses to combine sets over different people', () => {
    expect(() => new Bitset(10).and(new Bitset(11))).toThrow('cannot be combined');
  });
});
