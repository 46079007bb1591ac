import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { armStretches, assignArms, fractionOf } from '$lib/core/audiences/experiment';
import { atOnce } from '$lib/core/base/run';

/** By Python's hashlib: scripts/reference/arms.py */
const reference = JSON.parse(readFileSync('tests/fixtures/arms.json', 'utf8')) as {
  salt: string;
  rows: { customer: string; fraction: number; arm: string; stratum: string; stratified: string }[];
};
const ids = Array.from({ length: 20_000 }, (_, n) => `customer ${n}`);
const half = {
  holdOut: 0.1,
  arms: [
    { id: 'a', share: 0.3 },
    { id: 'b', share: 0.6 },
  ],
};
const armsOf = (experiment: typeof half, salt: string, customers: readonly string[], strata?: readonly string[]) => {
  const stretches = armStretches(experiment);
  return Array.from(atOnce(assignArms(stretches, salt, customers, strata)), (place) => stretches[place].id);
};
const shareOf = (arms: readonly string[], id: string) => arms.filter((arm) => arm === id).length / arms.length;

describe('arms of an experiment', () => {
  const { salt, rows } = reference;
  const customers = rows.map(({ customer }) => customer);

  it('are those of another implementation of the hash', () => {
    expect(customers.map((customer) => fractionOf(salt, customer))).toEqual(rows.map(({ fraction }) => fraction));
    expect(armsOf(half, salt, customers)).toEqual(rows.map(({ arm }) => arm));
  });

  it('are those of another implementation where a trait is spread over them', () => {
    const strata = rows.map(({ stratum }) => stratum);
    expect(armsOf(half, salt, customers, strata)).toEqual(rows.map(({ stratified }) => stratified));
  });

  it('have the shares that were asked for', () => {
    const arms = armsOf(half, 'spring', ids);
    // Four standard deviations of a share of 20,000.
    expect(Math.abs(shareOf(arms, 'control') - 0.1)).toBeLessThan(0.0085);
    expect(Math.abs(shareOf(arms, 'b') - 0.6)).toBeLessThan(0.014);
  });

  it('stay with the person whoever else is there, and change with the salt', () => {
    const all = armsOf(half, 'spring', ids);
    expect(armsOf(half, 'spring', ids.slice(500, 900))).toEqual(all.slice(500, 900));
    const others = armsOf(half, 'autumn', ids);
    const same = all.filter((arm, i) => arm === others[i]).length / ids.length;
    // As often as by chance: .1² + .3² + .6².
    expect(Math.abs(same - 0.46)).toBeLessThan(0.015);
  });

  it('have their shares in every stratum, to the person, and small strata favour none', () => {
    const strata = ids.map((_, i) => (i % 20 === 0 ? 'few' : 'many'));
    const arms = armsOf(half, 'spring', ids, strata);
    for (const stratum of ['few', 'many']) {
      const own = arms.filter((_, i) => strata[i] === stratum);
      expect(Math.abs(own.filter((arm) => arm === 'control').length - 0.1 * own.length)).toBeLessThanOrEqual(1);
    }
    const alone = armsOf(half, 'spring', ids.slice(0, 5000), ids.slice(0, 5000));
    expect(Math.abs(shareOf(alone, 'control') - 0.1)).toBeLessThan(0.017);
  });

  it('must make a whole, each with a name of its own', () => {
    const arms =
      (holdOut: number, ...shares: [string, number][]) =>
      () =>
        armStretches({ holdOut, arms: shares.map(([id, share]) => ({ id, share })) });
    expect(arms(0.1, ['a', 0.5], ['b', 0.5])).toThrow('110 % of the audience');
    expect(arms(0.1, ['a', 0.5])).toThrow('60 % of the audience');
    expect(arms(0.1, ['a', 0.45], ['a', 0.45])).toThrow('Two arms are called "a"');
    expect(arms(0, ['control', 1])).toThrow('"control"');
    expect(armStretches({ holdOut: 0.2 }).map(({ id }) => id)).toEqual(['control', 'treatment']);
    expect(armStretches({ holdOut: 0 }).map(({ id }) => id)).toEqual(['treatment']);
    expect(arms(0.1, ['a', 0.3], ['b', 0.3], ['c', 0.3])).not.toThrow();
  });
});
