import { UserError } from '../core/base/errors';
import type { Comparison } from '../core/evaluation/types';
import { migratePlan, type PlanDocument } from '../core/plan/migrate';
import type { Plan } from '../core/plan/schema';
import { migrateReport } from '../core/predictions/migrateReport';
import type { PredictionReport } from '../core/predictions/report';
import type { ScoreColumn } from '../core/profiles/profileRelation';
import type { DatasetFacts } from '../core/schema/canonical';
import type { ImportReport } from '../core/schema/report';
import type { DatasetVersion } from '../core/store/dataset/version';
import type { Snapshot, WorkspaceDocument } from '../core/store/snapshots';
import { acceptPlan } from './acceptPlan';
import type { DataState, Erasure, ModelFacts, WorkspaceState } from './workspace';

/** Everything of a workspace but its tables and weights, as plain JSON. */
interface SavedDocument {
  version: typeof documentVersion;
  plan: Plan;
  data: SavedData | null;
  dataBefore: SavedData | null;
  predictions: { report: PredictionReport; outputs: (ScoreColumn & { trait: string })[] }[];
  comparison: Comparison | null;
  models: { key: string; facts: ModelFacts }[];
  /** Absent where nobody was erased. */
  erasures?: Erasure[];
}

interface SavedData {
  version: DatasetVersion;
  sources: Plan['sources'];
  timeZone: string;
  currency: string;
  reports: ImportReport[];
  shipped: boolean;
}

/** What version 1 wrote; its tables lay under plain names and its scores in one table. */
export interface SavedDocumentV1 {
  version: 1;
  plan: PlanDocument;
  facts: DatasetFacts | null;
  reports: ImportReport[];
  /** Of version 1, too: see `migrateReport`. */
  propensityReports: unknown[];
  comparison: Comparison | null;
}

/** Raised when the shape changes. */
const documentVersion = 2;

export function documentOf({ plan, data, dataBefore, predictions, comparison, models, erasures }: WorkspaceState): WorkspaceDocument {
  const document: SavedDocument = {
    version: documentVersion,
    plan,
    data: data && savedData(data),
    dataBefore: dataBefore && savedData(dataBefore),
    predictions: [...predictions.values()].map(({ report, outputs }) => ({
      report,
      outputs: [...outputs].map(([trait, column]) => ({ trait, ...column })),
    })),
    comparison,
    models: models.map(({ key, facts }) => ({ key, facts })),
    ...(erasures.length > 0 && { erasures: [...erasures] }),
  };
  return document as unknown as WorkspaceDocument;
}

/**
 * The state that was saved; a document of version 1 is handed back as it is, because its tables have to be adopted.
 * @throws UserError `workspace_too_new`, and what an unreadable plan throws
 */
export function stateFrom(snapshot: Snapshot): { state: WorkspaceState } | { v1: SavedDocumentV1; plan: Plan } {
  const { version } = snapshot.document as { version: number };
  if (version > documentVersion) {
    throw new UserError(
      'workspace_too_new',
      'This workspace was saved by a newer version of Muster.',
      'Reload the page to get the newer version.',
    );
  }
  const document = snapshot.document as unknown as SavedDocument | SavedDocumentV1;
  const { plan } = acceptPlan(migratePlan(document.plan as PlanDocument).document);
  if (document.version === 1) return { v1: document, plan };
  return {
    state: {
      entry: snapshot.entry,
      plan,
      data: document.data && dataFrom(document.data),
      dataBefore: document.dataBefore && dataFrom(document.dataBefore),
      predictions: new Map(
        document.predictions.map(({ report, outputs }) => [
          report.modelId,
          { report: migrateReport(report), outputs: new Map(outputs.map(({ trait, ...column }) => [trait, column])) },
        ]),
      ),
      comparison: document.comparison,
      models: document.models,
      erasures: document.erasures ?? [],
      readOnly: false,
      revision: snapshot.revision,
      savedParts: new Set(snapshot.files),
    },
  };
}

function savedData({ reports, isNew: _, ...rest }: DataState): SavedData {
  return { ...rest, reports: [...reports.values()] };
}

function dataFrom({ reports, ...rest }: SavedData): DataState {
  return { ...rest, reports: new Map(reports.map((report) => [report.sourceId, report])) };
}
