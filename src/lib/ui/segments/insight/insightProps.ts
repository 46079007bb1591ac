import type { PlanSegment } from '$lib/core/plan/schema';
import type { Rule } from '$lib/core/segments/rule';
import type { SegmentQuestion } from '$lib/work/operations/segments';
import type { Names } from '../sentence';

/** What every view of a segment is given beside its rule. */
export interface InsightProps {
  segment: PlanSegment;
  /** The rule on screen: a group. */
  rule: Rule;
  /** Names all that an answer depends on: asked again when it changes. */
  key: string;
  question: SegmentQuestion;
  asOf: string;
  names: Names;
}
