import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDB } from 'idb';
import { tableFromIPC } from 'apache-arrow';
import { quietContext } from '$lib/core/base/run';
import { Random } from '$lib/core/base/random';
import { rowsOf } from '$lib/core/store/columns';
import { browserPlatform } from '$lib/platform/browser/platform';
import { Desk } from '$lib/work/desk';
import { operations, type OperationContext } from '$lib/work/operations';
import { wipeWorkspaces } from '../support/wipeWorkspaces';

const at = (desk: Desk): OperationContext => ({ ...quietContext(), desk });

let desk: Desk;
beforeAll(async () => {
  await wipeWorkspaces();
  desk = new Desk(browserPlatform());
});
afterAll(async () => {
  await desk.close();
  await (await desk.store()).close();
  await wipeWorkspaces();
});

/** Thirty customers of two months; number 17 will ask to be forgotten. */
const id = (n: number) => `KUNDE-${String(n).padStart(4, '0')}`;
const [gone, email, phone] = [id(17), 'mei.lin.17@example.com', '13800170017'];
const traces = [gone, email, phone];
function month(number: number): File {
  const random = new Random(number);
  const lines = ['customer_id,product_id,event_name,timestamp,quantity,price,order_id'];
  for (let i = 0; i < 160; i++) {
    const day = `2026-0${number}-${String(1 + random.below(27)).padStart(2, '0')}`;
    lines.push(`${id(random.below(30))},tea-${random.below(9)},order_completed,${day} 10:00:00,1,9.00,o${number}-${i}`);
  }
  // A row that is rejected names them, too.
  lines.push(`${gone},tea-1,order_completed,whenever,1,9.00,o${number}-x`);
  return new File([`${lines.join('\n')}\n`], `month-${number}.csv`);
}
function members(): File {
  const lines = ['customer_id,email,phone,city,accepts_marketing'];
  for (let n = 0; n < 30; n++)
    lines.push(n === 17 ? `${gone},${email},${phone},Suzhou,yes` : `${id(n)},member.${n}@example.com,1380000${1000 + n},Shanghai,yes`);
  return new File([`${lines.join('\n')}\n`], 'members.csv');
}
async function add(file: File, mode: 'add' | 'replace' = 'add') {
  const { mapping } = await operations.sourceInspect({ file }, at(desk));
  return operations.sourceImport({ file, sourceId: file.name.replace('.csv', ''), mapping, mode }, at(desk));
}

/** All that is stored, as text: documents, the bytes of every file, and the cells of those that are tables. */
async function everythingStored(): Promise<string> {
  const texts: string[] = [];
  const database = await openDB('muster');
  for (const store of database.objectStoreNames)
    for (const value of await database.getAll(store)) texts.push(value instanceof Blob ? await value.text() : JSON.stringify(value));
  database.close();
  const root = await navigator.storage.getDirectory();
  const folder = await root.getDirectoryHandle('muster').catch(() => undefined);
  let tables = 0;
  for await (const handle of (folder as unknown as { values(): AsyncIterable<FileSystemFileHandle> }).values()) {
    const bytes = new Uint8Array(await (await handle.getFile()).arrayBuffer());
    texts.push(new TextDecoder('latin1').decode(bytes), new TextDecoder('utf-16le').decode(bytes.subarray(0, bytes.length & ~1)));
    try {
      texts.push(...rowsOf(tableFromIPC(bytes)).map((row) => row.join('\u0001')));
      tables++;
    } catch {
      // Weights are no table.
    }
  }
  expect(tables).toBeGreaterThan(4);
  return texts.join('\n');
}

describe('a person who was erased', () => {
  it('is nowhere in what is stored: data, step back, rejected rows, scores, weights, documents', async () => {
    await operations.workspaceCreate({ name: '茶铺', timeZone: 'Asia/Shanghai', currency: 'CNY' }, at(desk));
    await add(month(1));
    await add(members());
    await add(month(2));
    const target = { event: 'order_completed', withinDays: 3 };
    const model = { id: 'soon', kind: 'prediction' as const, task: 'propensity', learner: 'logistic', target, options: {} };
    const tastes = { id: 'tastes', kind: 'recommender' as const, algorithm: 'ials', options: { factors: 8, epochs: 2 } };
    const segments = [{ id: 'theirs', name: `for ${email}`, rule: { trait: 'email', is: email } }];
    await operations.workspaceSavePlan({ plan: { ...desk.state.plan, models: [model, tastes], segments } as never }, at(desk));
    await operations.predictionTrain({ model }, at(desk));
    await operations.recommendersForUser({ models: [tastes], userId: id(3), size: 3 }, at(desk));
    const stored = await everythingStored();
    for (const trace of traces) expect(stored).toContain(trace);
    expect([...desk.state.savedParts].filter((part) => part.startsWith('model:'))).toHaveLength(2);
    expect(desk.state.dataBefore).not.toBeNull();

    const { erasure, view } = await operations.personErase({ userId: gone }, at(desk));
    expect(erasure.rows).toMatchObject({ scores: 1, ids: expect.any(Number), rejects: expect.any(Number) });
    expect(view.facts).toMatchObject({ users: 29, userNumbers: 30 });
    const left = await everythingStored();
    for (const trace of traces) expect(left).not.toContain(trace);
    expect(left).toContain(id(3));
    expect([...desk.state.savedParts].filter((part) => part.startsWith('model:'))).toEqual([]);
    // Everybody else still has the score of before, and the report says that it has to be made again.
    expect(view.predictionReports[0].protocol.erasedAt).toBe(erasure.at);
    await expect(operations.predictionScore({ model }, at(desk))).rejects.toMatchObject({ code: 'prediction_not_kept' });
    const { count } = await operations.segmentCount({ rule: { trait: 'score:soon', atLeast: 0 } }, at(desk));
    expect(count).toBe(29);
    await expect(operations.profilesOne({ userId: gone }, at(desk))).rejects.toMatchObject({ code: 'user_unknown' });
  });

  it('does not come back with the step back, a reload, or an old file', async () => {
    const { id: workspace } = desk.state.entry;
    const back = await operations.dataStepBack(undefined, at(desk));
    expect(back.facts).toMatchObject({ users: 29, userNumbers: 30 });
    expect(back.plan.sources.map((source) => source.id)).toEqual(['month-1', 'members']);
    for (const trace of traces) expect(await everythingStored()).not.toContain(trace);
    const again = await operations.dataStepBack(undefined, at(desk));
    expect(again.plan.sources).toHaveLength(3);

    await desk.close();
    const opened = await operations.workspaceOpen({ id: workspace }, at(desk));
    expect(opened.facts).toEqual(again.facts);
    expect(opened.erasures).toHaveLength(1);
    expect(opened.plan.erased).toEqual(opened.erasures![0].ids);
    const copy = new File([await members().text()], 'old-members.csv');
    await expect(add(copy)).rejects.toMatchObject({ code: 'source_already_there' });
    const { report } = await add(new File([(await month(1).text()).replaceAll('o1-', 'p1-')], 'old.csv'));
    expect(report.rejectReasons.find(({ code }) => code === 'erased_before')!.count).toBeGreaterThan(0);
    for (const trace of traces) expect(await everythingStored()).not.toContain(trace);
  });
});
