import { UserError } from '../core/base/errors';
import type { OptionValues } from '../core/base/options';
import type { Comparison, EvaluationWarning } from '../core/evaluation/types';
import type { Plan } from '../core/plan/schema';
import type { PredictionReport } from '../core/predictions/report';
import { resolveAsOf } from '../core/schema/asOf';
import type { DatasetFacts } from '../core/schema/canonical';
import type { ImportReport } from '../core/schema/report';
import type { ScoreColumn } from '../core/profiles/profileRelation';
import type { ModelState } from '../core/recommenders/modelState';
import type { StateIds } from '../core/recommenders/state/travelling';
import { keepsNumbers, type DatasetVersion } from '../core/store/dataset/version';
import type { ErasedId } from '../core/schema/privacy/erasedIds';
import type { ErasedRows } from '../core/store/dataset/erasePerson';
import type { RuleVersion } from '../core/segments/versions';
import type { WorkspaceEntry } from '../core/store/snapshots';
import { withoutPeople, type ExportRecord } from './exportRecords';
import type { ModelEntry } from './registry/entry';

/**
 * A workspace at one moment: the plan, the data, and what was computed from them. It is never changed: a writer puts
 * another one in its place, and readers go on with the one that they began with.
 */
export interface WorkspaceState {
  readonly entry: WorkspaceEntry;
  readonly plan: Plan;
  readonly data: DataState | null;
  /** What the data was before its last change, for one step back. Its tables lie in the saved workspace. */
  readonly dataBefore: DataState | null;
  readonly predictions: ReadonlyMap<string, Prediction>;
  readonly comparison: Comparison | null;
  /** The registry: every recommender that was trained here or brought, the youngest last. */
  readonly models: readonly KeptModel[];
  /** Who was erased and when, oldest first: salted hashes, no ids. */
  readonly erasures: readonly Erasure[];
  /** The rules that segments had, by segment and in the order of their saves. */
  readonly versions: readonly RuleVersion[];
  /** What the files were made from that were made last; absent where none were. */
  readonly exportsMade?: ExportsMade;
  /** What was exported so far, the youngest last. */
  readonly exportRecords: readonly ExportRecord[];
  /** Another tab has it open, or has changed it since: nothing is written from here. */
  readonly readOnly: boolean;
  /** Its last save failed: it is whole here, and gone with the tab. */
  readonly isUnsaved?: boolean;
  /** The save that holds it, or the one that it follows; null where there is none. */
  readonly revision: string | null;
  /** Names of the large parts of that save. */
  readonly savedParts: ReadonlySet<string>;
}

/** The data with what belongs to it in the plan. */
export interface DataState {
  readonly version: DatasetVersion;
  readonly sources: Plan['sources'];
  /** The zone and currency that it was imported in. */
  readonly timeZone: string;
  readonly currency: string;
  /** What other currencies are worth in it; absent where the plan gives no rates. */
  readonly rates?: Plan['rates'];
  /** By which ids people are one in it, and which values of attributes count; absent where the plan does not say. */
  readonly identity?: Plan['identity'];
  readonly survivorship?: Plan['survivorship'];
  /** By source id. */
  readonly reports: ReadonlyMap<string, ImportReport>;
  /**
   * It is a shipped file, to the row: a save leaves its tables out, and opening decodes that file again, which is as
   * fast as reading them back.
   */
  readonly shipped: boolean;
  /** As the step back: its tables were made anew, lie in the store and are to be saved. */
  readonly isNew?: boolean;
}

/** That one person was taken out of the data, once and for all. */
export interface Erasure {
  /** ISO instant. */
  at: string;
  /** Their ids, salted and hashed. */
  ids: ErasedId[];
  /** Rows taken out of the present data and of the step back. */
  rows: ErasedRows;
}

export interface ExportsMade {
  /** ISO instant. */
  at: string;
  dataHash: string;
  asOf: string;
  files: number;
}

/** A trained prediction: its report, and where its outputs lie. */
export interface Prediction {
  readonly report: PredictionReport;
  /** By trait id. */
  readonly outputs: ReadonlyMap<string, ScoreColumn>;
  /** What was learnt; from the save where it is not at hand, and absent where nothing was learnt. */
  readonly state?: ModelState;
}

/** Names the weights of a prediction among the saved parts: every making has a table of its own. */
export function weightsKey({ outputs }: Prediction): string {
  const [{ table }] = outputs.values();
  return table;
}

export interface KeptModel {
  /** Names all that it was made from. */
  readonly key: string;
  /** The arrays; from the save where they are not at hand. */
  readonly state?: ModelState;
  /** Who and what their numbers are, so that they can be read in other data. */
  readonly ids?: StateIds;
  readonly facts: ModelFacts;
  /** Absent where it was kept before there was a registry. */
  readonly entry?: ModelEntry;
}

/** What is known of a trained recommender besides its weights. Plain JSON. */
export interface ModelFacts {
  modelId: string;
  algorithm: string;
  /** What it was trained with, defaults included. */
  options: OptionValues;
  losses: { epoch: number; loss: number }[];
  backend: string;
  reproducible: boolean;
  warnings: EvaluationWarning[];
}

/** All that the page holds of a workspace: specs and facts, no rows. */
export interface WorkspaceView {
  entry: WorkspaceEntry;
  plan: Plan;
  facts: DatasetFacts | null;
  /** Names the state of the data, its content and its numbering; null without data. */
  dataKey: string | null;
  /** The instant that `plan.asOf` stands for, ISO; null without data. */
  asOf: string | null;
  reports: ImportReport[];
  predictionReports: PredictionReport[];
  comparison: Comparison | null;
  /** What going one step back would bring; null where there is no way back. */
  dataBefore: { sources: string[]; events: number; users: number } | null;
  /** Absent where nobody was. */
  erasures?: Erasure[];
  exportsMade?: ExportsMade;
  /** What was exported so far, the youngest last, without who was in it; absent where nothing was. */
  exportRecords?: ExportRecord[];
  readOnly: boolean;
  /** Its last save failed: it can be used here and saved to a file, and is gone with the tab. */
  isUnsaved?: boolean;
}

export function viewOf(state: WorkspaceState): WorkspaceView {
  const { entry, plan, data, dataBefore, predictions, comparison, erasures, exportsMade, exportRecords, readOnly, isUnsaved } = state;
  const facts = data?.version.facts ?? null;
  return {
    entry,
    plan,
    facts,
    dataKey: data?.version.key ?? null,
    asOf: asOfOrNull(plan, facts),
    reports: [...(data?.reports.values() ?? [])],
    predictionReports: [...predictions.values()].map(({ report }) => report),
    comparison,
    dataBefore: dataBefore && {
      sources: dataBefore.sources.map(({ id }) => id),
      events: dataBefore.version.facts.events,
      users: dataBefore.version.facts.users,
    },
    erasures: [...erasures],
    ...(exportsMade && { exportsMade }),
    ...(exportRecords.length > 0 && { exportRecords: exportRecords.map(withoutPeople) }),
    readOnly,
    ...(isUnsaved && { isUnsaved }),
  };
}

/** A workspace without data, not saved yet. */
export function emptyState(entry: WorkspaceEntry, plan: Plan): WorkspaceState {
  return {
    entry,
    plan,
    data: null,
    dataBefore: null,
    predictions: new Map(),
    comparison: null,
    models: [],
    erasures: [],
    versions: [],
    exportRecords: [],
    readOnly: false,
    revision: null,
    savedParts: new Set(),
  };
}

/**
 * The state with other data in it; the plan says the same as the data. Scores stay where people keep their numbers;
 * where numbering begins anew they would be somebody else's. Models go by ids.
 */
export function withData(state: WorkspaceState, data: DataState | null, before: DataState | null): WorkspaceState {
  const keeps = data !== null && (state.data === null || keepsNumbers(state.data.version, data.version));
  return {
    ...state,
    data,
    dataBefore: before,
    plan: planOf(state.plan, data),
    predictions: keeps ? state.predictions : new Map(),
  };
}

/** The plan with the parts that belong to the data as the data has them. */
export function planOf(plan: Plan, data: DataState | null): Plan {
  if (!data) return { ...plan, sources: [] };
  const { sources, timeZone, currency, version } = data;
  const { rates: _r, identity: _i, survivorship: _s, cleaning: _c, ...rest } = plan;
  return { ...rest, sources, timeZone, currency, ...rulesOf(data), ...(version.cleaning && { cleaning: version.cleaning }) };
}

/** The plan's rules by which its data is made, those that it has. */
export function rulesOf({ rates, identity, survivorship }: Partial<Pick<Plan, 'rates' | 'identity' | 'survivorship'>>) {
  return { ...(rates && { rates }), ...(identity && { identity }), ...(survivorship && { survivorship }) };
}

function asOfOrNull(plan: Plan, facts: DatasetFacts | null): string | null {
  try {
    return resolveAsOf(plan, facts);
  } catch (error) {
    // A plan may be saved with an asOf that is none; its problems say so.
    if (error instanceof UserError) return null;
    throw error;
  }
}
