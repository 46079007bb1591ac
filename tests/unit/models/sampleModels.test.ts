import { existsSync, readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { quietContext } from '$lib/core/base/run';
import { recommendForUsers } from '$lib/core/recommendations/recommendForUsers';
import { nodePlatform } from '$lib/platform/node/platform';
import { Desk } from '$lib/work/desk';
import { exclusionOf, trainedModel } from '$lib/work/recommenders';
import { bringModel } from '$lib/work/registry/bring';
import { openSample } from '$lib/work/sampleShop';
import { sampleModels } from '../../../scripts/sample-shop/models';

const path = (name: string) => fileURLToPath(new URL(`../../../models/sample-shop/${name}`, import.meta.url));
const run = quietContext();
const desk = new Desk(nodePlatform({ threads: 1 }));
beforeAll(() => openSample(desk, run), 120_000);
afterAll(async () => {
  await desk.close();
  (await desk.opened()).kernels?.close();
  await (await desk.store()).close();
});

/** Customers of every kind: the seed of the shop does not sort them. */
const users = Int32Array.from({ length: 60 }, (_, at) => at * 331);

it.each(sampleModels.map((spec) => [spec.id, spec] as const))('%s is small, has a card, and lists as a fresh training does', async (id, spec) => {
  expect(statSync(path(`${id}.npz`)).size).toBeLessThan(300_000);
  expect(existsSync(path(`${id}.md`))).toBe(true);
  const list = (weights: boolean) =>
    desk.read(run, async (epoch) => {
      const model = await trainedModel(epoch, { ...spec, ...(weights && { weights: `shipped-${id}` }) });
      const exclude = await exclusionOf(epoch, 'bought', spec);
      return recommendForUsers(model, { users, size: 5, exclude }, await epoch.desk.kernels(), epoch);
    });
  await desk.read(run, (epoch) => bringModel(epoch, [{ name: `${id}.npz`, bytes: new Uint8Array(readFileSync(path(`${id}.npz`))) }], `shipped-${id}`));
  const [shipped, fresh] = [await list(true), await list(false)];
  // Sums that are added up in another order may change places where scores are all but equal.
  const differing = shipped.items.filter((item, at) => item !== fresh.items[at]).length;
  expect(differing).toBeLessThanOrEqual(spec.algorithm === 'ials' ? 6 : 0);
});
