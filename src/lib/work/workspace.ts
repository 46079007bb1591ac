import type { Plan } from '../core/plan/schema';
import type { DatasetFacts } from '../core/schema/canonical';
import type { ImportReport } from '../core/schema/report';
import type { WorkspaceEntry } from '../core/store/snapshots';
import type { PropensityReport } from '../core/predictions/types';
import type { Comparison } from '../core/evaluation/types';

/**
 * The workspace that is open: the plan, what is known of the data, and everything computed from them. Canonical
 * tables and `profiles` lie in the store under their own names. `memo` keeps computed things (bitsets, matrices,
 * trained models) under a key that names all they were made from, so a stale one is simply never asked for.
 */
export interface OpenWorkspace {
  entry: WorkspaceEntry;
  plan: Plan;
  facts: DatasetFacts | null;
  /** By source id. */
  reports: Map<string, ImportReport>;
  propensityReports: Map<string, PropensityReport>;
  comparison: Comparison | null;
  memo: Map<string, unknown>;
  /**
   * The data set's tables are those of a shipped file, to the row: a save leaves them out, and opening decodes that
   * file again, which is as fast as reading them back.
   */
  tablesAreShipped?: boolean;
  /** Large files of the save that this tab last made or opened; see saveWorkspace. */
  savedFiles?: readonly string[];
}
