import { describe, expect, it } from 'vitest';
import { align, diffLines } from '$lib/core/base/align';
import { stableJson } from '$lib/core/base/hash';
import { Random } from '$lib/core/base/random';
import { quietContext } from '$lib/core/base/run';
import type { Rule } from '$lib/core/segments/rule';
import { writeRule } from '$lib/core/segments/ruleText';
import { diffRules, type RuleDiffLine } from '$lib/core/segments/ruleDiff';
import { readBack } from '$lib/core/segments/readBack';
import { joinedMs, versionsKept, withVersions, type RuleVersion } from '$lib/core/segments/versions';
import { nodePlatform } from '$lib/platform/node/platform';
import { Desk } from '$lib/work/desk';
import { operations, type OperationContext } from '$lib/work/operations';
import { memorySnapshots } from '../../support/memorySnapshots';
import { randomRule } from '../../support/naiveSegments';
import { fileOf } from '../import/support';

const asOf = '2026-06-01T00:00:00';
const ordered = (atLeast: number): Rule => ({ trait: 'orders', atLeast });
const seen: Rule = { trait: 'daysSinceLastEvent', atMost: 30 };
const cn: Rule = { trait: 'country', is: 'CN' };
const said = (lines: RuleDiffLine[]) => lines.map(({ depth, change }) => `${'  '.repeat(depth)}${change}`);

describe('what became of a rule', () => {
  it('is told condition by condition', () => {
    const before: Rule = { all: [ordered(2), seen, { any: [cn, { trait: 'country', is: 'DE' }] }] };
    const after: Rule = { all: [ordered(3), { any: [cn, { event: 'product_viewed', atLeast: 1 }] }, { not: { segment: 'staff' } }] };
    const lines = diffRules(before, after, { asOf });
    expect(said(lines)).toEqual(['same', '  changed', '  removed', '  same', '    same', '    removed', '    added', '  added']);
    expect(lines[1]).toMatchObject({ before: { negated: false }, after: { negated: false } });
    expect(lines.at(-1)!.after).toMatchObject({ negated: true });
    // A turned condition and a turned group changed; nothing was added.
    expect(said(diffRules({ all: [cn] }, { all: [{ not: cn }] }, { asOf }))).toEqual(['same', '  changed']);
    expect(said(diffRules({ all: [cn, seen] }, { any: [cn, seen] }, { asOf }))).toEqual(['changed', '  same', '  same']);
    expect(said(diffRules(cn, { all: [cn] }, { asOf }))).toEqual(['removed', 'added', '  added']);
  });

  it('keeps every condition of both, whatever the rules', () => {
    const random = new Random(5);
    for (let round = 0; round < 200; round++) {
      const [before, after] = [randomRule(random, 2), randomRule(random, 2)];
      const lines = diffRules(before, after, { asOf });
      const phrases = (rule: Rule) => readBack(rule, { asOf }).map(({ phrase, negated }) => stableJson({ phrase, negated }));
      const side = (key: 'before' | 'after') => lines.flatMap((line) => (line[key] ? [stableJson(line[key])] : []));
      expect(side('before')).toEqual(phrases(before));
      expect(side('after')).toEqual(phrases(after));
      expect(diffRules(after, after, { asOf }).every(({ change }) => change === 'same')).toBe(true);
      const yaml = diffLines(writeRule(before), writeRule(after));
      const text = (left: string) => yaml.flatMap(({ change, text: line }) => (change === left ? [] : [line])).join('\n');
      expect(`${text('added')}\n`).toBe(writeRule(before));
      expect(`${text('removed')}\n`).toBe(writeRule(after));
    }
    expect(align(['a', 'b', 'c'], ['b', 'x', 'c'], Object.is)).toEqual([[1, 0], [2, 2]]); // prettier-ignore
    expect(diffLines('', 'a')).toEqual([{ change: 'added', text: 'a' }]);
  });
});

describe('the history of rules', () => {
  const at = (minutes: number) => new Date(Date.UTC(2026, 5, 1, 8, minutes)).toISOString();
  const segment = (atLeast: number, id = 'vip') => [{ id, rule: ordered(atLeast) }];

  it('keeps what was there, joins quick changes of one person, and begins anew for another of the same name', () => {
    let versions: readonly RuleVersion[] = withVersions([], segment(1), segment(1), { at: at(0) });
    expect(versions).toEqual([]);
    versions = withVersions(versions, segment(1), segment(2), { at: at(0), by: 'Mei' });
    versions = withVersions(versions, segment(2), segment(20), { at: at(1), by: 'Mei' });
    expect(versions.map(({ at, by, rule }) => [at, by, (rule as { atLeast: number }).atLeast])).toEqual([
      [null, undefined, 1],
      [at(1), 'Mei', 20],
    ]);
    versions = withVersions(versions, segment(20), segment(30), { at: at(2), by: 'Li' });
    versions = withVersions(versions, segment(30), segment(40), { at: at(2 + joinedMs / 60_000), by: 'Li' });
    expect(versions).toHaveLength(4);
    // Deleted and brought back by undo: it goes on. Another one of the id does not have its past.
    const gone = withVersions(versions, segment(40), [], { at: at(9) });
    expect(withVersions(gone, [], segment(40), { at: at(10) })).toEqual(versions);
    expect(withVersions(gone, [], segment(7), { at: at(10) })).toEqual([{ segment: 'vip', at: at(10), rule: ordered(7) }]);
    // A new segment has its first rule as its first version; its first minutes are no history of their own.
    const fresh = withVersions([], [], segment(1), { at: at(0) });
    expect(withVersions(fresh, segment(1), segment(2), { at: at(1) })).toHaveLength(2);
    let many: readonly RuleVersion[] = [];
    for (let n = 0; n < versionsKept + 20; n++) many = withVersions(many, segment(n), segment(n + 1), { at: at(n * 3) });
    expect(many).toHaveLength(versionsKept);
  });

  it('is saved with the workspace and its file, and says who comes and goes', async () => {
    let now = Date.UTC(2026, 5, 1);
    const platform = { ...nodePlatform({ threads: 1 }), snapshots: memorySnapshots(), now: () => new Date(now) };
    const context: OperationContext = { ...quietContext(), desk: new Desk(platform) };
    const view = await operations.workspaceCreate({ name: 'Tea', timeZone: 'UTC', currency: 'EUR' }, context);
    const lines = ['a,1', 'a,2', 'a,3', 'b,1', 'b,2', 'c,1'].map((line) => `${line.slice(0, 1)},tea,2026-05-0${line.slice(2)} 10:00:00,5`);
    const file = fileOf(`user,item,time,price\n${lines.join('\n')}\n`);
    const { mapping } = await operations.sourceInspect({ file }, context);
    await operations.sourceImport(
      { file, sourceId: 's', mapping: { ...mapping, defaultEvent: 'order_completed' }, mode: 'replace' },
      context,
    );
    const save = (atLeast: number, by?: string) => {
      now += 3_600_000;
      return operations.workspaceSavePlan({ plan: { ...context.desk.state.plan, segments: segment(atLeast) }, by }, context);
    };
    await save(3, 'Mei');
    await save(2);
    await save(1, 'Li');
    const listed = await operations.segmentVersions({ segment: 'vip' }, context);
    expect(listed.map(({ by, rule }) => [by, (rule as { atLeast: number }).atLeast])).toEqual([['Mei', 3], [undefined, 2], ['Li', 1]]); // prettier-ignore
    const question = { before: listed[0].rule, after: listed[2].rule, segmentId: 'vip' };
    expect(await operations.rulesCompare(question, context)).toMatchObject({ before: 1, after: 3, stayed: 1, entered: 2, left: 0 });
    const movers = await operations.rulesMovers({ ...question, group: 'entered', seed: 1, offset: 0, limit: 9 }, context);
    expect(movers.people.map(({ userId }) => userId).sort()).toEqual(['b', 'c']);
    expect(movers.people[0].then[0].holds).toBe(false);
    expect(movers.people[0].now[0].holds).toBe(true);

    await operations.workspaceOpen({ id: view.entry.id }, context);
    expect(await operations.segmentVersions({ segment: 'vip' }, context)).toEqual(listed);
    const exported = await operations.workspaceExport({ id: view.entry.id }, context);
    const { entry } = await operations.workspaceImport(
      { file: fileOf(new Uint8Array(await exported.file!.arrayBuffer()), 'tea.muster') },
      context,
    );
    await operations.workspaceOpen({ id: entry.id }, context);
    expect(await operations.segmentVersions({ segment: 'vip' }, context)).toEqual(listed);
  });
});
