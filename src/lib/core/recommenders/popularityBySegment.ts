import type { RecommenderModel } from './recommender';
import type { ModelState, StateArray } from './modelState';
import { popularityModel } from './popularity';
import type { LabelFeature } from './trainingData';

/** Of more segments the ones with the fewest people get what everybody gets: each has a row of scores. */
const mostSegments = 200;

/** Who is in which segment. */
export interface PeopleBySegment {
  labels: string[];
  /** By customer: the place of their segment's label, -1 where they are in none. */
  codes: Int32Array;
}

/** What is popular in each segment. */
export interface SegmentScores extends PeopleBySegment {
  /** `segments × items`. */
  scores: Float32Array;
}

/** The segments that get rows of their own: those with the most active people, in the order of their labels. */
export function largestSegments({ labels, codes }: LabelFeature, isActive: (user: number) => boolean): PeopleBySegment {
  const people = peopleOf({ labels, codes }, isActive);
  const kept = [...labels.keys()]
    .filter((code) => people[code] > 0)
    .sort((a, b) => people[b] - people[a] || a - b)
    .slice(0, mostSegments)
    .sort((a, b) => a - b);
  const place = new Int32Array(labels.length).fill(-1);
  kept.forEach((code, at) => (place[code] = at));
  return { labels: kept.map((code) => labels[code]), codes: codes.map((code) => (code < 0 ? -1 : place[code])) };
}

/**
 * Counts of a segment with so many more people in it who chose as everybody does: with `prior` people the segment
 * counts as much as everybody.
 * @param own `items` of the segment @param all `items` of everybody @param people how many everybody is
 */
export function shrunk(own: ArrayLike<number>, all: ArrayLike<number>, people: number, prior: number): Float64Array {
  return Float64Array.from(own, (count, item) => count + (prior * all[item]) / Math.max(1, people));
}

/** Everybody's popularity for whoever is in no segment, and for a basket, of which nobody says whose it is. */
export function segmentedModel(users: number, customers: Float32Array, { labels, codes, scores }: SegmentScores): RecommenderModel {
  const items = customers.length;
  const everybody = popularityModel(users, customers);
  const rowOf = (user: number) => (codes[user] >= 0 ? scores.subarray(codes[user] * items, (codes[user] + 1) * items) : customers);
  const size = 1 + labels.length;
  const itemFactors = new Float32Array(items * size);
  for (let item = 0; item < items; item++) {
    itemFactors[item * size] = customers[item];
    for (let s = 0; s < labels.length; s++) itemFactors[item * size + 1 + s] = scores[s * items + item];
  }
  const userFactors = new Float32Array(users * size);
  for (let user = 0; user < users; user++) userFactors[user * size + 1 + codes[user]] = 1;
  return {
    ...everybody,
    factors: { size, userFactors, itemFactors },
    score(asked) {
      const rows = new Float32Array(asked.length * items);
      asked.forEach((user, at) => rows.set(rowOf(user), at * items));
      return rows;
    },
    explain(who, item) {
      const score = typeof who === 'number' ? rowOf(who)[item] : customers[item];
      return { score, contributions: [], rest: score };
    },
    state(): ModelState {
      const own = everybody.state();
      return { ...own, arrays: { ...own.arrays, ...arraysOf({ labels, codes, scores }, items) }, meta: { ...own.meta, segments: labels } };
    },
  };
}

function arraysOf({ labels, codes, scores }: SegmentScores, items: number): Record<string, StateArray> {
  return {
    bySegment: { data: scores, shape: [labels.length, items], axes: ['segments', 'items'] },
    // 0 is nobody's, so that whoever comes later is in no segment.
    segmentOfUser: { data: codes.map((code) => code + 1), shape: [codes.length], axes: ['users'] },
  };
}

/** The segments of a state; undefined where it has none. */
export function segmentsOfState({ arrays, meta }: ModelState): SegmentScores | undefined {
  if (!arrays.bySegment) return undefined;
  return {
    labels: meta.segments as string[],
    codes: (arrays.segmentOfUser.data as Int32Array).map((code) => code - 1),
    scores: arrays.bySegment.data as Float32Array,
  };
}

function peopleOf({ labels, codes }: PeopleBySegment, isActive: (user: number) => boolean): Int32Array {
  const people = new Int32Array(labels.length);
  codes.forEach((code, user) => {
    if (code >= 0 && isActive(user)) people[code]++;
  });
  return people;
}
