import type { OptionValues } from '../../core/base/options';
import type { Protocol } from '../../core/evaluation/types';
import type { Acquaintance } from '../../core/recommenders/otherData';

/** What the registry knows of a model beside what training said of it. Plain JSON, saved with the workspace. */
export interface ModelEntry {
  /** One entry's alone; plans name weights by it. */
  name: string;
  /** Names that it had: a plan may still say one of them. */
  formerly?: string[];
  /** Trained on all of the data, measured in a comparison only (whose trainings keep nothing), or brought from a file. */
  origin: 'trained' | 'measured' | 'brought';
  /** ISO instant; absent where it was kept before there was a registry. */
  at?: string;
  /** As the spec had them: what is not here followed the data. */
  options: OptionValues;
  /** Absent: the usual weights. */
  events?: Record<string, number>;
  seed?: number;
  /** What it learnt from; absent where nobody knows. */
  data?: LearntFrom;
  /** That training took. */
  seconds?: number;
  /** Of the arrays. */
  bytes?: number;
  /** Why there are no weights; absent where there are. */
  lacksWeights?: LackOfWeights;
  /** Kept, and not offered any more. */
  retired?: boolean;
  /** Name of the model from whose weights learning began. */
  startedFrom?: string;
  /** Its last comparison. */
  measured?: Measured;
  /** Of a brought model: how much of it this data knew when it came. */
  acquaintance?: Acquaintance;
}

/** `measured`: there never were any; `room`: younger ones took the place; `erased`: somebody in them was erased. */
export type LackOfWeights = 'measured' | 'room' | 'deleted' | 'erased';

export interface LearntFrom {
  dataHash: string;
  /** Names the state of the data with its numbers; another one, even with the same hash, has others. */
  dataKey: string;
  asOf: string;
  users: number;
  items: number;
  pairs: number;
}

export interface Measured {
  protocol: Protocol;
  metrics: Record<string, number>;
  margins?: Record<string, number>;
}

/** A name that nobody has: `tastes`, `tastes-2` … */
export function freeModelName(wanted: string, taken: ReadonlySet<string>): string {
  for (let n = 1; ; n++) {
    const ending = n === 1 ? '' : `-${n}`;
    const tried = wanted.slice(0, 64 - ending.length) + ending;
    if (!taken.has(tried)) return tried;
  }
}
