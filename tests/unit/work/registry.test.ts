import { unzipSync } from 'fflate';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createRunContext } from '$lib/core/base/run';
import type { RecommenderSpec } from '$lib/core/plan/schema';
import { readTravelling, writeNpz } from '$lib/core/recommenders/state/npz';
import { openNodeKernels } from '$lib/platform/node/kernels';
import { nodePlatform } from '$lib/platform/node/platform';
import { Desk } from '$lib/work/desk';
import { isTrained } from '$lib/work/recommenders';
import { operations } from '$lib/work/operations';
import { memorySnapshots } from '../../support/memorySnapshots';

/** Thirty customers in two circles: tea people buy teas, coffee people coffees. */
const item = (person: number, step: number) => `${person % 2 === 0 ? '茶' : '咖'}${(step + Math.floor(person / 2)) % 8}`;
const shop = (people: number, steps: number, first = 0) =>
  [
    'order,customer,item,ts,quantity,price',
    ...Array.from({ length: people }, (_, person) => person + first).flatMap((person) =>
      Array.from({ length: steps }, (_, step) => {
        const day = `2026-0${1 + Math.floor(step / 2)}-${String(3 + (step % 2) * 14 + (person % 5)).padStart(2, '0')}`;
        return `o${person}-${step},${String(person).padStart(4, '0')},${item(person, step)},${day}T10:00:00,1,10`;
      }),
    ),
  ].join('\n');
const tastes: RecommenderSpec = { id: 'tastes', kind: 'recommender', algorithm: 'ials', options: { factors: 4, epochs: 8 } };
const alike: RecommenderSpec = { id: 'alike', kind: 'recommender', algorithm: 'item-knn', options: {} };
const pair: RecommenderSpec = { id: 'pair', kind: 'recommender', algorithm: 'bpr', options: { factors: 4, epochs: 5 } };

const snapshots = memorySnapshots();
const kernels = openNodeKernels({ threads: 1 });
let clock = Date.UTC(2026, 10, 1);
const newDesk = () =>
  new Desk({ ...nodePlatform({ threads: 1 }), snapshots, openKernels: () => kernels, now: () => new Date((clock += 1000)) });
let desk: Desk;
const trained: string[] = [];
const context = () => ({
  ...createRunContext(
    new AbortController().signal,
    ({ stage, done }) => void (stage.startsWith('train:') && done > 0 && trained.push(stage)),
  ),
  desk,
});

async function openShop(csv: string): Promise<void> {
  await operations.workspaceCreate({ name: '茶铺', timeZone: 'UTC', currency: 'CNY' }, context());
  await addFile('orders.csv', csv);
}

async function addFile(name: string, csv: string, mode: 'add' | 'replace' = 'add'): Promise<void> {
  const file = new File([csv], name);
  const { mapping } = await operations.sourceInspect({ file }, context());
  await operations.sourceImport({ file, sourceId: name.replace('.csv', ''), mapping, mode }, context());
}

async function listOf(spec: RecommenderSpec, userId = '0003'): Promise<string[]> {
  const { lists } = await operations.recommendersForUser({ models: [spec], userId, size: 5 }, context());
  return lists[0].items.map(({ itemId }) => itemId);
}
const lines = () => operations.modelsList(undefined, context());
const keyOf = async (name: string) => (await lines()).find((line) => line.name === name)!.key;

beforeEach(() => void (trained.length = 0));
beforeAll(async () => {
  desk = newDesk();
  await openShop(shop(30, 6));
}, 60_000);
afterAll(async () => {
  await desk.close();
  await (await desk.store()).close();
  (await kernels).close();
});

describe('the registry', () => {
  it('has an entry of each training, with what it was made from', async () => {
    await listOf(tastes);
    const [line] = await lines();
    expect(line).toMatchObject({
      name: 'tastes',
      origin: 'trained',
      hasWeights: true,
      isOfToday: true,
      seed: 1,
      options: { factors: 4, epochs: 8 },
      data: { users: 30, items: 16, pairs: 180 },
      facts: { algorithm: 'ials', options: { factors: 4, solver: 'auto' } },
      canGoOn: true,
      usedBy: [],
    });
    expect(line.facts.losses).toHaveLength(8);
    expect(line.bytes).toBe(4 * 4 * (30 + 16));
    expect(line.at).toMatch(/^2026-11-01/);
  });

  it('survives a reload without training again, and is good for lists', async () => {
    const before = await listOf(tastes);
    const id = desk.state.entry.id;
    await desk.close();
    await (await desk.store()).close();
    desk = newDesk();
    await operations.workspaceOpen({ id }, context());
    expect(await listOf(tastes)).toEqual(before);
    expect(trained).toEqual([]);
    expect((await lines()).map(({ name }) => name)).toEqual(['tastes']);
  });

  it('has what a comparison found, also of models that were trained for it alone', async () => {
    const split = { kind: 'global-time' as const, testShare: 0.3 };
    await operations.recommendersCompare({ models: [tastes, alike], split, cutoffs: [5] }, context());
    const found = await lines();
    expect(found.map(({ name, origin, hasWeights }) => [name, origin, hasWeights])).toEqual([
      ['alike', 'measured', false],
      ['tastes', 'trained', true],
    ]);
    expect(found[1].measured!.metrics['ndcg@5']).toBe(desk.state.comparison!.rows[1].metrics['ndcg@5']);
    expect(found[1].measured!.protocol.testUsers).toBeGreaterThan(10);
    // The same spec on all of the data is the same entry, with weights and its comparison.
    await listOf(alike);
    const [again] = await lines();
    expect(again).toMatchObject({ name: 'alike', origin: 'trained', hasWeights: true, measured: found[0].measured });
    expect(again).not.toHaveProperty('lacksWeights');
  });

  it('renames, and a plan that says the earlier name still finds it', async () => {
    const given = { ...alike, id: 'by-hand', weights: 'alike' };
    const list = await listOf(given);
    expect(list).toEqual(await listOf(alike));
    await operations.modelRename({ key: await keyOf('alike'), name: 'knn-november' }, context());
    expect(await listOf({ ...given, id: 'again' })).toEqual(list);
    await expect(operations.modelRename({ key: await keyOf('tastes'), name: 'knn-november' }, context())).rejects.toMatchObject({
      code: 'model_name_taken',
    });
    await expect(operations.modelRename({ key: await keyOf('tastes'), name: 'no name' }, context())).rejects.toMatchObject({
      code: 'model_name',
    });
    await expect(listOf({ ...given, weights: 'nobody' })).rejects.toMatchObject({ code: 'model_not_kept' });
  });

  it('keeps weights that the plan uses from being deleted; deleted ones leave the entry', async () => {
    const plan = { ...desk.state.plan, models: [{ ...alike, id: 'picks', weights: 'knn-november' }] };
    await operations.workspaceSavePlan({ plan }, context());
    const key = await keyOf('knn-november');
    await expect(operations.modelDeleteWeights({ key }, context())).rejects.toMatchObject({
      code: 'model_in_use',
      values: { users: 'picks' },
    });
    await operations.workspaceSavePlan({ plan: { ...plan, models: [] } }, context());
    await operations.modelRetire({ key, retired: true }, context());
    const left = await operations.modelDeleteWeights({ key }, context());
    expect(left[0]).toMatchObject({ name: 'knn-november', retired: true, hasWeights: false, bytes: 0, lacksWeights: 'deleted' });
    expect([...desk.state.savedParts].some((part) => part.includes(key))).toBe(false);
    await expect(listOf({ ...alike, weights: 'knn-november' }, '0004')).rejects.toMatchObject({ code: 'model_weights_gone' });
    expect((await operations.modelForget({ key }, context())).map(({ name }) => name)).toEqual(['tastes']);
  });

  it('trains anew, each time that weights were deleted: what is at hand goes with them', async () => {
    const short: RecommenderSpec = { ...tastes, id: 'short', options: { factors: 2, epochs: 3 } };
    const trainings = async () => {
      trained.length = 0;
      await listOf(short);
      return trained.length;
    };
    expect([await trainings(), await trainings()]).toEqual([3, 0]);
    for (let time = 0; time < 2; time++) {
      await operations.modelDeleteWeights({ key: await keyOf('short') }, context());
      expect(await desk.read(context(), (epoch) => isTrained(epoch, short))).toBe(false);
      expect([await trainings(), await trainings()]).toEqual([3, 0]);
      expect((await lines()).find(({ name }) => name === 'short')).toMatchObject({ hasWeights: true });
    }
    await operations.modelForget({ key: await keyOf('short') }, context());
    expect(await desk.read(context(), (epoch) => isTrained(epoch, short))).toBe(false);
  });

  it('keeps the weights of more models than a comparison has, so that looking at all of them after a reload trains none', async () => {
    const many = Array.from({ length: 12 }, (_, i): RecommenderSpec => ({ ...alike, id: `knn-${i}`, options: { neighbours: i + 1 } }));
    for (const spec of many) await listOf(spec);
    const { id } = desk.state.entry;
    await desk.close();
    await (await desk.store()).close();
    desk = newDesk();
    await operations.workspaceOpen({ id }, context());
    for (const spec of many) expect(await desk.read(context(), (epoch) => isTrained(epoch, spec)), spec.id).toBe(true);
    for (const spec of many) await operations.modelForget({ key: await keyOf(spec.id) }, context());
  });

  it('trains again on newer data, from nothing or from the weights', async () => {
    const key = await keyOf('tastes');
    await expect(operations.modelRetrain({ key, goOn: false }, context())).rejects.toMatchObject({ code: 'model_is_of_today' });
    await addFile('later.csv', shop(6, 6, 30));
    expect((await lines())[0]).toMatchObject({ name: 'tastes', isOfToday: false });
    const cold = await operations.modelRetrain({ key, goOn: false }, context());
    expect(cold).toMatchObject({
      name: 'tastes-2',
      lines: [{ name: 'tastes-2', isOfToday: true, data: { users: 36 } }, { name: 'tastes' }],
    });
    const warm = await operations.modelRetrain({ key, goOn: true }, context());
    expect(warm.lines[0]).toMatchObject({ name: 'tastes-on', startedFrom: 'tastes' });
    expect(warm.lines[0].facts.losses[0].loss).toBeLessThan(warm.lines[1].facts.losses[0].loss);
  });

  it('has weights of earlier data good for newer: who came since is folded in', async () => {
    const list = await listOf({ ...tastes, weights: 'tastes' }, '0031');
    // Six of the eight coffees they have.
    expect(list.slice(0, 2).every((each) => each.startsWith('咖'))).toBe(true);
    const split = { kind: 'random' as const, testShare: 0.3 };
    const { rows } = await operations.recommendersCompare(
      { models: [{ ...tastes, id: 'old', weights: 'tastes' }, pair], split, cutoffs: [5] },
      context(),
    );
    expect(rows.find(({ modelId }) => modelId === 'old')).toMatchObject({ weights: 'tastes', warnings: [{ code: 'may_know_test' }] });
    expect(trained.some((stage) => stage === 'train:old')).toBe(false);
  });
});

describe('a model that is taken away', () => {
  const taken = async (name: string, withCustomers = true) => {
    const { fileName, bytes } = await operations.modelTake({ key: await keyOf(name), withCustomers }, context());
    return { fileName, bytes, members: unzipSync(bytes) };
  };

  it('comes back in another workspace under its own name, with the same lists and nothing trained', async () => {
    const before = await listOf({ ...tastes, weights: 'tastes-2' });
    const { bytes, fileName } = await taken('tastes-2');
    expect(fileName).toBe('tastes-2.zip');
    // The same shop, imported in another order: numbers differ, ids do not.
    const turned = shop(36, 6).split('\n');
    await openShop([turned[0], ...turned.slice(1).reverse()].join('\n'));
    trained.length = 0;
    const { name, lines: found } = await operations.modelBring(
      { files: [new File([bytes as Uint8Array<ArrayBuffer>], 'from.zip')] },
      context(),
    );
    expect(name).toBe('tastes-2');
    expect(found[0]).toMatchObject({
      origin: 'brought',
      acquaintance: { modelItems: 16, sharedItems: 16, modelUsers: 36, sharedUsers: 36 },
    });
    expect(await listOf({ ...tastes, weights: 'tastes-2' })).toEqual(before);
    expect(trained).toEqual([]);
  });

  it('without customers serves them all the same, from what they have', async () => {
    const before = await listOf({ ...tastes, weights: 'tastes-2' });
    const { members, bytes } = await taken('tastes-2', false);
    expect(readTravelling(members['model.npz']).ids).toMatchObject({ users: [] });
    const { name } = await operations.modelBring({ files: [new File([bytes as Uint8Array<ArrayBuffer>], 'x.zip')] }, context());
    expect(name).toBe('tastes-2-2');
    expect(await listOf({ ...tastes, weights: name })).toEqual(before);
  });

  it('as npz or tfjs comes back alone, too', async () => {
    const { members } = await taken('tastes-2');
    const npz = new File([members['model.npz'] as Uint8Array<ArrayBuffer>], 'model.npz');
    const same = await operations.modelBring({ files: [npz] }, context());
    expect(same.name).toBe('tastes-2');
    const parts = Object.keys(members).filter((name) => name.startsWith('tfjs/'));
    const files = parts.map((name) => new File([members[name] as Uint8Array<ArrayBuffer>], name.slice(5)));
    expect((await operations.modelBring({ files }, context())).name).toBe('tastes-2');
  });

  it('says what is wrong with a file', async () => {
    const { members } = await taken('tastes-2');
    const npz = members['model.npz'];
    const { state, ids } = readTravelling(npz);
    const bring = (bytes: Uint8Array) =>
      operations.modelBring({ files: [new File([bytes as Uint8Array<ArrayBuffer>], 'm.npz')] }, context());
    const changed = (change: (copy: typeof state) => void, named: typeof ids = ids) => {
      const copy = structuredClone(state);
      change(copy);
      return bring(writeNpz(copy, { ids: named }));
    };
    const refusals: [() => Promise<unknown>, string][] = [
      [() => bring(npz.subarray(0, 900)), 'model_file_broken'],
      [() => bring(new TextEncoder().encode('customer,item')), 'model_file_broken'],
      [() => bring(members['data.npz']), 'model_file_format'],
      [() => changed((copy) => (copy.format = 'quantum/1')), 'model_file_format'],
      [() => changed((copy) => (copy.format = 'ials/99')), 'model_file_unfit'],
      [() => changed((copy) => (copy.format = 'mult-dae/1')), 'model_file_unfit'],
      [() => changed((copy) => (copy.arrays.itemFactors.data[3] = NaN)), 'model_file_nan'],
      [() => changed((copy) => (copy.arrays.itemFactors.shape[0] = 3)), 'model_file_shape'],
      [() => changed(() => {}, { items: ids!.items!.slice(1), users: ids!.users }), 'model_file_shape'],
      [() => bring(writeNpz(state)), 'model_file_ids'],
      [() => changed(() => {}, { users: ids!.users, items: ids!.items!.map((id) => `other ${id}`) }), 'model_other_items'],
    ];
    for (const [refused, code] of refusals) await expect(refused()).rejects.toMatchObject({ code });
  });

  it('of other data never lists what it does not know', async () => {
    const { bytes } = await taken('tastes-2');
    const csv = shop(10, 3).split('\n');
    const fresh = Array.from({ length: 9 }, (_, n) => `p${n},000${n},新品,2026-01-20T10:00:00,1,10`);
    await openShop([...csv, ...fresh].join('\n'));
    const { lines: found } = await operations.modelBring({ files: [new File([bytes as Uint8Array<ArrayBuffer>], 'from.zip')] }, context());
    expect(found[0].acquaintance).toMatchObject({ modelItems: 16, sharedItems: 14, modelUsers: 36, sharedUsers: 10 });
    // What most customers bought is nothing that the model can speak of.
    const list = await listOf({ ...tastes, weights: 'tastes-2' }, '0009');
    expect(list).toHaveLength(5);
    expect(list).not.toContain('新品');
  });
});
