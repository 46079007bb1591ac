import { describe, expect, it } from 'vitest';
import { Random } from '$lib/core/base/random';
import { quietContext } from '$lib/core/base/run';
import { f1, fitRule, niceBetween, type RuleColumn } from '$lib/core/segments/fitRule';
import type { Rule } from '$lib/core/segments/rule';

const run = quietContext();
const column = (trait: string, values: number[], kind: RuleColumn['kind'] = 'number'): RuleColumn => ({
  trait,
  kind,
  values: Float64Array.from(values),
});

/** The conditions that a fitted rule may hold, read one person at a time. */
function holds(rule: Rule, columns: readonly RuleColumn[], row: number): boolean {
  if ('any' in rule) return (rule.any as Rule[]).some((part) => holds(part, columns, row));
  if ('all' in rule) return (rule.all as Rule[]).every((part) => holds(part, columns, row));
  const { trait, ...asked } = rule as Record<string, unknown> & { trait: string };
  const value = columns.find((known) => known.trait === trait)!.values[row];
  const [[operator, operand]] = Object.entries(asked);
  if (operator === 'exists') return Number.isNaN(value) !== operand;
  if (Number.isNaN(value)) return false;
  const date = () => Date.parse(`${String(operand)}T00:00:00Z`);
  switch (operator) {
    case 'atLeast':
      return value >= Number(operand);
    case 'lessThan':
      return value < Number(operand);
    case 'atMost':
      return value <= Number(operand);
    case 'between':
      return value >= (operand as number[])[0] && value <= (operand as number[])[1];
    case 'is':
      return value === Number(operand);
    case 'after':
      return value >= date() + 86_400_000;
    case 'before':
      return value < date();
    default:
      throw new Error(operator);
  }
}

describe('a rule fitted to a group', () => {
  it('finds the conditions that made the group, with thresholds as people write them', async () => {
    const random = new Random(3);
    const orders = column(
      'orders',
      Array.from({ length: 2000 }, () => random.below(20)),
      'count',
    );
    const revenue = column(
      'revenue',
      Array.from({ length: 2000 }, () => random.below(100) * 10 + 0.5),
      'money',
    );
    const noise = column(
      'noise',
      Array.from({ length: 2000 }, () => random.normal()),
    );
    const wanted = Uint8Array.from(orders.values, (count, row) => (count >= 5 && count <= 9 && revenue.values[row] >= 500 ? 1 : 0));
    const fitted = await fitRule([noise, orders, revenue], wanted, run);
    expect(fitted!.rule).toEqual({
      all: [
        { trait: 'revenue', atLeast: 500 },
        { trait: 'orders', between: [5, 9] },
      ],
    });
    expect([fitted!.ruleOnly, fitted!.wantedOnly]).toEqual([0, 0]);
  });

  it('says yes/no, dates, and several ways to belong', async () => {
    const day = 86_400_000;
    const random = new Random(5);
    const rows = Array.from({ length: 600 }, (_, row) => row);
    const consent = column(
      'consent',
      rows.map(() => random.below(2)),
      'boolean',
    );
    const since = column(
      'since',
      rows.map((row) => (row % 7 === 0 ? NaN : Date.parse('2026-01-01T00:00:00Z') + random.below(60 * 24) * (day / 24))),
      'date',
    );
    const from = Date.parse('2026-02-01T00:00:00Z');
    const wanted = Uint8Array.from(rows, (row) => (since.values[row] >= from && consent.values[row] === 1 ? 1 : 0));
    const { rule } = (await fitRule([consent, since], wanted, run))!;
    expect(rule).toEqual({
      all: expect.arrayContaining([
        { trait: 'consent', is: true },
        { trait: 'since', after: '2026-01-31' },
      ]),
    });

    const x = column(
      'x',
      rows.map(() => random.below(100) + 0.25),
    );
    const ends = Uint8Array.from(x.values, (value) => (value < 20 || value >= 80 ? 1 : 0));
    const both = (await fitRule([x], ends, run))!;
    expect(both.rule).toHaveProperty('any');
    expect(f1(both)).toBe(1);
  });

  it('counts its agreement as the rule itself does, whatever the data', async () => {
    for (let seed = 0; seed < 40; seed++) {
      const random = new Random(seed);
      const people = 50 + random.below(400);
      const columns = Array.from({ length: 4 }, (_, at) => {
        const isWhole = random.below(2) === 0;
        return column(
          `t${at}`,
          Array.from({ length: people }, () =>
            random.below(10) === 0 ? NaN : isWhole ? random.below(12) : random.normal() * 10 ** (random.below(6) - 2),
          ),
        );
      });
      const wanted = Uint8Array.from({ length: people }, (_, row) =>
        random.uniform() < (columns[0].values[row] > 3 || columns[1].values[row] < 0 ? 0.8 : 0.1) ? 1 : 0,
      );
      const fitted = await fitRule(columns, wanted, run);
      if (!fitted) continue;
      const counted = { both: 0, ruleOnly: 0, wantedOnly: 0 };
      wanted.forEach((is, row) => {
        const said = holds(fitted.rule, columns, row);
        if (said && is) counted.both++;
        else if (said) counted.ruleOnly++;
        else if (is) counted.wantedOnly++;
      });
      expect(counted, `seed ${seed}`).toEqual({ both: fitted.both, ruleOnly: fitted.ruleOnly, wantedOnly: fitted.wantedOnly });
    }
  });

  it('says who has no value', async () => {
    const random = new Random(9);
    const average = column(
      'average',
      Array.from({ length: 500 }, (_, row) => (row % 5 === 0 ? NaN : random.below(100))),
    );
    const wanted = Uint8Array.from(average.values, (value) => (Number.isNaN(value) || value >= 90 ? 1 : 0));
    const { rule, ...agreed } = (await fitRule([average], wanted, run))!;
    expect(rule).toEqual({
      any: [
        { trait: 'average', exists: false },
        { trait: 'average', atLeast: 90 },
      ],
    });
    expect(f1(agreed)).toBe(1);
  });

  it('says nothing where there is nothing to say', async () => {
    const x = column('x', [1, 2, 3, 4]);
    expect(await fitRule([x], new Uint8Array(4), run)).toBeNull();
    expect(await fitRule([x], new Uint8Array(4).fill(1), run)).toBeNull();
    expect(await fitRule([column('same', [7, 7, 7, 7])], Uint8Array.from([1, 0, 1, 0]), run)).toBeNull();
  });

  it('writes the number with the fewest digits between two values', () => {
    expect(niceBetween(499.87, 500.12)).toBe(500);
    expect(niceBetween(0.1234, 0.1298)).toBe(0.129);
    expect(niceBetween(-3.7, -3.2)).toBe(-3.2);
    expect(niceBetween(2, 3)).toBe(3);
    expect(niceBetween(-1, 0)).toBe(0);
    for (let seed = 0; seed < 200; seed++) {
      const random = new Random(seed);
      const [below, from] = [random.normal() * 1e3, random.normal() * 1e3].sort((a, b) => a - b);
      const nice = niceBetween(below, from);
      expect(nice > below && nice <= from).toBe(true);
    }
  });
});
