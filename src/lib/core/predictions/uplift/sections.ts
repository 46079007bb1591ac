import type { RandomisationCheck } from './measures/randomisation';
import type { UpliftTenth } from './measures/tenths';
import type { UpliftQuality } from './quality';
import type { SegmentThresholds, TestedSegment, UpliftSegment } from './segments';
import type { OutcomeKind } from './trial';

/** What the message brings, the people with the highest predictions first, measured on people of whom nothing was learnt. */
export interface UpliftSection extends Omit<UpliftQuality, 'tenths' | 'calibrationError'> {
  kind: 'uplift';
  /** Whether people or a later campaign were kept apart. */
  testedBy: 'people' | 'campaign';
}

/** Predicted beside observed uplift. */
export interface UpliftTenthsSection {
  kind: 'uplift-tenths';
  outcome: OutcomeKind;
  tenths: UpliftTenth[];
  /** Mean distance of the two. */
  error: number;
}

/** Whom to address: four kinds of people, how they did in the test, and how many of each there are today. */
export interface UpliftSegmentsSection {
  kind: 'uplift-segments';
  outcome: OutcomeKind;
  thresholds: SegmentThresholds;
  /** A segment without people of both arms is left out. */
  tested: TestedSegment[];
  today: { segment: UpliftSegment; people: number }[];
}

/** Whether lots were drawn, without which a difference is no effect. */
export interface RandomisationSection extends RandomisationCheck {
  kind: 'randomisation';
}
