import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { quietContext } from '$lib/core/base/run';
import { choosingTraits } from '$lib/core/audiences/choosingTraits';
import { checkPlan, readPlan } from '$lib/core/plan/read';
import type { Plan } from '$lib/core/plan/schema';
import { brokenTraits, openProfiles } from '$lib/core/profiles/materialize';
import { scoresBehind } from '$lib/core/profiles/planTraits';
import { membersOf, type SegmentScope } from '$lib/core/segments/evaluate';
import { sql } from '$lib/core/store/sql';
import type { TableStore } from '$lib/core/store/tableStore';
import { openNativeStore } from '$lib/platform/node/nativeStore';
import { nodePlatform } from '$lib/platform/node/platform';
import { renameModel, usersOfModel } from '$lib/ui/models/planModels';
import { Desk } from '$lib/work/desk';
import { operations, type OperationContext } from '$lib/work/operations';
import { openScoredShop } from '../../support/scoredShop';
import { namesIn } from '../../support/tinyShop';
import { fileOf } from '../import/support';

const asOf = '2026-06-01T00:00:00';

/** A score in bands, a figure made of it, and a figure made of that. */
const banded = `
muster: 2
name: Bands
traits:
  - id: chance
    name: Chance to buy
    cases:
      first:
        - { value: likely, when: [{ trait: 'score:will-buy', atLeast: 0.7 }] }
        - { value: perhaps, when: [{ trait: 'score:will-buy', atLeast: 0.3 }, { trait: orders, atLeast: 1 }] }
      otherwise: unlikely
  - { id: chances, formula: '[score:will-buy] * 100' }
  - { id: next, formula: 'chances + orders' }
segments:
  - { id: hot, rule: { trait: chance, is: likely } }
  - { id: buyers, rule: { trait: orders, atLeast: 1 } }
models:
  - { id: will-buy, kind: prediction, task: propensity, learner: logistic, target: { event: order_completed, withinDays: 14 } }
`;
const { plan } = readPlan(banded);

describe('a tag made of a score', () => {
  let store: TableStore;
  let scope: SegmentScope & { ids: string[] };
  beforeAll(async () => {
    store = await openNativeStore({ threads: 2 });
    const event = (user: string, name = 'product_viewed') => ({
      user,
      event: name,
      at: '2026-05-01T10:00:00',
      value: 5,
      item: 'a',
      order: user,
    });
    scope = await openScoredShop(
      store,
      {
        events: [event('ann'), event('bo', 'order_completed'), event('cy'), event('di')],
        items: [{ id: 'a' }],
        scores: { 'will-buy': { ann: 0.9, bo: 0.4, cy: 0.4 } },
      },
      asOf,
    );
  });
  afterAll(() => store.close());

  it('gives everybody a band, and follows the model', async () => {
    const who = async (scores: SegmentScope['scores'], value: string) => {
      const opened = { ...scope, ...(await openProfiles(scope, { traits: plan.traits, scores })), segments: plan.segments };
      return namesIn(await membersOf(opened, { trait: 'chance', is: value }), scope);
    };
    expect(await who(scope.scores, 'likely')).toEqual(['ann']);
    expect(await who(scope.scores, 'perhaps')).toEqual(['bo']);
    // Who has no score is in no band, so the rest is theirs.
    expect(await who(scope.scores, 'unlikely')).toEqual(['cy', 'di']);
    await store.execute(sql`CREATE TABLE scores_anew AS SELECT 3::INTEGER AS user_index, 0.8::DOUBLE AS score`);
    const anew = new Map([['score:will-buy', { ...scope.scores.get('score:will-buy')!, table: 'scores_anew', version: '2' }]]);
    expect(await who(anew, 'likely')).toEqual(['di']);
    expect(await who(scope.scores, 'likely')).toEqual(['ann']);
  });

  it('may be made of again, and is missing while nobody is scored', async () => {
    const opened = { ...scope, ...(await openProfiles(scope, { traits: plan.traits, scores: scope.scores })), segments: [] };
    expect(namesIn(await membersOf(opened, { trait: 'next', atLeast: 41 }), scope)).toEqual(['ann', 'bo']);
    expect(scoresBehind(['next'], plan.traits)).toEqual(['score:will-buy']);
    const broken = await brokenTraits(scope, plan.traits, new Map());
    expect([...broken].map(([id, { code }]) => [id, code])).toEqual([
      ['chances', 'score_missing'],
      ['chance', 'score_missing'],
      ['next', 'score_missing'],
    ]);
    const unscored = await openProfiles(scope, { traits: plan.traits, scores: new Map() });
    expect([...unscored.ownTraits!.keys()]).toEqual([]);
  });

  it('keeps its model in the plan, follows its name, and cannot be what its own model seeks the like of', () => {
    expect(usersOfModel(plan, plan.models[0])).toEqual(['Chance to buy', 'chances']);
    const renamed = renameModel(plan, 'will-buy', 'buys-soon');
    expect(scoresBehind(['chance', 'next'], renamed.traits)).toEqual(['score:buys-soon']);
    expect(checkPlan(renamed).problems).toEqual([]);
    expect(checkPlan({ ...plan, models: [] }).problems.map(({ code, values }) => [code, values?.path])).toEqual([
      ['plan_id_unknown', 'traits[0]'],
      ['plan_id_unknown', 'traits[1]'],
    ]);
    const alike = { id: 'will-buy', kind: 'prediction', task: 'lookalike', target: { segment: 'hot' }, learner: 'logistic' };
    expect(checkPlan({ ...plan, models: [alike] }).problems.map(({ code }) => code)).toContain('plan_segment_circle');
    const models = [{ id: 'will-buy', target: { segment: 'buyers' } }];
    expect(choosingTraits({ from: 'hot' }, plan.segments, models, plan.traits)).toEqual(['chance', 'score:will-buy', 'orders']);
  });
});

it('a band has its model trained where an audience is made of it, and can be looked at before', async () => {
  const context: OperationContext = { ...quietContext(), desk: new Desk(nodePlatform({ threads: 1 })) };
  await operations.workspaceCreate({ name: 'Tea', timeZone: 'UTC', currency: 'EUR' }, context);
  const days = (n: number) => Array.from({ length: 12 }, (_, i) => new Date(Date.UTC(2026, 0, 1 + (n % 5) + i * 10)));
  const lines = Array.from({ length: 60 }, (_, n) =>
    days(n)
      .slice(0, n % 2 ? 1 : 12)
      .map((day) => `c${n},tea,${day.toISOString().slice(0, 10)} 10:00:00,5`),
  );
  const file = fileOf(`user,item,time,price\n${lines.flat().join('\n')}\n`);
  const { mapping } = await operations.sourceInspect({ file }, context);
  await operations.sourceImport(
    { file, sourceId: 'orders', mapping: { ...mapping, defaultEvent: 'order_completed' }, mode: 'replace' },
    context,
  );
  const [chance] = plan.traits;
  const mine: Plan = {
    ...context.desk.state.plan,
    traits: [chance],
    segments: plan.segments,
    models: plan.models,
    audiences: [{ id: 'hot', from: 'hot', columns: ['chance'] }],
    exports: [{ audience: 'hot', destination: 'csv' }],
  };
  await operations.workspaceSavePlan({ plan: mine }, context);
  await expect(operations.traitPreview({ trait: chance, bins: 5 }, context)).rejects.toMatchObject({ code: 'score_missing' });
  await operations.exportsRun(undefined, context);
  expect(context.desk.state.predictions.has('will-buy')).toBe(true);
  const { count } = await operations.segmentCount({ rule: { trait: 'chance', is: 'likely' } }, context);
  expect(count).toBeGreaterThan(0);
  expect(count).toBe((await operations.segmentCount({ rule: { trait: 'score:will-buy', atLeast: 0.7 } }, context)).count);
  const { info } = await operations.traitPreview({ trait: chance, bins: 5 }, context);
  expect(info!.values!.find(({ value }) => value === 'likely')!.count).toBe(count);
});
