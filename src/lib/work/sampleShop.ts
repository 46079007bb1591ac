import type { RunContext } from '../core/base/run';
import { planSchema } from '../core/plan/schema';
import { planVersion } from '../core/plan/version';
import type { DatasetFacts } from '../core/schema/canonical';
import type { ImportReport } from '../core/schema/report';
import { sampleShop } from '../core/schema/sampleShop';
import type { Desk } from './desk';
import { newEntry, openNew, openWorkspace } from './opening';
import { sampleFile } from './sampleFile';
import { decodeShop, openShop } from './shippedShop';
import { emptyState, withData, type WorkspaceState } from './workspace';

/**
 * Opens the shipped shop: the workspace made from it before, or a new one.
 * @throws UserError `dataset_unreachable`, `storage_full`
 */
export async function openSample(desk: Desk, run: RunContext): Promise<WorkspaceState> {
  // Either way an engine is needed: it starts while the list is read.
  desk.store().catch(() => {});
  const earlier = (await desk.platform.snapshots?.list())?.find((entry) => entry.sample === sampleShop.sourceId);
  if (earlier) return openWorkspace(desk, earlier.id, run);
  const started = performance.now();
  const decoded = decodeShop(desk, run);
  return openNew(desk, async () => {
    const { version, fileName } = await openShop(desk, run, decoded);
    const { timeZone, currency, sourceId } = sampleShop;
    const sources = [{ id: sourceId, files: [sampleFile] }];
    const plan = planSchema.parse({ muster: planVersion, name: sampleName, timeZone, currency, sources });
    const report = sampleReport(version.facts, fileName, (performance.now() - started) / 1000);
    const data = { version, sources: plan.sources, timeZone, currency, reports: new Map([[sourceId, report]]), shipped: true };
    return withData(emptyState(newEntry(desk, plan, sourceId), plan), data, null);
  });
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
