import { UserError } from '../base/errors';
import { Random } from '../base/random';
import { matrixFromPairs, type InteractionMatrix } from '../math/sparseRows';
import type { InteractionList } from '../store/interactionQueries';
import type { SplitSpec } from './types';

export interface Split {
  train: InteractionMatrix;
  /** The events of the train part, in the list's order. */
  trainEvents: Int32Array;
  test: InteractionMatrix;
  /** The first instant of the test part, in microseconds, for a global time split. */
  cutAt?: number;
}

/**
 * Cuts interactions into train and test; the seed matters for the random split only.
 * @throws UserError `split_empty` where one part would have nothing
 */
export function splitInteractions(list: InteractionList, spec: SplitSpec, seed: number): Split {
  const cutAt = spec.kind === 'global-time' ? cutTime(list.timeOfEvent, spec.testShare) : undefined;
  const isTest =
    cutAt !== undefined
      ? (event: number) => list.timeOfEvent[event] >= cutAt
      : spec.kind === 'random'
        ? randomChoice(list, spec.testShare, seed)
        : lastOfEachUser(list);
  const [trainEvents, testEvents] = sides(list, isTest);
  const [train, test] = [part(list, trainEvents), part(list, testEvents)];
  if (train.columns.length === 0 || test.columns.length === 0) {
    const side = train.columns.length === 0 ? 'train' : 'test';
    throw new UserError(
      'split_empty',
      `The ${side} part of the split has no interactions (there are ${list.userOfEvent.length} in all).`,
      'Choose another share for the test part, or import data that spans more time.',
      { side, interactions: list.userOfEvent.length },
    );
  }
  return { train, trainEvents, test, cutAt };
}

/** The instant that puts about `testShare` of the events at or after it; events of one instant stay together. */
function cutTime(times: Float64Array, testShare: number): number {
  const sorted = times.slice().sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * (1 - testShare)))];
}

/** Chooses (user, item) pairs, so that a pair never lies on both sides. */
function randomChoice(list: InteractionList, testShare: number, seed: number): (event: number) => boolean {
  const random = new Random(seed, 5);
  const side = new Map<number, boolean>();
  return (event) => {
    const pair = list.userOfEvent[event] * list.items + list.itemOfEvent[event];
    let chosen = side.get(pair);
    if (chosen === undefined) side.set(pair, (chosen = random.uniform() < testShare));
    return chosen;
  };
}

/** The last event of users who have at least two; of several at the same instant the later in the list. */
function lastOfEachUser(list: InteractionList): (event: number) => boolean {
  const last = new Int32Array(list.users).fill(-1);
  const events = new Int32Array(list.users);
  for (let event = 0; event < list.userOfEvent.length; event++) {
    const user = list.userOfEvent[event];
    events[user]++;
    if (last[user] === -1 || list.timeOfEvent[event] >= list.timeOfEvent[last[user]]) last[user] = event;
  }
  return (event) => events[list.userOfEvent[event]] > 1 && last[list.userOfEvent[event]] === event;
}

function sides(list: InteractionList, isTest: (event: number) => boolean): [Int32Array, Int32Array] {
  const marks = Uint8Array.from({ length: list.userOfEvent.length }, (_, event) => (isTest(event) ? 1 : 0));
  const all = Int32Array.from(marks, (_, event) => event);
  return [all.filter((event) => marks[event] === 0), all.filter((event) => marks[event] === 1)];
}

function part(list: InteractionList, events: Int32Array): InteractionMatrix {
  return matrixFromPairs(
    list.users,
    list.items,
    events.map((event) => list.userOfEvent[event]),
    events.map((event) => list.itemOfEvent[event]),
    Float32Array.from(events, (event) => list.valueOfEvent[event]),
  );
}
