import { describe, expect, it } from 'vitest';
import type { AudienceSource } from '$lib/core/audiences/source';
import { sourceText } from '$lib/core/audiences/source';
import { armStretches } from '$lib/core/audiences/experiment';
import { referenceProblems } from '$lib/core/plan/references';
import { planSchema, type Plan } from '$lib/core/plan/schema';
import { freshArms, sharesEvened, withoutArm } from '$lib/ui/audiences/sections/editArms';
import { movedToGroup, movedUp, newGroup, withoutAudience } from '$lib/ui/audiences/sharing/editSharing';
import { formOfSource, sourceOfForm } from '$lib/ui/audiences/sourceForm';

describe('the form of a combination', () => {
  const sources: AudienceSource[] = [
    'everyone',
    'loyal',
    { not: 'recent' },
    { all: ['loyal', 'rich'] },
    { any: ['loyal', 'rich'] },
    { all: ['loyal', { not: 'recent' }, { not: 'cold' }] },
    { all: [{ any: ['loyal', 'rich'] }, { not: 'recent' }] },
  ];

  it.each(sources.map((source) => [sourceText(source), source] as const))('gives back %s', (_, source) => {
    expect(sourceOfForm(formOfSource(source)!)).toEqual(source);
  });

  it('leaves what it cannot show as it is', () => {
    expect(formOfSource({ not: { any: ['a', 'b'] } })).toBeNull();
    expect(formOfSource({ all: ['a', { any: ['b', 'c'] }] })).toBeNull();
    expect(sourceText({ all: ['a', { any: ['b', { not: 'c' }] }] })).toBe('a and (b or not c)');
  });
});

it('arms make a whole whatever is done to them', () => {
  let experiment = freshArms({ salt: 's', holdOut: 0.1 });
  expect(experiment.arms).toEqual([
    { id: 'a', share: 0.45 },
    { id: 'b', share: 0.45 },
  ]);
  experiment = freshArms(experiment);
  expect(experiment.arms!.map(({ id }) => id)).toEqual(['a', 'b', 'c']);
  for (const holdOut of [0, 0.07, 0.3333, 0.5]) {
    expect(() => armStretches(sharesEvened({ ...experiment, holdOut }))).not.toThrow();
  }
  expect(withoutArm(withoutArm(experiment, 0), 0).arms).toBeUndefined();
});

it('an audience is in one group, and a group without audiences goes', () => {
  const audiences = ['a', 'b', 'c'].map((id) => ({ id, from: 'everyone' }));
  const plan: Plan = planSchema.parse({ muster: 2, name: 'p', audiences });
  const one = movedToGroup(plan, 'a', newGroup, 'Group 1');
  expect(one.sharing).toEqual([{ id: 'Group-1', name: 'Group 1', choose: 'priority', audiences: [{ audience: 'a' }] }]);
  const both = movedToGroup(one, 'b', 'Group-1', '');
  expect(both.sharing![0].audiences.map(({ audience }) => audience)).toEqual(['a', 'b']);
  expect(movedUp(both.sharing![0].audiences, 1).map(({ audience }) => audience)).toEqual(['b', 'a']);
  expect(movedToGroup(one, 'a', '', '').sharing).toBeUndefined();
  expect(withoutAudience(both.sharing!, 'a')[0].audiences).toEqual([{ audience: 'b' }]);
  expect(referenceProblems(both)).toEqual([]);
});

it('a plan says what is wrong with an experiment or a group', () => {
  const plan = planSchema.parse({
    muster: 2,
    name: 'p',
    audiences: [
      { id: 'a', from: { all: ['lost'] }, suppress: ['nolist'], experiment: { salt: 's', holdOut: 0.5, arms: [{ id: 'x', share: 0.6 }] } },
    ],
    sharing: [
      { id: 'g', choose: 'profit', budget: 5, audiences: [{ audience: 'a' }, { audience: 'b', cost: 1, value: 1 }] },
      { id: 'h', audiences: [{ audience: 'a' }] },
    ],
  });
  expect(referenceProblems(plan).map(({ code, values }) => [code, values?.path])).toEqual([
    ['plan_id_unknown', 'audiences[0].from.all[0]'],
    ['plan_id_unknown', 'audiences[0].suppress[0]'],
    ['experiment_shares', 'audiences[0].experiment'],
    ['sharing_value_missing', 'sharing[0].audiences[0]'],
    ['sharing_cost_missing', 'sharing[0].audiences[0]'],
    ['plan_id_unknown', 'sharing[0].audiences[1].audience'],
    ['sharing_twice', 'sharing[1].audiences[0]'],
  ]);
});
