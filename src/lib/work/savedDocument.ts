import { UserError } from '../core/base/errors';
import type { Comparison } from '../core/evaluation/types';
import { migratePlan, type PlanDocument } from '../core/plan/migrate';
import type { Plan } from '../core/plan/schema';
import { migrateReport } from '../core/predictions/migrateReport';
import type { PredictionReport } from '../core/predictions/report';
import type { ScoreColumn } from '../core/profiles/profileRelation';
import type { DatasetFacts } from '../core/schema/canonical';
import type { ImportReport } from '../core/schema/report';
import type { RuleVersion } from '../core/segments/versions';
import { tablesToSave, type DatasetVersion } from '../core/store/dataset/version';
import type { Snapshot, WorkspaceDocument } from '../core/store/snapshots';
import { acceptPlan } from './acceptPlan';
import type { ExportRecord } from './exportRecords';
import { modelPart, tableOf } from './parts';
import type { ModelEntry } from './registry/entry';
import type { DataState, Erasure, ExportsMade, ModelFacts, WorkspaceState } from './workspace';

/** Everything of a workspace but its tables and weights, as plain JSON. */
interface SavedDocument {
  version: typeof documentVersion;
  plan: Plan;
  data: SavedData | null;
  dataBefore: SavedData | null;
  predictions: { report: PredictionReport; outputs: (ScoreColumn & { trait: string })[] }[];
  comparison: Comparison | null;
  models: { key: string; facts: ModelFacts; entry?: ModelEntry }[];
  /** Absent where nobody was erased. */
  erasures?: Erasure[];
  /** Absent where no rule of a segment was ever changed. */
  versions?: RuleVersion[];
  exportsMade?: ExportsMade;
  /** Absent where nothing was exported. */
  exportRecords?: ExportRecord[];
}

interface SavedData {
  version: DatasetVersion;
  sources: Plan['sources'];
  timeZone: string;
  currency: string;
  rates?: Plan['rates'];
  identity?: Plan['identity'];
  survivorship?: Plan['survivorship'];
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

export function documentOf({
  plan,
  data,
  dataBefore,
  predictions,
  comparison,
  models,
  erasures,
  versions,
  exportsMade,
  exportRecords,
}: WorkspaceState): WorkspaceDocument {
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
    models: models.map(({ key, facts, entry }) => ({ key, facts, ...(entry && { entry }) })),
    ...(erasures.length > 0 && { erasures: [...erasures] }),
    ...(versions.length > 0 && { versions: [...versions] }),
    ...(exportsMade && { exportsMade }),
    ...(exportRecords.length > 0 && { exportRecords: [...exportRecords] }),
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
      versions: document.versions ?? [],
      ...(document.exportsMade && { exportsMade: document.exportsMade }),
      exportRecords: document.exportRecords ?? [],
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

/** The parts that a saved workspace needs, by what each is for; those that many need count as the first's. */
export function partsByUse(document: WorkspaceDocument, files: readonly string[]): Map<string, PartUse> {
  const { version, data, dataBefore, predictions = [] } = document as unknown as SavedDocument;
  const tables = new Map<string, PartUse>();
  const name = (use: PartUse, names: readonly string[]) => names.forEach((table) => tables.has(table) || tables.set(table, use));
  if (version === documentVersion) {
    name(
      'scores',
      predictions.flatMap(({ outputs }) => outputs.map(({ table }) => table)),
    );
    if (data) name('data', tablesToSave(data.version));
    if (dataBefore) name('before', tablesToSave(dataBefore.version));
  } else name('scores', ['scores']);
  return new Map(files.map((part) => [part, part.startsWith('model:') ? 'models' : (tables.get(tableOf(part)) ?? 'data')]));
}

/** What a stored part is for: the data, the data of one step back, scores of everybody, or what models learnt. */
export type PartUse = 'data' | 'before' | 'scores' | 'models';

/** Tables that the document names and no part holds. */
export function lackingParts(document: WorkspaceDocument, files: readonly string[]): string[] {
  const { version, data, dataBefore, predictions } = document as unknown as SavedDocument;
  if (version !== documentVersion) return [];
  const there = new Set(files.map(tableOf));
  const named = [
    ...[data, dataBefore].flatMap((each) => (each && !each.shipped ? tablesToSave(each.version) : [])),
    ...predictions.flatMap(({ outputs }) => outputs.map(({ table }) => table)),
  ];
  return [...new Set(named)].filter((table) => !there.has(table));
}

/** The document without what these parts were needed for, so that the rest can be opened. */
export function withoutParts(document: WorkspaceDocument, missing: readonly string[]): WorkspaceDocument {
  const saved = document as unknown as SavedDocument;
  if (missing.length === 0) return document;
  // Tables of version 1 are read all or none.
  if (saved.version !== documentVersion) return { ...document, facts: null, reports: [], propensityReports: [] };
  const lost = new Set(missing.flatMap((part) => [part, tableOf(part)]));
  const whole = (data: SavedData | null) =>
    data && !data.shipped && tablesToSave(data.version).some((table) => lost.has(table)) ? null : data;
  const data = whole(saved.data);
  const kept: SavedDocument = {
    ...saved,
    data,
    dataBefore: whole(saved.dataBefore),
    predictions: data ? saved.predictions.filter(({ outputs }) => outputs.every(({ table }) => !lost.has(table))) : [],
    models: saved.models.filter(({ key }) => !lost.has(modelPart(key))),
  };
  return kept as unknown as WorkspaceDocument;
}
