import { describe, expect, it } from 'vitest';
import { planSchema, type Plan } from '$lib/core/plan/schema';
import { planVersion } from '$lib/core/plan/version';
import { choosingTraits } from '$lib/core/audiences/choosingTraits';
import { sensitiveAudiences, withConfirmed } from '../../../src/lib/ui/exports/sensitiveAudiences';

const traits = [
  { id: '民族', class: 'sensitive' as const },
  { id: 'email', class: 'contact' as const },
  { id: 'illness', class: 'sensitive' as const },
  { id: 'orders' },
];
const plan: Plan = planSchema.parse({
  muster: planVersion,
  name: 'Tea',
  timeZone: 'Asia/Shanghai',
  currency: 'CNY',
  segments: [
    { id: 'han', rule: { all: [{ trait: '民族', oneOf: ['汉族'] }] } },
    { id: 'loyal', rule: { any: [{ trait: 'orders', atLeast: 3 }, { not: { segment: 'han' } }] } },
    { id: 'reachable', rule: { all: [{ trait: 'email', exists: true }] } },
  ],
  models: [{ id: 'tastes', kind: 'recommender', algorithm: 'popularity' }],
  audiences: [
    { id: 'spring', from: 'loyal' },
    { id: 'mail', from: 'reachable' },
    { id: 'best', from: 'everyone', top: { by: 'illness', count: 5 } },
    { id: 'unused', from: 'han' },
  ],
  lists: [{ id: 'picks', for: 'best', model: 'tastes' }],
  exports: [
    { audience: 'spring', destination: 'csv' },
    { audience: 'mail', destination: 'csv' },
    { list: 'picks', destination: 'csv' },
  ],
} as never);
const asked = (of: Plan) => sensitiveAudiences(of, traits).map(({ audience, traits: by }) => [audience.id, by]);

describe('an audience that is chosen by something sensitive', () => {
  it('is asked about before it is exported: by a condition, in a segment of a segment, or by whom it ranks; columns with an address are not', () => {
    expect(choosingTraits({ from: 'loyal' }, plan.segments)).toEqual(['orders', '民族']);
    expect(asked(plan)).toEqual([
      ['spring', ['民族']],
      ['best', ['illness']],
    ]);
  });

  it('is asked about once, and again only when something else sensitive chooses it', () => {
    const confirmed = withConfirmed(plan, 'spring', ['民族']);
    expect(asked(confirmed)).toEqual([['best', ['illness']]]);
    const another = { ...confirmed, audiences: confirmed.audiences.map((one) => ({ ...one, top: { by: 'illness', count: 5 } })) };
    expect(asked(another).find(([id]) => id === 'spring')).toEqual(['spring', ['illness']]);
    // It is the plan's, so it is asked nowhere else either.
    expect(planSchema.parse(JSON.parse(JSON.stringify(confirmed))).audiences[0].sensitive).toEqual(['民族']);
  });

  it('does not end where segments name each other in a circle', () => {
    const circle = [
      { id: 'a', rule: { segment: 'b' } },
      { id: 'b', rule: { all: [{ segment: 'a' }, { trait: '民族', exists: true }] } },
    ] as never;
    expect(choosingTraits({ from: 'a' }, circle)).toEqual(['民族']);
  });
});
