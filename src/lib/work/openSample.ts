import type { RunContext } from '../core/base/run';
import { planVersion } from '../core/plan/version';
import { planSchema } from '../core/plan/schema';
import type { DatasetFacts } from '../core/schema/canonical';
import type { ImportReport } from '../core/schema/report';
import { sampleShop } from '../core/schema/sampleShop';
import type { Desk } from './desk';
import { closeWorkspace, emptyWorkspace, openWorkspace } from './openWorkspace';
import { saveWorkspace } from './saveWorkspace';
import { decodeShop, finishShop } from './shippedShop';

/**
 * Opens the shipped shop: the workspace made from it before, or a new one.
 * @throws UserError `dataset_unreachable`, `storage_full`
 */
export async function openSample(desk: Desk, run: RunContext): Promise<void> {
  // Either way an engine is needed: it starts while the list is read.
  desk.store().catch(() => {});
  const earlier = (await desk.platform.snapshots?.list())?.find((entry) => entry.sample === sampleShop.sourceId);
  if (earlier) return openWorkspace(desk, earlier.id, run);

  const started = performance.now();
  const decoding = decodeShop(desk, run);
  // With nothing open there is nothing to lose: the engine's first statements, which are slow, run beside the decoding.
  if (!desk.hasWorkspace) await closeWorkspace(desk);
  const shop = await decoding;
  await closeWorkspace(desk);
  const { facts } = await finishShop(await desk.store(), shop, run);

  const { timeZone, currency, sourceId } = sampleShop;
  const plan = planSchema.parse({ muster: planVersion, name: sampleName, timeZone, currency, sources: [{ id: sourceId, files: ['sample:shop'] }] });
  const workspace = emptyWorkspace(desk, plan, sourceId);
  workspace.facts = facts;
  workspace.reports.set(sourceId, sampleReport(facts, shop.fileName, (performance.now() - started) / 1000));
  workspace.tablesAreShipped = true;
  desk.use(workspace);
  await saveWorkspace(desk, { tables: true });
}

/** Its own name, in both languages, as the card has it. */
const sampleName = '青禾生活 Qinghe Living';

/** Every row of the shipped file is a good one. */
function sampleReport(facts: DatasetFacts, fileName: string, seconds: number): ImportReport {
  return {
    sourceId: sampleShop.sourceId,
    fileName,
    kind: 'events',
    rowsRead: facts.events,
    rowsKept: facts.events,
    rowsRejected: 0,
    rejectReasons: [],
    firstTime: facts.firstEvent,
    lastTime: facts.lastEvent,
    users: facts.users,
    items: facts.items,
    duplicates: 0,
    missingUsers: 0,
    negativeQuantities: 0,
    seconds,
    rowsPerSecond: Math.round(facts.events / Math.max(seconds, 0.001)),
    diagnostics: [],
  };
}
