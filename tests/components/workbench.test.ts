import { expect, it } from 'vitest';
import { UserError } from '$lib/core/base/errors';
import { planSchema, type Plan } from '$lib/core/plan/schema';
import { planVersion } from '$lib/core/plan/version';
import { Workbench } from '$lib/state/workbench.svelte';
import type { WorkClient } from '$lib/work/client';
import type { WorkspaceView } from '$lib/work/operations/workspaces';

const planOf = (over: Partial<Plan> = {}): Plan =>
  planSchema.parse({ muster: planVersion, name: 'Tea', timeZone: 'UTC', currency: 'EUR', ...over });
const viewOf = (plan: Plan, over: Partial<WorkspaceView> = {}): WorkspaceView => ({
  entry: { id: 'tea', name: plan.name, createdAt: '', savedAt: '', users: 0, events: 0, bytes: 0 },
  plan,
  facts: null,
  dataKey: null,
  asOf: null,
  reports: [],
  predictionReports: [],
  comparison: null,
  dataBefore: null,
  readOnly: false,
  ...over,
});
const facts = { dataHash: 'h', users: 1, items: 1, events: 1 } as WorkspaceView['facts'];
const sources = [{ id: 'orders', files: ['orders.csv'] }];
const loyal = { id: 'loyal', rule: { trait: 'orders', atLeast: 2 } };

/** A bench whose worker answers saves like this. */
function benchWith(save: (plan: Plan) => unknown): Workbench {
  const call = async (operation: string, input: unknown) => {
    if (operation !== 'workspaceSavePlan') return {};
    return save((input as { plan: Plan }).plan);
  };
  return new Workbench(async () => ({ call }) as unknown as WorkClient);
}

it('undo after an import leaves the data’s sources, zone and currency as the data has them', () => {
  const bench = benchWith((plan) => ({ view: viewOf(plan, { facts }), problems: [] }));
  bench.show(viewOf(planOf()));
  bench.edit((plan) => ({ ...plan, timeZone: 'Asia/Shanghai', currency: 'CNY' }));
  bench.edit((plan) => ({ ...plan, segments: [loyal] }));
  // The import has been done in the zone that was chosen.
  bench.show(viewOf(planOf({ timeZone: 'Asia/Shanghai', currency: 'CNY', sources, segments: [loyal] }), { facts, dataKey: 'k1' }));
  bench.history.undo();
  expect(bench.plan).toMatchObject({ segments: [], sources, timeZone: 'Asia/Shanghai', currency: 'CNY' });
  bench.history.undo();
  expect(bench.plan).toMatchObject({ sources, timeZone: 'Asia/Shanghai', currency: 'CNY' });
  bench.history.redo();
  bench.history.redo();
  expect(bench.plan).toMatchObject({ segments: [loyal], sources, timeZone: 'Asia/Shanghai' });
});

it('undo brings a list of ids back, but nobody who was erased meanwhile', () => {
  const erased = [`${'a'.repeat(16)}:${'b'.repeat(32)}`];
  const guests = { id: 'guests', ids: 'C1\nC2' };
  const bench = benchWith((plan) => ({ view: viewOf(plan, { facts }), problems: [] }));
  bench.show(viewOf(planOf({ erased, idLists: [guests] }), { facts }));
  bench.edit((plan) => ({ ...plan, idLists: [] }));
  bench.history.undo();
  expect(bench.plan!.idLists).toEqual([guests]);
  bench.edit((plan) => ({ ...plan, segments: [loyal] }));
  // A save has been answered: the same, as other objects.
  bench.show(viewOf(structuredClone(bench.plan!), { facts }));
  bench.history.undo();
  expect(bench.plan!.idLists).toEqual([guests]);
  bench.history.redo();
  bench.show(
    viewOf(
      planOf({ erased: [...erased, `${'a'.repeat(16)}:${'c'.repeat(32)}`], idLists: [{ id: 'guests', ids: 'C1' }], segments: [loyal] }),
      { facts },
    ),
  );
  bench.history.undo();
  expect(bench.plan!.idLists).toEqual([{ id: 'guests', ids: 'C1' }]);
});

it('a workspace that another tab has can be looked at, and says so when it is edited', async () => {
  const bench = benchWith(() => Promise.reject(new Error('nothing may be saved')));
  bench.show(viewOf(planOf(), { readOnly: true }));
  bench.edit((plan) => ({ ...plan, segments: [loyal] }));
  expect(bench.plan!.segments).toEqual([]);
  expect(bench.problem).toMatchObject({ code: 'workspace_read_only' });
});

it('becomes read-only when a save is refused because another tab has changed it', async () => {
  const bench = benchWith(() => Promise.reject(new UserError('workspace_changed_elsewhere', 'Changed.', '', { name: 'Tea' })));
  bench.show(viewOf(planOf()));
  bench.edit((plan) => ({ ...plan, segments: [loyal] }));
  await bench.history.flush();
  expect(bench.isReadOnly).toBe(true);
  // What was typed is still on screen.
  expect(bench.plan!.segments).toEqual([loyal]);
});

it('a part that could not be saved is named, and the edit stays on screen', async () => {
  const problem = { code: 'plan_part_not_saved', severity: 'error', message: 'No.', values: { id: 'loyal' } };
  const bench = benchWith((plan) => ({ view: viewOf({ ...plan, segments: [] }), problems: [problem] }));
  bench.show(viewOf(planOf()));
  bench.edit((plan) => ({ ...plan, segments: [loyal] }));
  await bench.history.flush();
  expect(bench.problem).toMatchObject({ code: 'plan_part_not_saved' });
  expect(bench.plan!.segments).toEqual([loyal]);
});
