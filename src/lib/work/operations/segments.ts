import type { Operation } from './context';
import type { Rule } from '../../core/segments/rule';

export interface SegmentCount {
  count: number;
  total: number;
  /**
   * Every node of the tree by its path (`""` is the root, `all.0.not` …): how many customers it holds by itself, and
   * for children of `all`, how many are left after it and those before it (the waterfall).
   */
  nodes: { path: string; count: number; left?: number }[];
  /** The window of each event condition as absolute local times, by path. */
  windows: { path: string; from: string | null; to: string | null }[];
  asOf: string;
  milliseconds: number;
}

/**
 * @throws UserError at the condition that is wrong: `trait_unknown`, `segment_unknown`, `segment_cycle` …; `values.path`
 * names the node.
 */
export const segmentCount: Operation<{ rule: Rule; segmentId?: string }, SegmentCount> = notBuilt;

export interface RfmGrid {
  bins: number;
  method: string;
  /** Customers with at least one order. */
  customers: number;
  /** `bins × bins`, recency score 1 … bins as rows, frequency score as columns. */
  cells: { recency: number; frequency: number; customers: number; meanMonetary: number; totalMonetary: number }[];
  /** Upper edges of the bins of each measure, ascending by score, for the axis labels. */
  edges: { recencyDays: number[]; frequency: number[]; monetary: number[] };
  warnings: { code: string; message: string }[];
}

export const segmentRfm: Operation<{ bins: number; method: 'quintile' | 'ties-together' }, RfmGrid> = notBuilt;

function notBuilt(): Promise<never> {
  throw new Error('not built yet');
}
