import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Random } from '$lib/core/base/random';
import { spark } from '$lib/core/measures/spark';
import { planSchema } from '$lib/core/plan/schema';
import { readPlan } from '$lib/core/plan/read';
import { writePlan } from '$lib/core/plan/write';
import { comparisonsOf } from '$lib/core/measures/asked';
import type { CaseComparison, CasesDefinition } from '$lib/core/profiles/kinds/casesTrait';
import { openProfiles } from '$lib/core/profiles/materialize';
import { planTraitProblems, type PlanTrait } from '$lib/core/profiles/planTraits';
import { profilesQuery } from '$lib/core/profiles/profilesQuery';
import { readProfilesPage } from '$lib/core/profiles/profilesPage';
import { readTraits } from '$lib/core/profiles/traitSummary';
import { membersOf } from '$lib/core/segments/evaluate';
import type { TableStore } from '$lib/core/store/tableStore';
import { openNativeStore } from '$lib/platform/node/nativeStore';
import { namesIn, openTinyShop, type TinyEvent } from '../../support/tinyShop';

const asOf = '2026-06-01T00:00:00';
const order = (user: string, day: string, value = 10): TinyEvent => ({
  user,
  event: 'order_completed',
  at: `${day}T10:00:00`,
  value,
  order: `${user} ${day}`,
});

const plan = `
muster: 2
name: Tiers
traits:
  - id: tier
    name: 会员等级
    cases:
      first:
        - { value: 钻石, when: [{ trait: revenue, atLeast: 100 }, { trait: orders, atLeast: 2 }] }
        - { value: 金, when: [{ trait: revenue, atLeast: 30 }] }
      otherwise: 铜
  - { id: rhythm, gaps: { events: order_completed, of: median } }
  - { id: lastPause, gaps: { events: order_completed, of: last } }
segments:
  - { id: gold, rule: { trait: tier, is: 金 } }
`;

describe('a family of tags', () => {
  let store: TableStore;
  beforeAll(async () => {
    store = await openNativeStore({ threads: 2 });
  });
  afterAll(() => store.close());

  it('gives everybody the first value that fits, as a trait that rules and tables see', async () => {
    const { plan: read } = readPlan(plan);
    const tiny = await openTinyShop(
      store,
      {
        events: [
          order('ann', '2026-01-01', 60),
          order('ann', '2026-01-11', 60),
          order('ann', '2026-02-20', 5),
          order('bo', '2026-05-01', 200),
          { user: 'cy', event: 'product_viewed', at: '2026-05-01T10:00:00' },
        ],
      },
      asOf,
    );
    const scope = { ...tiny, ...(await openProfiles(tiny, { traits: read.traits, scores: new Map() })), segments: read.segments };
    const page = await readProfilesPage(scope, { offset: 0, limit: 9 });
    const cells = page.rows.map((row) => ['user_id', 'tier', 'rhythm', 'lastPause'].map((id) => row[page.columns.indexOf(id)]));
    expect(cells).toEqual([
      ['ann', '钻石', 25, 40],
      ['bo', '金', null, null],
      ['cy', '铜', null, null],
    ]);
    expect(namesIn(await membersOf(scope, { segment: 'gold' }), tiny)).toEqual(['bo']);
    expect((await readTraits(scope)).find(({ id }) => id === 'tier')).toMatchObject({ kind: 'text', origin: 'plan', missing: 0 });
  });

  it('is read from a plan and written back as it was', () => {
    const { plan: read } = readPlan(plan);
    expect(readPlan(writePlan(read)).plan).toEqual(read);
    expect(writePlan(read)).toContain('cases:\n      first:\n        - value: 钻石\n          when:\n            - trait: revenue\n');
  });

  it('refuses what one row cannot tell, texts as numbers, and a value twice', () => {
    const codes = (...first: CasesDefinition['first']) => {
      const traits: PlanTrait[] = [
        { id: 'day', measure: { aggregate: 'first', of: 'day' } },
        { id: 'tag', cases: { first } },
      ];
      return planTraitProblems(traits, null).map(({ problem: { code } }) => code);
    };
    const one = (comparison: CaseComparison) => codes({ value: 'a', when: [comparison] });
    expect(one({ trait: 'orders', topPercent: 5 })).toEqual(['case_comparison']);
    expect(one({ trait: 'day', is: '2026-01-01' })).toEqual(['case_comparison']);
    expect(one({ trait: 'day', on: '2026-01-01' })).toEqual([]);
    expect(one({ trait: 'favoriteItem', atLeast: 2 })).toEqual(['comparison_needs_number']);
    expect(one({ trait: 'orders' })).toEqual(['condition_empty']);
    expect(one({ trait: 'tag', is: 'a' })).toContain('trait_circle');
    expect(codes({ value: 'a', when: [{ trait: 'orders', atLeast: 2 }] }, { value: 'a', when: [{ trait: 'orders', is: 1 }] })).toEqual([
      'case_value_twice',
    ]);
    const noCase = { muster: 2, name: 'x', traits: [{ id: 'a', cases: { first: [] } }] };
    expect(planSchema.safeParse(noCase).success).toBe(false);
  });

  it('agrees with one pass over the rows, whatever the cases and the gaps in the data', async () => {
    const random = new Random(7);
    const days = Array.from({ length: 90 }, (_, i) => new Date(Date.UTC(2026, 2, 1 + i)).toISOString().slice(0, 10));
    const events = Array.from({ length: 40 }, (_, user) =>
      Array.from({ length: random.below(5) }, () => order(`u${user}`, days[random.below(90)], random.below(60))),
    ).flat();
    const users = Object.fromEntries(
      Array.from({ length: 40 }, (_, user) => [
        `u${user}`,
        {
          ...(random.below(3) ? { country: ['CN', 'DE'][random.below(2)] } : {}),
          ...(random.below(2) ? { consentEmail: random.below(2) === 0 } : {}),
          ...(random.below(2) ? { createdAt: `${days[random.below(90)]}T08:00:00` } : {}),
        },
      ]),
    );
    const tiny = await openTinyShop(store, { events, users }, asOf);
    const comparisons: (() => CaseComparison)[] = [
      () => ({ trait: 'orders', atLeast: random.below(4) }),
      () => ({ trait: 'revenue', between: [random.below(20), 20 + random.below(60)] }),
      () => ({ trait: 'averageOrderValue', lessThan: random.below(40) }),
      () => ({ trait: 'country', is: 'CN' }),
      () => ({ trait: 'country', isNot: 'CN' }),
      () => ({ trait: 'country', oneOf: ['DE', 'FR'] }),
      () => ({ trait: 'country', exists: random.below(2) === 0 }),
      () => ({ trait: 'consentEmail', is: true }),
      () => ({ trait: 'createdAt', before: days[random.below(90)] }),
      () => ({ trait: 'createdAt', on: days[random.below(90)] }),
      () => ({ trait: 'createdAt', withinDays: 1 + random.below(90) }),
      () => ({ trait: 'daysSinceLastOrder', atMost: random.below(90) }),
    ];
    const traits = Array.from({ length: 30 }, (_, i): PlanTrait => {
      const first = Array.from({ length: 1 + random.below(4) }, (_, value) => ({
        value: `v${value}`,
        when: Array.from({ length: 1 + random.below(2) }, () => comparisons[random.below(comparisons.length)]()),
      }));
      return { id: `tag${i}`, cases: random.below(2) ? { first } : { first, otherwise: 'rest' } };
    });
    const scope = await openProfiles({ ...tiny, dataKey: 'random' }, { traits, scores: new Map() });
    const page = await readProfilesPage(scope, { offset: 0, limit: 99 });
    expect(page.rows).toHaveLength(40);
    const seen = new Set<unknown>();
    for (const row of page.rows) {
      const cell = (id: string) => row[page.columns.indexOf(id)];
      for (const trait of traits) {
        const { first, otherwise = null } = (trait as { cases: CasesDefinition }).cases;
        const expected = first.find(({ when }) => when.every((one) => fits(cell(one.trait), one)))?.value ?? otherwise;
        expect(cell(trait.id), JSON.stringify({ row, first })).toBe(expected);
        seen.add(expected);
      }
    }
    expect(seen.size).toBeGreaterThan(4);
  });

  it('is written for Spark, too', () => {
    const traits = readPlan(plan).plan.traits.map((trait) => trait);
    const tables = { events: 'events', users: 'users', items: 'items' };
    const { text } = profilesQuery({
      tables,
      asOf,
      traits: traits.slice(0, 1),
      made: { table: spark.sql`p`, ids: ['revenue', 'orders'] },
      dialect: spark,
    });
    expect(text).toContain(
      "CASE WHEN CAST(`revenue` AS DOUBLE) >= 100 AND CAST(`orders` AS DOUBLE) >= 2 THEN '钻石' WHEN CAST(`revenue` AS DOUBLE) >= 30 THEN '金' ELSE '铜' END",
    );
  });
});

function fits(value: unknown, { trait: _, ...written }: CaseComparison): boolean {
  const [{ operator, operand }] = comparisonsOf(written);
  if (operator === 'exists') return (value !== null) === operand;
  if (operator === 'isNot') return value !== operand;
  if (value === null) return false;
  const day = String(value).slice(0, 10);
  const ago = (Date.parse(asOf.slice(0, 10)) - Date.parse(day)) / 86_400_000;
  switch (operator) {
    case 'is':
      return value === operand;
    case 'oneOf':
      return (operand as unknown[]).includes(value);
    case 'before':
      return day < String(operand);
    case 'on':
      return day === operand;
    case 'withinDays':
      return ago >= 1 && ago <= Number(operand);
    case 'atLeast':
      return Number(value) >= Number(operand);
    case 'atMost':
      return Number(value) <= Number(operand);
    case 'lessThan':
      return Number(value) < Number(operand);
    default: {
      const [low, high] = operand as [number, number];
      return Number(value) >= low && Number(value) <= high;
    }
  }
}
