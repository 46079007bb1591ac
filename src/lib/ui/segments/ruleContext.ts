import type { TraitInfo } from '$lib/core/profiles/traits';
import type { PlanSegment } from '$lib/core/plan/schema';
import type { SegmentCount } from '$lib/work/operations/segments';

/** What every part of the rule builder is given. */
export interface RuleContext {
  traits: readonly TraitInfo[];
  /** Segments that a rule may refer to: all but the one being edited. */
  segments: readonly PlanSegment[];
  /** Event names of the data, most frequent first. */
  events: readonly string[];
  /** The newest counts, by node path; undefined until the first answer. */
  count: SegmentCount | undefined;
  /** The counts are not those of the rule on screen: they are shown as old until the new ones are there. */
  isStale: boolean;
  /** The condition that the count of this very rule was refused for, and why. */
  problem: { path: string; error: unknown } | null;
  /** Whoever a condition of an "all of" takes away is to be shown; the path is its row's. */
  onremoved?: (path: string) => void;
}
