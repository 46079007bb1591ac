import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { allocateByPriority, allocateByProfit, type Allocation, type AllocationProblem } from '$lib/core/audiences/allocate';
import { Random } from '$lib/core/base/random';
import { atOnce } from '$lib/core/base/run';

type Small = Omit<AllocationProblem, 'people' | 'audiences'> & { audiences: { cost: number; most?: number; profit: number[] }[] };
const problemOf = ({ audiences, ...rest }: Small): AllocationProblem => ({
  people: audiences[0].profit.length,
  audiences: audiences.map(({ profit, ...each }) => ({
    ...each,
    profit: Float64Array.from(profit),
    order: Int32Array.from(profit.keys()).filter((person) => !Number.isNaN(profit[person])),
  })),
  ...rest,
});
const byProfit = (problem: Small) => atOnce(allocateByProfit(problemOf(problem)));

/** The whole of what an allocation may not break. */
function mustHold({ audiences, contacts = Infinity, budget = Infinity }: Small, { audience, ...sums }: Allocation): void {
  const counts = audiences.map((_, a) => audience.filter((place) => place === a).length);
  audiences.forEach(({ most = Infinity }, a) => expect(counts[a]).toBeLessThanOrEqual(most));
  const given = counts.reduce((sum, n) => sum + n, 0);
  const cost = counts.reduce((sum, n, a) => sum + n * audiences[a].cost, 0);
  expect(given).toBeLessThanOrEqual(contacts);
  expect(cost).toBeLessThanOrEqual(budget + 1e-6);
  expect(sums.contacts).toBe(given);
  expect(sums.cost).toBeCloseTo(cost, 9);
  let profit = 0;
  audience.forEach((a, person) => (profit += a === -1 ? 0 : audiences[a].profit[person]));
  expect(sums.profit).toBeCloseTo(profit, 9);
}

/** Every allocation there is. */
function bestOf({ audiences, contacts = Infinity, budget = Infinity }: Small): number {
  const people = audiences[0].profit.length;
  let best = 0;
  const left = audiences.map(({ most = Infinity }) => most);
  const go = (person: number, given: number, cost: number, profit: number): void => {
    if (profit > best) best = profit;
    if (person === people) return;
    go(person + 1, given, cost, profit);
    audiences.forEach((each, a) => {
      if (Number.isNaN(each.profit[person]) || left[a] === 0 || given === contacts || cost + each.cost > budget + 1e-9) return;
      left[a]--;
      go(person + 1, given + 1, cost + each.cost, profit + each.profit[person]);
      left[a]++;
    });
  };
  go(0, 0, 0, 0);
  return best;
}

function drawn(random: Random, alike: boolean): Small {
  const people = 1 + random.below(7);
  const places = 1 + random.below(3);
  const often = (value: number) => (random.below(2) ? value : undefined);
  return {
    audiences: Array.from({ length: places }, () => {
      const cost = alike ? 0.5 : random.below(20) / 10;
      // Few different values, so that ties are many.
      return {
        cost,
        most: often(1 + random.below(3)),
        profit: Array.from({ length: people }, () => (random.below(5) ? random.below(8) - 2 : NaN)),
      };
    }),
    contacts: often(1 + random.below(5)),
    budget: often((1 + random.below(30)) / 10),
  };
}

describe('allocateByProfit', () => {
  it('moves people out of a full audience where they are wanted elsewhere', () => {
    // Both would go to the first, which has one place; the second is nearly as good for person 0.
    const { audience, profit } = byProfit({
      audiences: [
        { cost: 0, most: 1, profit: [10, 9] },
        { cost: 0, profit: [9.5, 1] },
      ],
    });
    expect([[...audience], profit]).toEqual([[1, 0], 18.5]);
  });

  it('finds the best of all allocations where contacts cost the same', () => {
    const random = new Random(1);
    for (let n = 0; n < 400; n++) {
      const problem = drawn(random, true);
      const found = byProfit(problem);
      mustHold(problem, found);
      expect(found.profit, JSON.stringify(problem)).toBeCloseTo(bestOf(problem), 9);
    }
  });

  it('keeps its bound above the best, and comes near it, where contacts cost different amounts', () => {
    const random = new Random(2);
    let [found, best] = [0, 0];
    for (let n = 0; n < 400; n++) {
      const problem = drawn(random, false);
      const allocation = byProfit(problem);
      mustHold(problem, allocation);
      const most = bestOf(problem);
      expect(allocation.profit).toBeLessThanOrEqual(most + 1e-9);
      expect(allocation.bound!, JSON.stringify(problem)).toBeGreaterThanOrEqual(most - 1e-9);
      if (problem.budget === undefined) expect(allocation.profit).toBeCloseTo(most, 9);
      found += allocation.profit;
      best += most;
    }
    // Of seven people one is much; of thousands it is nothing.
    expect(found / best).toBeGreaterThan(0.97);
  });

  it('has the optimum and the prices of another solver', () => {
    const instances = JSON.parse(readFileSync('tests/fixtures/allocate.json', 'utf8')) as {
      cost: number[];
      profit: (number | null)[][];
      most: number[] | null;
      contacts: number | null;
      budget: number | null;
      optimum: number;
      whole: number;
      priceOfBudget: number | null;
      priceOfContact: number | null;
    }[];
    for (const { cost, profit, most, contacts, budget, optimum, whole, ...prices } of instances) {
      const problem: Small = {
        audiences: cost.map((each, a) => ({ cost: each, most: most?.[a], profit: profit[a].map((value) => value ?? NaN) })),
        contacts: contacts ?? undefined,
        budget: budget ?? undefined,
      };
      const found = byProfit(problem);
      mustHold(problem, found);
      expect(found.bound).toBeCloseTo(optimum, 6);
      expect(found.profit).toBeGreaterThan(0.995 * whole);
      if (prices.priceOfBudget !== null) expect(found.priceOfBudget).toBeCloseTo(prices.priceOfBudget, 6);
      if (prices.priceOfContact !== null) expect(found.priceOfContact).toBeCloseTo(prices.priceOfContact, 6);
    }
  });

  it('loses next to nothing to whole people among thousands', () => {
    const random = new Random(3);
    const audiences = [0.07, 0.4, 1.3].map((cost) => ({
      cost,
      most: 1500,
      profit: Array.from({ length: 4000 }, () => random.uniform() ** 3 * 6 - cost),
    }));
    const found = byProfit({ audiences, contacts: 2500, budget: 700 });
    mustHold({ audiences, contacts: 2500, budget: 700 }, found);
    expect(found.profit / found.bound!).toBeGreaterThan(0.999);
  });
});

describe('allocateByPriority', () => {
  it('lets the first audience take whom it wants most, and the others who is left', () => {
    const { audience, contacts, cost } = allocateByPriority({
      people: 5,
      audiences: [
        { cost: 2, most: 2, profit: new Float64Array(5), order: Int32Array.of(4, 1, 0) },
        { cost: 1, profit: new Float64Array(5), order: Int32Array.of(1, 0, 2, 3) },
      ],
      budget: 6,
    });
    expect([...audience]).toEqual([1, 0, 1, -1, 0]);
    expect([contacts, cost]).toEqual([4, 6]);
  });

  it('stops at the contacts of all together', () => {
    const order = Int32Array.of(0, 1, 2);
    const { audience } = allocateByPriority({ people: 3, audiences: [{ cost: 0, profit: new Float64Array(3), order }], contacts: 2 });
    expect([...audience]).toEqual([0, 0, -1]);
  });
});
