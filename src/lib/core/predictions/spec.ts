import { sha256Hex, stableJson } from '../base/hash';
import type { OptionValues } from '../base/options';
import type { PrivacyChoices } from '../profiles/personal';
import { featureDefinitions, type PlanTrait } from '../profiles/planTraits';
import type { DataScope } from '../store/dataScope';
import type { CampaignValue } from './campaign';

/** What a task asks about; which parts it needs is said by the task. */
export interface PredictionTarget {
  event?: string;
  /** Days after the prediction time. */
  withinDays?: number;
  /** Days between the prediction time and these, of which nothing is asked: what a campaign needs to be made. None where absent. */
  gapDays?: number;
  /** Only of items of this category, or of those below it. */
  category?: string;
  /** Only of the item with this id. */
  item?: string;
  /** Id of the segment whose members others are compared with. */
  segment?: string;
  /** Ids of the traits that people are grouped by. */
  traits?: string[];
  /** The event of being addressed by a campaign; with `arm` its value of those who were. */
  treated?: string;
  /** The event of being held out of a campaign; with `arm` its value of those who were. */
  control?: string;
  /** The customers' attribute that says who was addressed, where no events do; `assignedOn` is the day of it. */
  arm?: string;
  assignedOn?: string;
  /** The customers' attribute whose value is learnt. */
  attribute?: string;
  /** Its value that counts as yes. */
  positive?: string;
}

/** What tasks ask that learn from what came after a moment. */
export type EventTarget = Required<Pick<PredictionTarget, 'event' | 'withinDays'>> &
  Pick<PredictionTarget, 'category' | 'item' | 'gapDays'>;

/** A model of the plan that says something of every customer: one task, and a learner where the task needs one. */
export interface PredictionSpec {
  id: string;
  kind: 'prediction';
  task: string;
  learner?: string;
  target?: PredictionTarget;
  options: OptionValues;
  /** Ids of traits that it may not go by. */
  leaveOut?: string[];
  /** What its outcomes are worth: nothing of the model depends on it. */
  campaign?: CampaignValue;
}

/** The definitions of the plan's traits that a prediction is made from: those that it names, or all that are features. */
export function definitionsBehind(
  { target }: Pick<PredictionSpec, 'target'>,
  traits: readonly PlanTrait[] = [],
  privacy?: PrivacyChoices,
): string {
  const named = target?.traits;
  return featureDefinitions(named ? traits.map((trait) => ({ ...trait, feature: named.includes(trait.id) })) : traits, privacy);
}

/**
 * All that a prediction is made from, as one text: another text means that it is out of date.
 * @param features `featureDefinitions` of the plan's traits
 * @param segment `seedDefinition` of the target's segment
 */
export function predictionKey(
  { dataHash, asOf }: Pick<DataScope, 'dataHash' | 'asOf'>,
  spec: PredictionSpec,
  seed: number,
  features = '',
  segment = '',
): string {
  const { campaign: _, ...made } = spec;
  return sha256Hex(stableJson([dataHash, asOf, seed, made, ...[features, segment].filter((text) => text !== '')]));
}
