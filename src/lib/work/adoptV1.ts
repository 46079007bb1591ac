import { withPresentNames } from '../core/evaluation/comparison';
import { renamedAlgorithm } from '../core/plan/migrations/renamedAlgorithms';
import { Cancelled } from '../core/base/errors';
import type { RunContext } from '../core/base/run';
import type { Plan } from '../core/plan/schema';
import { migrateReport } from '../core/predictions/migrateReport';
import type { PredictionReport } from '../core/predictions/report';
import { adoptLegacy } from '../core/store/dataset';
import { identifier, sql } from '../core/store/sql';
import type { Snapshot } from '../core/store/snapshots';
import type { TableStore } from '../core/store/tableStore';
import type { Desk } from './desk';
import { openShop } from './shippedShop';
import { tableOf } from './parts';
import { restoreTables } from './saving';
import type { SavedDocumentV1 } from './savedDocument';
import { emptyState, type Prediction, type WorkspaceState } from './workspace';

/**
 * A workspace that version 1 saved: its tables, which lay under plain names, become the first state of its data, and
 * its one table of scores a table for each model. The next save writes it in the present shape.
 * @throws Cancelled
 */
export async function adoptV1(
  desk: Desk,
  snapshot: Snapshot,
  saved: SavedDocumentV1,
  plan: Plan,
  run: RunContext,
): Promise<WorkspaceState> {
  const state = {
    ...emptyState(snapshot.entry, plan),
    comparison: saved.comparison && withPresentNames(saved.comparison, renamedAlgorithm),
    revision: snapshot.revision,
  };
  if (!saved.facts) return state;
  const store = await desk.store();
  const tables = [...new Set(snapshot.files.map(tableOf))].filter((table) => table !== '');
  await restoreTables(store, snapshot, tables, (done, total) => {
    run.report({ stage: 'open', done, total, unit: 'parts' });
    if (run.signal.aborted) throw new Cancelled();
  });
  const shipped = !tables.includes('events');
  const version = shipped
    ? (await openShop(desk, run)).version
    : await adoptLegacy(store, saved.facts, run, Object.fromEntries(plan.sources.map(({ id, files }) => [id, files])));
  const data = {
    version,
    sources: plan.sources,
    timeZone: plan.timeZone,
    currency: plan.currency,
    reports: new Map(saved.reports.map((report) => [report.sourceId, report])),
    shipped,
  };
  // People keep the numbers that they had.
  const predictions = tables.includes('scores')
    ? await adoptScores(store, saved.propensityReports.map(migrateReport))
    : new Map<string, Prediction>();
  return { ...state, data, predictions };
}

async function adoptScores(store: TableStore, reports: readonly PredictionReport[]): Promise<Map<string, Prediction>> {
  const predictions = new Map<string, Prediction>();
  for (const [i, report] of reports.entries()) {
    const table = `scores_v1_${i}`;
    await store.execute(
      sql`CREATE TABLE ${identifier(table)} AS SELECT user_index, score FROM scores WHERE model = ${report.modelId} ORDER BY user_index`,
    );
    const column = { table, column: 'score', version: 'v1', kind: 'score' as const };
    predictions.set(report.modelId, { report, outputs: new Map([[`score:${report.modelId}`, column]]) });
  }
  await store.execute(sql`DROP TABLE scores`);
  return predictions;
}
