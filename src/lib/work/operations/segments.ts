import { reads } from './context';
import { evaluateRule, type SegmentScope } from '../../core/segments/evaluate';
import type { Rule } from '../../core/segments/rule';
import type { Epoch } from '../epoch';

export interface SegmentCount {
  count: number;
  /** Everyone known as of `asOf`: what shares are of. */
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

export interface SegmentQuestion {
  rule: Rule;
  /** The segment being edited. */
  segmentId?: string;
  /** The plan's segments as they are on screen, where edits of them may not have been saved yet. */
  segments?: readonly { id: string; rule: Rule }[];
}

/** What a question about a rule is answered in. */
export async function scopeOf({ segments }: Pick<SegmentQuestion, 'segments'>, epoch: Epoch): Promise<SegmentScope> {
  const saved = await epoch.segments();
  return { ...saved, segments: segments ?? saved.segments };
}

/**
 * @throws UserError at the condition that is wrong: `trait_unknown`, `segment_unknown`, `segment_cycle` …; `values.path`
 * names the node.
 */
export const segmentCount = reads<SegmentQuestion, SegmentCount>(async (question, epoch) => {
  const started = performance.now();
  const scope = await scopeOf(question, epoch);
  const { rule, segmentId } = question;
  const { members, population, nodes, windows } = await evaluateRule(scope, rule, { segmentId, run: epoch });
  return { count: members.count, total: population, nodes, windows, asOf: scope.asOf, milliseconds: performance.now() - started };
});
