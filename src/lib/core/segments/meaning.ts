import type { Comparison } from './comparison';
import type { Bucket } from '../measures/bucket';
import type { EventMeasure } from '../measures/measure';
import type { EventSequence } from '../measures/sequence';
import type { RfmMethod } from './rfm';

/** Whom a condition holds for, in the few terms that every engine has a template for. */
export type Meaning =
  | { kind: 'comparison'; trait: string; comparison: Comparison }
  | { kind: 'measure'; measure: EventMeasure; comparison: Comparison }
  | { kind: 'sequence'; sequence: EventSequence }
  | { kind: 'membership'; segment: string }
  | { kind: 'list'; list: string }
  | { kind: 'bucket'; bucket: Bucket }
  | { kind: 'rfm'; bins: number; method: RfmMethod; cells: string[] };
