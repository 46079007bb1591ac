import { reads } from './context';
import { evaluateRule, rfmOf } from '../../core/segments/evaluate';
import { rfmGrid, type RfmGrid } from '../../core/segments/rfmGrid';
import type { Rule } from '../../core/segments/rule';

export type { RfmGrid } from '../../core/segments/rfmGrid';

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
export const segmentCount = reads<{ rule: Rule; segmentId?: string }, SegmentCount>(async ({ rule, segmentId }, epoch) => {
  const started = performance.now();
  const scope = await epoch.segments();
  const { members, nodes, windows } = await evaluateRule(scope, rule, { segmentId, run: epoch });
  return { count: members.count, total: scope.users, nodes, windows, asOf: scope.asOf, milliseconds: performance.now() - started };
});

export const segmentRfm = reads<{ bins: number; method: 'quintile' | 'ties-together' }, RfmGrid>(async ({ bins, method }, epoch) => {
  const { measures, scores } = await rfmOf(await epoch.profiles(), bins, method, epoch);
  return rfmGrid(measures, scores);
});
