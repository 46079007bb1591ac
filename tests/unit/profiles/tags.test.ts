import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { quietContext } from '$lib/core/base/run';
import { Random } from '$lib/core/base/random';
import { checkPlan, readPlan } from '$lib/core/plan/read';
import { writePlan } from '$lib/core/plan/write';
import { openProfiles } from '$lib/core/profiles/materialize';
import { planTraitProblems, type PlanTrait } from '$lib/core/profiles/planTraits';
import { readProfileIds, readProfilesPage } from '$lib/core/profiles/profilesPage';
import { readTraits } from '$lib/core/profiles/traitSummary';
import { readTagFile, readTagText } from '$lib/core/profiles/tags/readTagFile';
import { giveTag, peopleOf, sizeOf, tagKey, tagOf, takeTag, type Tag } from '$lib/core/profiles/tags/tag';
import { reportTag } from '$lib/core/profiles/tags/tagColumns';
import { membersOf, type SegmentScope } from '$lib/core/segments/evaluate';
import { replayRule, timelessTraits } from '$lib/core/segments/history';
import { sql } from '$lib/core/store/sql';
import type { TableStore } from '$lib/core/store/tableStore';
import { openNativeStore } from '$lib/platform/node/nativeStore';
import { namesIn, openTinyShop } from '../../support/tinyShop';
import { xlsxBytes } from '../../support/xlsx';
import { fileOf } from '../import/support';

const asOf = '2026-06-01T00:00:00';
const run = quietContext();

/** Two tags, as somebody writes them by hand. */
const tagged = `
muster: 2
name: Tagged
tags:
  - { id: vip, name: 大客户, people: [ann, "007"] }
  - { id: store, people: { 上海: [ann, bo], Berlin: [cy, nobody] } }
traits:
  - { id: close, cases: { first: [{ value: here, when: [{ trait: 'tag:store', is: 上海 }] }] } }
segments:
  - { id: both, rule: { all: [{ trait: 'tag:vip', is: true }, { trait: 'tag:store', is: 上海 }] } }
`;

describe('a tag that people were given', () => {
  let store: TableStore;
  let scope: SegmentScope & { ids: string[] };
  const { plan } = readPlan(tagged);
  const opened = async (tags: readonly Tag[]) => ({
    ...scope,
    ...(await openProfiles(scope, { traits: plan.traits, tags, scores: new Map(), personIds: scope.personIds })),
    segments: plan.segments,
  });
  beforeAll(async () => {
    store = await openNativeStore({ threads: 2 });
    const seen = (user: string, at = '2026-05-01T10:00:00') => ({ user, event: 'product_viewed', at });
    scope = await openTinyShop(store, { events: [seen('ann'), seen('bo', '2026-02-01T10:00:00'), seen('cy'), seen('007')] }, asOf);
  });
  afterAll(() => store.close());

  it('is a trait that rules, tables and other tags see', async () => {
    const at = await opened(plan.tags!);
    const who = async (rule: Parameters<typeof membersOf>[1]) => namesIn(await membersOf(at, rule), scope);
    expect(await who({ trait: 'tag:vip', is: true })).toEqual(['007', 'ann']);
    expect(await who({ trait: 'tag:vip', is: false })).toEqual(['bo', 'cy']);
    expect(await who({ trait: 'tag:store', is: '上海' })).toEqual(['ann', 'bo']);
    expect(await who({ trait: 'tag:store', exists: false })).toEqual(['007']);
    expect(await who({ segment: 'both' })).toEqual(['ann']);
    expect(await who({ trait: 'close', is: 'here' })).toEqual(['ann', 'bo']);
    const page = await readProfilesPage(at, { offset: 0, limit: 9 });
    const cells = page.rows.map((row) => ['user_id', 'tag:vip', 'tag:store'].map((id) => row[page.columns.indexOf(id)]));
    expect(cells).toEqual([['007', true, null], ['ann', true, '上海'], ['bo', false, '上海'], ['cy', false, 'Berlin']]); // prettier-ignore
    const infos = await readTraits(at);
    expect(infos.find(({ id }) => id === 'tag:store')).toMatchObject({ kind: 'text', origin: 'tag', missing: 1 });
    expect(infos.find(({ id }) => id === 'tag:vip')).toMatchObject({ kind: 'boolean', missing: 0 });
    expect(await reportTag(scope, plan.tags![1], run)).toEqual({ ids: 4, people: 3, unknown: 1, unknownIds: ['nobody'] });
    expect(await readProfileIds(at, '上海')).toEqual(['ann', 'bo']);
  });

  it('follows whoever is merged, by any of their ids, and the later label counts', async () => {
    // bo is ann, too.
    const people = sql`SELECT CASE WHEN user_id = 'bo' THEN 1 ELSE user_index END AS user_index, user_id AS id FROM users`;
    expect(scope.ids[1]).toBe('ann');
    const merged = { ...scope, ...(await openProfiles(scope, { traits: [], tags: plan.tags, scores: new Map(), personIds: people })) };
    const labels: Tag = { id: 'store', kind: 'label', given: [{ people: 'ann\t上海\nbo\tBerlin' }] };
    const later = { ...scope, ...(await openProfiles(scope, { traits: [], tags: [labels], scores: new Map(), personIds: people })) };
    expect(namesIn(await membersOf({ ...merged, segments: [] }, { trait: 'tag:store', is: '上海' }), scope)).toEqual(['ann']);
    expect(namesIn(await membersOf({ ...later, segments: [] }, { trait: 'tag:store', is: 'Berlin' }), scope)).toEqual(['ann']);
  });

  it('has no past: as of any day it is as it is', async () => {
    const replay = { ...scope, planTraits: plan.traits, planTags: plan.tags, segments: plan.segments };
    const rule = { segment: 'both' } as const;
    expect(namesIn((await replayRule(replay, { trait: 'tag:store', is: '上海' }, '2026-03-01T00:00:00', run)).members, scope)).toEqual([
      'bo',
    ]);
    expect(await timelessTraits(replay, rule)).toEqual(['tag:vip', 'tag:store']);
    const fewer = { ...replay, planTags: [plan.tags![0], { ...plan.tags![1], given: [] }] };
    expect((await replayRule(fewer, { trait: 'tag:store', is: '上海' }, '2026-03-01T00:00:00', run)).members.count).toBe(0);
  });

  it('stands in the plan as it was written, and a name of none is a problem', () => {
    expect(readPlan(writePlan(plan)).plan).toEqual(plan);
    expect(writePlan(plan)).toContain('people: |-\n');
    const twice = checkPlan({ ...plan, tags: [plan.tags![0], plan.tags![0]] }).problems.map(({ code }) => code);
    expect(twice).toContain('plan_id_twice');
    expect(checkPlan({ ...plan, tags: [] }).problems.map(({ code, values }) => [code, values?.id])).toEqual([
      ['plan_id_unknown', 'store'],
      ['plan_id_unknown', 'vip'],
      ['plan_id_unknown', 'store'],
    ]);
    const learnt: PlanTrait = { ...plan.traits[0], feature: true };
    expect(planTraitProblems([learnt], null).map(({ problem: { code } }) => code)).toEqual(['trait_of_tag']);
  });

  it('is given and taken away one by one, and says who gave it', () => {
    const vip: Tag = { id: 'vip', given: [] };
    const mei = { by: 'Mei', on: '2026-05-01' };
    const first = giveTag(giveTag(vip, ['ann'], mei), ['bo', 'a\tb', ''], mei);
    expect(first.given).toEqual([{ people: 'ann\nbo', ...mei }]);
    const noted = giveTag(first, ['ann'], { by: 'Li', on: '2026-05-02', note: 'complained' });
    expect(noted.given).toEqual([{ people: 'bo', ...mei }, { people: 'ann', by: 'Li', on: '2026-05-02', note: 'complained' }]); // prettier-ignore
    expect(tagOf(noted, ['x', 'ann'])).toEqual({ label: '', by: 'Li', on: '2026-05-02', note: 'complained' });
    expect(tagOf(noted, ['an', 'nn', 'o'])).toBeUndefined();
    expect(takeTag(noted, ['ann', 'bo']).given).toEqual([]);
    expect(takeTag(noted, ['x'])).toBe(noted);
    const grade: Tag = { id: 'grade', kind: 'label', given: [] };
    const labelled = giveTag(giveTag(grade, ['ann', 'bo'], { label: 'gold' }), ['bo'], { label: ' very\tgood ' });
    expect(peopleOf(labelled)).toEqual([{ id: 'ann', label: 'gold' }, { id: 'bo', label: 'very good' }]); // prettier-ignore
    expect(tagOf(labelled, ['bo'])!.label).toBe('very good');
    expect(tagKey(labelled)).not.toBe(tagKey(giveTag(labelled, ['bo'], { label: 'good' })));
  });

  it('holds whom a map of ids to labels holds, whatever is given and taken', () => {
    const random = new Random(11);
    let tag: Tag = { id: 't', kind: 'label', given: [] };
    const naive = new Map<string, string>();
    for (let step = 0; step < 400; step++) {
      const ids = Array.from({ length: 1 + random.below(4) }, () => `p${random.below(12)}`);
      const label = `l${random.below(3)}`;
      if (random.below(3) === 0) {
        tag = takeTag(tag, ids);
        ids.forEach((id) => naive.delete(id));
      } else {
        tag = giveTag(tag, [...new Set(ids)], { label, on: `2026-01-0${1 + random.below(3)}` });
        ids.forEach((id) => naive.set(id, label));
      }
      expect(new Map(peopleOf(tag).map(({ id, label: of }) => [id, of]))).toEqual(naive);
      expect(sizeOf(tag)).toBe(naive.size);
      for (const id of ['p0', 'p1', 'p11']) expect(tagOf(tag, [id])?.label).toBe(naive.get(id));
    }
  });
});

describe('a file of tagged people', () => {
  const read = (text: string) => readTagText(new TextEncoder().encode(text));

  it('has ids, or ids and labels, with a header or without', () => {
    expect(read('a\nb\na\n\n')).toMatchObject({ people: 'b\na', count: 2, repeated: 1, labels: [], columns: [] });
    expect(read('会员号,门店\n001,上海\n002,\n003,北京\n004,上海\n')).toEqual({
      people: '001\t上海\n003\t北京\n004\t上海',
      count: 3,
      repeated: 0,
      empty: 0,
      labels: [{ label: '上海', count: 2 }, { label: '北京', count: 1 }], // prettier-ignore
      unlabelled: 1,
      columns: ['会员号', '门店'],
    });
    // Who stands there twice has the last label; the id's column is found wherever it is.
    expect(read('grade;user_id\ngold;a\nsilver;b\nsilver;a\n')).toMatchObject({ people: 'b\tsilver\na\tsilver', repeated: 1 });
    expect(read('')).toMatchObject({ people: '', count: 0 });
  });

  it('may be a workbook', async () => {
    const bytes = xlsxBytes({ People: { rows: [['user_id', 'grade'], ['007', 'gold'], ['bo', 'silver']] } }); // prettier-ignore
    expect(await readTagFile(fileOf(bytes, 'people.xlsx'))).toMatchObject({
      people: '007\tgold\nbo\tsilver',
      columns: ['user_id', 'grade'],
    });
    const one = xlsxBytes({ People: { rows: [['user_id'], ['007'], ['bo']] } });
    expect(await readTagFile(fileOf(one, 'people.xlsx'))).toMatchObject({ people: '007\nbo', labels: [] });
    expect(await readTagFile(fileOf('a,gold\nb,silver\n', 'people.csv'))).toMatchObject({ people: 'a\tgold\nb\tsilver' });
  });
});
