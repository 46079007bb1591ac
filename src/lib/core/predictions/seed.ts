import type { Bitset } from '../base/bitset';
import { UserError } from '../base/errors';
import { stableJson } from '../base/hash';
import type { RunContext } from '../base/run';
import { membersOf, type SegmentScope } from '../segments/evaluate';
import { segmentsBehind, traitsBehind } from '../segments/names';
import type { Rule } from '../segments/rule';
import { modelOfTrait } from './modelOfTrait';

/** The segment whose like is sought. */
export interface Seed {
  members: Bitset;
  /** Ids of the traits that its rule, and those of segments that it names, go by. */
  traits: readonly string[];
  /** Changes whenever the rules behind it do; see {@link seedDefinition}. */
  definition: string;
  /** Models whose scores these rules go by, each with the key of what made them; see `PredictionProtocol.seedScores`. */
  scores: Readonly<Record<string, string>>;
}

type Segments = readonly { id: string; rule: Rule }[];

/**
 * @param madeFrom the key of what a model's present scores are made from, by the model's id
 * @throws UserError `segment_unknown`, and what its rule is refused with
 */
export async function readSeed(scope: SegmentScope, id: string, run: RunContext, madeFrom: MadeFrom): Promise<Seed> {
  const segment = scope.segments.find((candidate) => candidate.id === id);
  if (!segment)
    throw new UserError('segment_unknown', `There is no segment "${id}".`, 'Choose one of the segments of this plan.', { segment: id });
  return {
    members: await membersOf(scope, segment.rule, run),
    traits: [...new Set(traitsBehind([id], scope.segments))],
    definition: seedDefinition(scope.segments, id),
    scores: seedScores(scope.segments, id, madeFrom),
  };
}

export type MadeFrom = (modelId: string) => string | undefined;

/** The models whose scores a segment's rule goes by, or one that it names, with what made them; a model without scores is left out. */
export function seedScores(segments: Segments, id: string, madeFrom: MadeFrom): Record<string, string> {
  const models = new Set(traitsBehind([id], segments).flatMap((trait) => modelOfTrait(trait)?.modelId ?? []));
  return Object.fromEntries([...models].sort().flatMap((model) => [[model, madeFrom(model)]].filter(([, key]) => key !== undefined)));
}

/** A segment's rule with those of the segments that it names, as one text. */
export function seedDefinition(segments: Segments, id: string): string {
  return stableJson(segmentsBehind([id], segments).map(({ id, rule }) => [id, rule]));
}
