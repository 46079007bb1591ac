import type { Bitset } from '../base/bitset';
import { UserError } from '../base/errors';
import { stableJson } from '../base/hash';
import type { RunContext } from '../base/run';
import { membersOf, type SegmentScope } from '../segments/evaluate';
import { segmentsBehind, traitsBehind } from '../segments/names';
import type { Rule } from '../segments/rule';

/** The segment whose like is sought. */
export interface Seed {
  members: Bitset;
  /** Ids of the traits that its rule, and those of segments that it names, go by. */
  traits: readonly string[];
  /** Changes whenever the rules behind it do; see {@link seedDefinition}. */
  definition: string;
}

type Segments = readonly { id: string; rule: Rule }[];

/** @throws UserError `segment_unknown`, and what its rule is refused with */
export async function readSeed(scope: SegmentScope, id: string, run: RunContext): Promise<Seed> {
  const segment = scope.segments.find((candidate) => candidate.id === id);
  if (!segment)
    throw new UserError('segment_unknown', `There is no segment "${id}".`, 'Choose one of the segments of this plan.', { segment: id });
  return {
    members: await membersOf(scope, segment.rule, run),
    traits: [...new Set(traitsBehind([id], scope.segments))],
    definition: seedDefinition(scope.segments, id),
  };
}

/** A segment's rule with those of the segments that it names, as one text. */
export function seedDefinition(segments: Segments, id: string): string {
  return stableJson(segmentsBehind([id], segments).map(({ id, rule }) => [id, rule]));
}
