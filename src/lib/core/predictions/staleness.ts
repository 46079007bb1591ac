import { stableJson } from '../base/hash';
import type { PrivacyChoices } from '../profiles/personal';
import { featureDefinitions, type PlanTrait } from '../profiles/planTraits';
import { resolveSpec } from './options';
import type { PredictionReport } from './report';
import { seedDefinition, seedScores } from './seed';
import { definitionsBehind, type PredictionSpec } from './spec';
import type { Rule } from '../segments/rule';

/** What a report, and the outputs made with it, no longer agree with. */
export type PredictionStaleReason = 'data' | 'asOf' | 'seed' | 'traits' | 'segment' | 'model' | 'erased';

/** The state of things now: the data, the local midnight before which it is seen, the plan's seed and traits. */
export interface PredictionNow {
  dataHash: string | null;
  asOf: string | null;
  seed: number;
  /** How the plan's traits that are features are defined (`featureDefinitions`). */
  features?: string;
  /** The plan's traits and what is decided of personal columns, for models that name their traits. */
  traits?: readonly PlanTrait[];
  privacy?: PrivacyChoices;
  /** The plan's segments. */
  segments?: readonly { id: string; rule: Rule }[];
  /** What is known of all predictions: a segment may go by their scores. */
  reports?: readonly PredictionReport[];
}

/** The state of things as a plan and its data are now: every reason is found only where all of it is given. */
export function predictionNow(
  {
    seed,
    traits,
    privacy,
    segments,
  }: { seed: number; traits: readonly PlanTrait[]; privacy?: PrivacyChoices } & Required<Pick<PredictionNow, 'segments'>>,
  { dataHash, asOf, reports }: Pick<PredictionNow, 'dataHash' | 'asOf' | 'reports'>,
): PredictionNow {
  return { dataHash, asOf, seed, features: featureDefinitions(traits, privacy), traits, privacy, segments, reports };
}

/** Why a model's report and outputs are out of date; empty where they are fresh. */
export function predictionStaleReasons({ task, learner, protocol }: PredictionReport, spec: PredictionSpec, now: PredictionNow) {
  const reasons: PredictionStaleReason[] = [];
  if (protocol.dataHash !== undefined && protocol.dataHash !== now.dataHash) reasons.push('data');
  if (protocol.asOf !== now.asOf) reasons.push('asOf');
  const named = spec.target?.traits !== undefined;
  const learns = learner !== null || protocol.segment !== undefined || named;
  const features = named ? definitionsBehind(spec, now.traits, now.privacy) : now.features;
  if (learns && protocol.seed !== now.seed) reasons.push('seed');
  if (learns && (protocol.features ?? '') !== (features ?? '')) reasons.push('traits');
  const segment = spec.target?.segment;
  if (protocol.segment !== undefined && segment !== undefined && isOtherSeed(protocol, segment, now)) reasons.push('segment');
  if (protocol.erasedAt !== undefined) reasons.push('erased');
  const isOf = task === spec.task && learner === (spec.learner ?? null) && stableJson(protocol.target) === stableJson(spec.target ?? null);
  const sameTraits = stableJson(protocol.leaveOut ?? []) === stableJson(spec.leaveOut ?? []);
  if (!isOf || !sameTraits || !sameOptions(protocol.options, spec)) reasons.push('model');
  return reasons;
}

/** Whether the segment has other people by now: its rules changed, or a model whose scores they go by was trained anew. */
function isOtherSeed(protocol: PredictionReport['protocol'], id: string, { segments = [], reports }: PredictionNow): boolean {
  if (seedDefinition(segments, id) !== protocol.segment) return true;
  if (!reports || !protocol.seedScores) return false;
  const madeFrom = (model: string) => reports.find(({ modelId }) => modelId === model)?.protocol.madeFrom;
  return stableJson(seedScores(segments, id, madeFrom)) !== stableJson(protocol.seedScores);
}

/** Why a model's outputs are out of date: as its report, but for what scoring everybody again since has brought forward. */
export function outputStaleReasons(report: PredictionReport, spec: PredictionSpec, now: PredictionNow): PredictionStaleReason[] {
  const reasons = predictionStaleReasons(report, spec, now);
  return wasScoredSince(report, now) ? reasons.filter((reason) => reason !== 'data' && reason !== 'asOf') : reasons;
}

/** Everybody was scored again on the data and as of the day of now. */
export function wasScoredSince(
  { protocol: { scored } }: PredictionReport,
  { dataHash, asOf }: Pick<PredictionNow, 'dataHash' | 'asOf'>,
): boolean {
  return scored !== undefined && scored.dataHash === dataHash && scored.asOf === asOf;
}

function sameOptions(options: PredictionReport['protocol']['options'], spec: PredictionSpec): boolean {
  try {
    return stableJson(resolveSpec(spec).options) === stableJson(options);
  } catch {
    // Options that do not resolve cannot be those of a model that was trained.
    return false;
  }
}
