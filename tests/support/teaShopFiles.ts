import { quietContext } from '../../src/lib/core/base/run';
import type { Manifest } from '../../src/lib/core/exports/types';
import { readPlan } from '../../src/lib/core/plan/read';
import { toFileSource } from '../../src/lib/core/schema/files';
import { Desk } from '../../src/lib/work/desk';
import { makeExports } from '../../src/lib/work/exports';
import { openPlan } from '../../src/lib/work/openPlan';
import type { Platform } from '../../src/lib/work/platform';
import { teaShopCsv, teaShopPlan } from './teaShop';

/** What must be equal wherever a plan runs. */
export type TeaShopFiles = Pick<Manifest, 'plan' | 'data' | 'asOf' | 'audiences' | 'lists' | 'files'>;

/** Runs the tea shop's plan on a platform, from its file to the checked exports. */
export async function teaShopFiles(platform: Platform): Promise<TeaShopFiles> {
  const run = quietContext();
  const desk = new Desk({ ...platform, snapshots: undefined });
  const open = async (name: string) => toFileSource(Object.assign(new Blob([teaShopCsv()]), { name }));
  await openPlan(desk, readPlan(teaShopPlan).plan, open, run);
  const { manifest } = await desk.read(run, makeExports);
  const { plan, data, asOf, audiences, lists, files } = manifest;
  return { plan, data, asOf, audiences, lists, files };
}
