import { describe, expect, it } from 'vitest';
import { Random } from '$lib/core/base/random';
import { quietContext } from '$lib/core/base/run';
import { checkBalance, type Lots } from '$lib/core/predictions/uplift/measures/balance';
import { aucWithin, guessArm } from '$lib/core/predictions/uplift/measures/guessArm';
import { checkRandomisation } from '$lib/core/predictions/uplift/measures/randomisation';
import reference from '../../../fixtures/randomisation.json';

const run = quietContext();

function lotsOf(rows: readonly number[][], treated: ArrayLike<number>, campaignOf?: ArrayLike<number>, personOf?: number[]): Lots {
  const columns = rows[0].length;
  return {
    inputs: { rows: rows.length, columns, values: Float32Array.from(rows.flat()) },
    treated: Uint8Array.from(treated),
    campaignOf: campaignOf ?? new Int32Array(rows.length),
    personOf: personOf ?? [...rows.keys()],
  };
}

/** Two campaigns: a mail to nine in ten of 1,500 regulars, and one to three in ten of 1,500 others. `choose` bends the lots. */
function campaigns(choose: (orders: number) => number, seed = 1) {
  const random = new Random(seed);
  const campaignOf = Int32Array.from({ length: 3000 }, (_, row) => (row < 1500 ? 0 : 1));
  const rows = Array.from(campaignOf, (campaign) => [random.normal() + 2 * (1 - campaign), random.normal(), random.uniform()]);
  const treated = Uint8Array.from(campaignOf, (campaign, row) =>
    random.uniform() < (campaign === 0 ? 0.9 : 0.3) * choose(rows[row][0]) ? 1 : 0,
  );
  const count = (campaign: number, arm: number) => rows.filter((_, row) => campaignOf[row] === campaign && treated[row] === arm).length;
  const arms = [0, 1].map((campaign) => ({ name: String(campaign), treated: count(campaign, 1), control: count(campaign, 0) }));
  return { lots: lotsOf(rows, treated, campaignOf), arms, names: ['orders', 'visits', 'discounts'] };
}

const check = ({ lots, arms, names }: ReturnType<typeof campaigns>) => checkRandomisation(lots, { names, arms, planned: null }, 7, run);

describe('were lots drawn?', () => {
  it('yes, where each campaign drew its own share of people of its own', async () => {
    const found = await check(campaigns(() => 1));
    expect(found.verdict).toBe('random');
    expect(found.beyond).toBe(0);
    expect(found.guess!.auc).toBeLessThan(found.guess!.high);
  });

  it('no, where those who order more were written to more', async () => {
    const found = await check(campaigns((orders) => (orders > 1 ? 1 : 0.6)));
    expect(found.verdict).toBe('not-random');
    expect(found.imbalances[0].input).toBe('orders');
    expect(found.imbalances[0].p!).toBeLessThan(1e-6);
    expect(found.guess!.auc).toBeGreaterThan(found.guess!.high);
  });

  it('hardly ever doubts lots, and knows each bent one of many', async () => {
    let doubted = 0;
    for (let seed = 10; seed < 60; seed++) if ((await check(campaigns(() => 1, seed))).verdict !== 'random') doubted++;
    // One in a hundred are expected.
    expect(doubted).toBeLessThanOrEqual(2);
    for (let seed = 10; seed < 20; seed++) {
      expect((await check(campaigns((orders) => (orders > 1 ? 1 : 0.7), seed))).verdict).not.toBe('random');
    }
  });

  it('doubts no one for differences that few people have by luck', async () => {
    // Forty inputs of sixty people: several differ by more than a tenth.
    const random = new Random(4);
    const rows = Array.from({ length: 60 }, () => Array.from({ length: 40 }, () => random.normal()));
    const lots = lotsOf(rows, rows.map((_, row) => row % 2)); // prettier-ignore
    const { differences } = await checkBalance(lots, run);
    expect(differences.filter((difference) => Math.abs(difference) > 0.1).length).toBeGreaterThan(10);
    const arms = [{ name: 'mail', treated: 30, control: 30 }];
    const found = await checkRandomisation(lots, { names: rows[0].map(String), arms, planned: 0.5 }, 1, run);
    expect(found).toMatchObject({ verdict: 'random', beyond: 0 });
  });

  it('guesses nobody by their own rows', async () => {
    // Everybody's signature is the same in ten campaigns, and one lot held them out of all: by rows it would give them away.
    const random = new Random(5);
    const [signatures, lot] = [
      Array.from({ length: 100 }, () => Array.from({ length: 30 }, () => random.normal())),
      Array.from({ length: 100 }, () => random.below(2)),
    ];
    const places = Array.from({ length: 1000 }, (_, row) => row);
    const lots = lotsOf(
      places.map((row) => signatures[row % 100]),
      places.map((row) => lot[row % 100]),
      places.map((row) => Math.floor(row / 100)),
      places.map((row) => row % 100),
    );
    const guess = (await guessArm(lots, 1, run))!;
    expect(guess.p).toBeGreaterThan(0.001);
    expect(guess.high - guess.low).toBeGreaterThan(0.2);
    expect((await checkBalance(lots, run)).omnibus.p).toBeGreaterThan(0.001);
  });

  for (const wanted of reference.cases) {
    it(`is tested as Hansen & Bowers, statsmodels and scikit-learn do: ${wanted.name}`, async () => {
      const lots = lotsOf(wanted.inputs, wanted.treated, wanted.campaign, wanted.person);
      const { omnibus, p, differences } = await checkBalance(lots, run);
      expect(omnibus.degrees).toBe(wanted.degrees);
      expect(omnibus.chiSquare).toBeCloseTo(wanted.chiSquare, 4);
      if (wanted.ols) expect(omnibus.chiSquare).toBeCloseTo(wanted.ols, 4);
      expect(omnibus.p).toBeCloseTo(wanted.p, 6);
      // Permutations of the lots, of which 4,000 were drawn.
      if (wanted.permuted) expect(Math.abs(omnibus.p - wanted.permuted)).toBeLessThan(0.02);
      wanted.holm.forEach((value, c) => expect(p[c]).toBeCloseTo(value, 6));
      wanted.differences?.forEach((value, c) => expect(differences[c]).toBeCloseTo(value, 6));
      const guess = aucWithin(wanted.score, lots)!;
      expect(guess.auc).toBeCloseTo(wanted.auc, 12);
      expect((guess.high - guess.low) / 2 / 1.959963984540054).toBeCloseTo(wanted.error, 12);
    });
  }
});
