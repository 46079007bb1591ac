import { expect, it } from 'vitest';
import { quietContext } from '$lib/core/base/run';
import { readPlan } from '$lib/core/plan/read';
import { trialOfExport } from '$lib/core/results/campaignOfFiles';
import { measureTrial } from '$lib/core/results/measure';
import { zipFiles } from '$lib/core/exports/zip';
import { nodePlatform } from '$lib/platform/node/platform';
import { Desk } from '$lib/work/desk';
import { openPlan } from '$lib/work/openPlan';
import { operations } from '$lib/work/operations';
import { armsCsv, campaignShop, exportedShop, textFile } from '../../support/campaignShop';

const run = quietContext();

it('measures the zip that an export made, by a file and by the workspace’s own events, alike', async () => {
  const desk = new Desk(nodePlatform({ threads: 1 }));
  const orders = textFile('orders.csv', campaignShop.orders);
  const { plan } = readPlan(
    JSON.stringify({
      muster: 2,
      name: 'Tea',
      timeZone: 'Asia/Shanghai',
      currency: 'CNY',
      sources: [{ id: 'orders', files: ['orders.csv'] }],
    }),
    'plan.json',
  );
  await openPlan(desk, plan, async () => orders, run);
  const text = (name: string, content: string) => ({ name, bytes: new TextEncoder().encode(content) });
  const zip = await zipFiles([text('manifest.json', exportedShop().manifest), text('coupon.arms.csv', armsCsv())], run);
  const exported = [new File([zip as Uint8Array<ArrayBuffer>], 'tea.zip')];
  const context = { ...run, desk };
  expect(await operations.exportExperiments({ exported }, context)).toEqual([{ audience: 'coupon', name: 'Coupon' }]);
  const byFile = await operations.exportMeasured({ exported, outcomes: orders, asked: {} }, context);
  const wanted = await measureTrial(await trialOfExport(exportedShop(), undefined, orders, { currency: 'CNY' }, run), {}, run);
  expect(byFile).toEqual(wanted);
  const byEvents = await operations.exportMeasured({ exported, asked: {} }, context);
  expect(byEvents.results).toEqual(wanted.results);
  await expect(operations.exportMeasured({ exported: [textFile('x.csv', 'a,b\n1,2\n')], asked: {} }, context)).rejects.toMatchObject({
    code: 'results_no_manifest',
  });
  expect(await operations.campaignsMeasured({}, context)).toEqual([]);
}, 30_000);
