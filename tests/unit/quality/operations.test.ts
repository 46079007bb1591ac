import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createRunContext, quietContext } from '../../../src/lib/core/base/run';
import { planSchema } from '../../../src/lib/core/plan/schema';
import { planVersion } from '../../../src/lib/core/plan/version';
import type { CleaningStepInput } from '../../../src/lib/core/store/quality/cleaning';
import { identifier, sql } from '../../../src/lib/core/store/sql';
import type { TableStore } from '../../../src/lib/core/store/tableStore';
import { openNativeStore } from '../../../src/lib/platform/node/nativeStore';
import { Desk } from '../../../src/lib/work/desk';
import { openPlan } from '../../../src/lib/work/openPlan';
import type { OperationContext } from '../../../src/lib/work/operations/context';
import { cleaningApply, qualityReport } from '../../../src/lib/work/operations/quality';
import { exportsRun } from '../../../src/lib/work/operations/exports';
import { dataStepBack, sourceImport, sourceInspect, sourceStage } from '../../../src/lib/work/operations/sources';
import { workspaceCreate, workspaceOpen, workspaceSavePlan } from '../../../src/lib/work/operations/workspaces';
import type { Platform } from '../../../src/lib/work/platform';
import { closeDesks, importDesk, type ImportDesk } from '../../support/importDesk';
import { fileOf } from '../import/support';

const header = 'user_id,item_id,event,timestamp,price,order_id\n';
const orders = fileOf(
  `${header}mo,tea,buy,2026-05-01 09:00,4,A1\nmo,tea,buy,2026-05-01 09:00,4,A1\nbo,cup,buy,2062-05-02 09:00,9,A2\n`,
  'orders.csv',
);
const more = fileOf(`${header}mo,tea,buy,2026-05-01 09:00,4,A1\nal,pot,buy,2026-05-03 09:00,30,A3\n`, 'more.csv');

let store: TableStore;
let context: OperationContext;
beforeEach(async () => {
  store = await openNativeStore();
  const unused = () => Promise.reject(new Error('not part of this test'));
  const platform: Platform = {
    name: 'node',
    openStore: async () => store,
    openKernels: unused,
    openTensors: unused,
    openDataset: unused,
    now: () => new Date('2026-06-01T00:00:00Z'),
    memoryBytes: async () => undefined,
  };
  context = { ...quietContext(), desk: new Desk(platform) };
  await workspaceCreate({ name: 'Tea', timeZone: 'UTC', currency: 'USD' }, context);
});
afterEach(() => store.close());

async function add(file: typeof orders, sourceId: string) {
  const { mapping } = await sourceInspect({ file }, context);
  return (await sourceImport({ file, sourceId, mapping, mode: 'add' }, context)).view;
}

describe('the quality of a workspace', () => {
  it('is reported, mended by steps of the plan, and mended again by the next import and the command line', async () => {
    const raw = await add(orders, 'orders');
    const report = await qualityReport(undefined, context);
    const found = report.checks.filter(({ verdict }) => verdict === 'problem' || verdict === 'warning');
    expect(found.map(({ id, count }) => [id, count])).toEqual([
      ['exact-duplicates', 1],
      ['future-dates', 1],
    ]);
    const steps = found.map(({ remedy }) => remedy!);
    const clean = await cleaningApply({ steps }, context);
    expect(clean.facts).toMatchObject({ events: 1, users: 1, lastEvent: '2026-05-01T09:00:00.000Z' });
    expect(clean.plan.cleaning).toEqual([
      { step: 'drop-exact-duplicates', options: {} },
      { step: 'drop-future', options: { after: '2026-06-01' } },
    ]);
    // What the person reads about last days follows.
    expect(clean.asOf).toBe('2026-05-02T00:00:00');
    expect((await qualityReport(undefined, context)).removed).toEqual([
      { index: 0, step: 'drop-exact-duplicates', source: 'orders', rows: 1 },
      { index: 1, step: 'drop-future', source: 'orders', rows: 1 },
    ]);

    const both = await add(more, 'more');
    expect(both.facts).toMatchObject({ events: 2, users: 2 });
    const another = { ...context, desk: new Desk({ ...context.desk.platform, openStore: () => openNativeStore() }) };
    const plan = planSchema.parse(JSON.parse(JSON.stringify({ ...both.plan, muster: planVersion })));
    await openPlan(another.desk, plan, async (name) => (name === 'orders.csv' ? orders : more), quietContext());
    const { facts } = another.desk.state.data!.version;
    expect(facts.dataHash).toBe(both.facts!.dataHash);
    expect(facts.removed).toEqual(both.facts!.removed);
    await (await another.desk.store()).close();

    const back = await cleaningApply({ steps: [] }, context);
    expect(back.plan.cleaning).toBeUndefined();
    expect(back.facts!.events).toBe(5);
    expect(raw.facts!.events).toBe(3);
  });

  it('is in the manifest of the files as what each step took out, and only where one took anything', async () => {
    const { plan } = await add(orders, 'orders');
    const audiences = [{ id: 'mail', from: 'everyone' }] as (typeof plan)['audiences'];
    await workspaceSavePlan({ plan: { ...plan, audiences, exports: [{ audience: 'mail', destination: 'csv' }] } }, context);
    const data = async () => (await exportsRun(undefined, context)).manifest.data;
    expect(await data()).not.toHaveProperty('removed');
    // Nothing is free: this step takes nothing out, and is not said to.
    const free: CleaningStepInput = { step: 'drop-amounts', options: { free: true } };
    await cleaningApply({ steps: [free] }, context);
    expect(await data()).not.toHaveProperty('removed');
    await cleaningApply(
      { steps: [{ step: 'drop-future', options: { after: '2026-06-01' } }, free, { step: 'drop-exact-duplicates' }] },
      context,
    );
    expect(await data()).toMatchObject({
      events: 1,
      removed: [
        { step: 'drop-future', source: 'orders', rows: 1 },
        { step: 'drop-exact-duplicates', source: 'orders', rows: 1 },
      ],
    });
  });

  it('is not looked at again while nothing has changed, and says how far it is', async () => {
    await add(orders, 'orders');
    const stages: string[] = [];
    const watched = { ...context, ...createRunContext(new AbortController().signal, ({ stage }) => void stages.push(stage)) };
    const first = await qualityReport(undefined, watched);
    expect(new Set(stages)).toEqual(new Set(['check']));
    expect(await qualityReport(undefined, context)).toBe(first);
    await cleaningApply({ steps: [{ step: 'drop-exact-duplicates' }] }, context);
    expect(await qualityReport(undefined, context)).not.toBe(first);
  });

  it('refuses steps that are none, and leaves the data as it is', async () => {
    const before = await add(orders, 'orders');
    await expect(cleaningApply({ steps: [{ step: 'tidy-up' } as never] }, context)).rejects.toMatchObject({ code: 'cleaning_invalid' });
    await expect(
      cleaningApply({ steps: [{ step: 'drop-event', options: { events: ['order_completed'] } }] }, context),
    ).rejects.toMatchObject({ code: 'cleaning_removes_all' });
    expect(context.desk.state.data!.version.facts).toEqual(before.facts);
  });

  it('is told of files before they are imported', async () => {
    const { mapping } = await sourceInspect({ file: orders }, context);
    const { checks } = await sourceStage({ files: [orders, more], sourceId: 'orders', mapping, mode: 'add' }, context);
    expect(checks.map(({ id, verdict, count, of }) => [id, verdict, count, of])).toEqual([
      ['exact-duplicates', 'problem', 1, 5],
      ['future-dates', 'problem', 1, 5],
      ['early-dates', 'good', 0, 5],
    ]);
    expect(checks[1].examples).toEqual([{ user: 'bo', event: 'order_completed', at: '2062-05-02T09:00:00', source: 'orders.csv' }]);
  });
});

describe('one step back over cleaning', () => {
  afterEach(closeDesks);
  const files = {
    'orders.csv': `${header}mo,tea,buy,2026-05-01 09:00,4,A1\nmo,tea,buy,2026-05-01 09:00,4,A1\nbo,cup,buy,2026-05-02 09:00,9,A2\n`,
  };
  const events = (desk: ImportDesk) => desk.rows((t) => sql`SELECT * FROM ${identifier(t.events)}`);

  it('brings the rows of before and takes the step out of the plan, and back again', async () => {
    const desk = await importDesk();
    const raw = await desk.add(files);
    const before = await events(desk);
    const clean = await cleaningApply({ steps: [{ step: 'drop-exact-duplicates' }] }, desk.context());
    expect(clean).toMatchObject({ dataBefore: { events: 3 }, facts: { events: 2 } });
    const after = await events(desk);
    const back = await dataStepBack(undefined, desk.context());
    expect([back.facts, back.plan.cleaning, await events(desk)]).toEqual([raw.view.facts, undefined, before]);
    expect((await qualityReport(undefined, desk.context())).removed).toEqual([]);
    const forward = await dataStepBack(undefined, desk.context());
    expect([forward.facts, forward.plan.cleaning, await events(desk)]).toEqual([clean.facts, clean.plan.cleaning, after]);
    // What is stored is the same.
    await workspaceOpen({ id: desk.desk.state.entry.id }, desk.context());
    expect([desk.version.facts, await events(desk)]).toEqual([clean.facts, after]);
  });

  it('leaves the next file alone, too', async () => {
    const desk = await importDesk();
    await desk.add(files);
    await cleaningApply({ steps: [{ step: 'drop-exact-duplicates' }] }, desk.context());
    await dataStepBack(undefined, desk.context());
    const { view } = await desk.add({ 'more.csv': `${header}mo,tea,buy,2026-05-01 09:00,4,A1\nal,pot,buy,2026-05-03 09:00,30,A3\n` });
    expect(view.facts).toMatchObject({ events: 5 });
    expect([view.facts!.removed, view.plan.cleaning]).toEqual([undefined, undefined]);
  });
});
