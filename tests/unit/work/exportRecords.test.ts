import { afterAll, beforeAll, expect, it } from 'vitest';
import { quietContext } from '$lib/core/base/run';
import type { PlanAudience } from '$lib/core/plan/schema';
import type { FileSource } from '$lib/core/schema/files';
import { nodePlatform } from '$lib/platform/node/platform';
import { Desk } from '$lib/work/desk';
import { withRecord, type ExportRecord } from '$lib/work/exportRecords';
import { operations, type OperationContext } from '$lib/work/operations';
import { teaShopCsv } from '../../support/teaShop';

const file = (text: string): FileSource => {
  const bytes = new TextEncoder().encode(text);
  return {
    name: 'orders.csv',
    size: bytes.length,
    async *stream(start = 0, end = bytes.length) {
      yield bytes.slice(start, end);
    },
  };
};
let context: OperationContext;
const audience: PlanAudience = { id: 'mail', name: '常客', from: 'loyal', columns: [] };
async function add(text: string, sourceId: string): Promise<void> {
  const { mapping } = await operations.sourceInspect({ file: file(text) }, context);
  await operations.sourceImport({ file: file(text), sourceId, mapping, mode: 'add' }, context);
}
async function loyalFrom(orders: number): Promise<void> {
  const plan = {
    ...context.desk.state.plan,
    segments: [{ id: 'loyal', rule: { trait: 'orders', atLeast: orders } }],
    audiences: [audience],
    exports: [{ audience: 'mail', destination: 'csv', delivers: 'changes' as const }],
  };
  await operations.workspaceSavePlan({ plan }, context);
}
const idsIn = (lines: string) => lines.trimEnd().split('\n').slice(1);

beforeAll(async () => {
  context = { ...quietContext(), desk: new Desk(nodePlatform({ threads: 1 })) };
  await operations.workspaceCreate({ name: 'Tea', timeZone: 'Asia/Shanghai', currency: 'CNY' }, context);
  await add(teaShopCsv(), 'orders');
});
afterAll(() => context.desk.close());

it('remembers who was exported, and says who came and went since, also after more data came', async () => {
  await loyalFrom(9);
  expect(await operations.exportChanges({ audience }, context)).toBeNull();
  const first = await operations.exportsRun(undefined, context);
  const before = first.manifest.audiences[0].members;
  expect(await operations.exportChanges({ audience }, context)).toMatchObject({ entered: 0, left: 0, stay: before });
  expect(first.record).toMatchObject({
    files: 1,
    rows: before,
    destinations: ['csv'],
    audiences: [{ id: 'mail', name: '常客', members: before }],
  });
  expect(first.record.audiences[0]).not.toHaveProperty('people');

  await loyalFrom(12);
  // Two who were not there before order thirteen times.
  const fresh = Array.from({ length: 26 }, (_, n) => `new-${n % 2},tea-1,order_completed,2026-03-01 10:00:00,1,2.00,m${n}`);
  await add(`${teaShopCsv().split('\n')[0]}\n${fresh.join('\n')}\n`, 'march');
  const changes = (await operations.exportChanges({ audience }, context))!;
  expect([changes.entered, changes.left + changes.stay, changes.since]).toEqual([2, before, first.made.at]);
  expect(changes.left).toBeGreaterThan(0);

  // The zip of the first is what the second tells its changes to; the same people as counted.
  const zip = await operations.exportsZip({ files: first.files }, context);
  const second = await operations.exportsRun({ since: zip }, context);
  const { added, removed, stays } = second.manifest.exports[0].delta!;
  expect({ added, removed, stays }).toEqual({ added: changes.entered, removed: changes.left, stays: changes.stay });
  expect(second.drift!.audiences[0]).toMatchObject({ then: before, now: changes.entered + changes.stay });
  expect(context.desk.state.exportRecords).toHaveLength(2);

  const checked = await operations.exportVerify({ file: await operations.exportsZip({ files: second.files }, context) }, context);
  expect(checked).toMatchObject({ files: 3, problems: [] });
  await expect(operations.exportVerify({ file: new Blob(['no zip']) }, context)).rejects.toMatchObject({ code: 'export_zip_unreadable' });
});

it('keeps who was in them as long as there is room, and of the last three in any case', () => {
  const record = (people: number): ExportRecord => ({
    ...{ at: '', asOf: '', plan: '', data: '', files: 1, rows: 1, destinations: [], numbering: [] },
    audiences: [{ id: 'mail', name: 'mail', members: 1, people: 'x'.repeat(people) }],
  });
  const kept = (people: number) => {
    let records: ExportRecord[] = [];
    for (let n = 0; n < 5; n++) records = withRecord(records, record(people));
    return records.map(({ audiences }) => audiences[0].people !== undefined);
  };
  expect(kept(1000)).toEqual([true, true, true, true, true]);
  expect(kept(2_000_000)).toEqual([false, false, true, true, true]);
});

it('shows the beginning of the very file, whatever it is', async () => {
  const entry = { audience: 'mail', destination: 'spreadsheet', options: { encoding: 'gbk', delimiter: 'tab' } };
  const layout = [
    { from: 'user', as: '会员号' },
    { text: '春季', as: '活动' },
  ];
  const shown = await operations.exportPreview({ audience, entry: { ...entry, layout }, limit: 2 }, context);
  expect(idsIn(shown.text!)).toHaveLength(2);
  expect(shown.text).toMatch(/^会员号\t活动\r\n"=""\d{4}"""\t春季\r\n/);
  expect(
    (await operations.exportPreview({ audience, entry: { audience: 'mail', destination: 'parquet' }, limit: 2 }, context)).text,
  ).toBeNull();
});

it('counts who was exported for the frequency guard of another audience, and tells of another salt', async () => {
  const asOf = context.desk.state.exportRecords.at(-1)!.asOf;
  const sentOn = context.desk.state.exportRecords.filter((record) => record.asOf === asOf);
  expect(sentOn.length).toBeGreaterThan(0);
  const other: PlanAudience = { id: 'other', from: 'loyal', frequency: { days: 30, max: 1 }, columns: [] };
  const before = await operations.audiencePreview({ audience: { ...other, frequency: undefined }, limit: 1 }, context);
  const after = await operations.audiencePreview({ audience: other, limit: 1 }, context);
  const last = await operations.audiencePreview({ audience, limit: 1 }, context);
  expect(before.members).toBe(last.members);
  // Whoever is loyal now was in the last export.
  expect(after.members).toBe(0);

  const tested = { ...audience, experiment: { salt: 'a', holdOut: 0.1 } };
  const { plan } = context.desk.state;
  await operations.workspaceSavePlan({ plan: { ...plan, audiences: [tested] } }, context);
  await operations.exportsRun(undefined, context);
  const changed = { ...tested, experiment: { salt: 'b', holdOut: 0.1 } };
  const codes = async (of: PlanAudience) =>
    (await operations.audiencePreview({ audience: of, limit: 1 }, context)).notes.map(({ code }) => code);
  expect(await codes(tested)).not.toContain('experiment_salt_changed');
  expect(await codes(changed)).toContain('experiment_salt_changed');
});
