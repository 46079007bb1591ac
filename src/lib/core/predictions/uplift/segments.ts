import type { Effect } from './measures/atShare';
import type { UpliftPrediction } from './upliftLearner';

/** Four kinds of people by what a message does to them (Radcliffe & Surry 2011; Siegel, Predictive Analytics 2013). */
export const upliftSegments = ['persuadable', 'sure-thing', 'lost-cause', 'do-not-disturb'] as const;
export type UpliftSegment = (typeof upliftSegments)[number];

export interface SegmentThresholds {
  /** A predicted uplift of at least this much makes persuadable, of at least this much below zero do-not-disturb. */
  uplift: number;
  /** Of the others, who is expected to do it anyway at least so much is a sure thing. */
  sure: number;
}

/** The place in {@link upliftSegments} of each row. */
export function segmentOf({ uplift, control }: UpliftPrediction, { uplift: least, sure }: SegmentThresholds): Uint8Array {
  return Uint8Array.from(uplift, (effect, row) => (effect >= least ? 0 : effect <= -least ? 3 : control[row] >= sure ? 1 : 2));
}

/** A segment among the tested: what was predicted of it, and what was observed. */
export interface TestedSegment extends Effect {
  segment: UpliftSegment;
  people: number;
  predicted: number;
}
