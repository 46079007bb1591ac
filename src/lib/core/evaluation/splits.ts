import { UserError } from '../base/errors';
import { Random } from '../base/random';
import { matrixFromPairs, type InteractionMatrix } from '../math/sparseRows';
import type { InteractionList } from '../store/interactionQueries';
import type { SplitSpec } from './types';

export interface Split extends Held {
  train: InteractionMatrix;
  /** The events of the train part, in the list's order. */
  trainEvents: Int32Array;
  /** Cut out of what would be train otherwise, in the same way; where a share of it is asked for. */
  validation?: Held;
  /** The first instant of the test part, in microseconds, for a global time split. */
  cutAt?: number;
}

/** A part that is held back, and what its people have when they are ranked. */
export interface Held {
  test: InteractionMatrix;
  /**
   * What they have: all that was before the part (train, and for the test part validation, too). Under strong
   * generalisation it is the part of their history that is folded in, and nobody else has a row.
   */
  history: InteractionMatrix;
  /** The same one by one, in the list's order, where people are unknown to the model. */
  historyEvents?: Int32Array;
}

/** Of the history of somebody unknown, the share that is tested: the latest, so that nothing leaks within a person. */
const testedShareOfPerson = 0.2;

/**
 * Cuts interactions into train, test and, where asked for, validation; the seed matters for the random split and for
 * who is unknown under strong generalisation. Validation never takes anything from test.
 * @throws UserError `split_empty` where one part would have nothing
 */
export function splitInteractions(list: InteractionList, spec: SplitSpec, seed: number): Split {
  const cut = cutOnce(list, spec, seed);
  const { test, cutAt } = cut;
  if (!spec.validationShare) return cut;
  const { trainEvents, history, historyEvents } = cut;
  const rest = eventsOf(list, trainEvents);
  const inner = cutOnce(rest, { ...spec, testShare: spec.validationShare }, seed, 'validation');
  return {
    train: inner.train,
    trainEvents: inner.trainEvents.map((event) => trainEvents[event]),
    test,
    history,
    historyEvents,
    validation: {
      test: inner.test,
      history: inner.history,
      historyEvents: inner.historyEvents?.map((event) => trainEvents[event]),
    },
    cutAt,
  };
}

function cutOnce(list: InteractionList, spec: SplitSpec, seed: number, held: 'test' | 'validation' = 'test'): Split {
  const cutAt = spec.kind === 'global-time' ? cutTime(list.timeOfEvent, spec.testShare) : undefined;
  const stream = held === 'test' ? 5 : 6;
  const { sideOf, hasHistory } = chooser(list, spec, new Random(seed, stream), cutAt);
  const [trainEvents, testEvents, historyEvents] = sides(list, sideOf);
  const [train, test] = [part(list, trainEvents), part(list, testEvents)];
  if (train.columns.length === 0 || test.columns.length === 0) {
    const side = train.columns.length === 0 ? 'train' : held;
    throw new UserError(
      'split_empty',
      `The ${side} part of the split has no interactions (there are ${list.userOfEvent.length} in all).`,
      'Choose another share for the test part, or import data that spans more time.',
      { side, interactions: list.userOfEvent.length },
    );
  }
  const known = hasHistory ? { history: part(list, historyEvents), historyEvents } : { history: train };
  return { train, trainEvents, test, ...known, cutAt };
}

type SideOf = (event: number) => 'train' | 'test' | 'history';

function chooser(list: InteractionList, spec: SplitSpec, random: Random, cutAt?: number): { sideOf: SideOf; hasHistory: boolean } {
  if (spec.kind === 'strong-generalisation') return { sideOf: unknownPeople(list, spec.testShare, random), hasHistory: true };
  const isTest =
    cutAt !== undefined
      ? (event: number) => list.timeOfEvent[event] >= cutAt
      : spec.kind === 'random'
        ? randomChoice(list, spec.testShare, random)
        : lastOfEachUser(list);
  return { sideOf: (event) => (isTest(event) ? 'test' : 'train'), hasHistory: false };
}

/**
 * Whole people leave train; of each the first four fifths of the events are known and the latest are tested, at least
 * one of each. Who did one thing only stays in train.
 */
function unknownPeople({ users, userOfEvent, timeOfEvent }: InteractionList, share: number, random: Random): SideOf {
  const events: number[][] = Array.from({ length: users }, () => []);
  userOfEvent.forEach((user, event) => events[user].push(event));
  const able = events.flatMap((own, user) => (own.length > 1 ? [user] : []));
  const wanted = Math.min(able.length, Math.max(1, Math.round(able.length * share)));
  const sides: ('train' | 'test' | 'history')[] = new Array(userOfEvent.length).fill('train');
  for (const user of random.shuffle(able).slice(0, wanted)) {
    const own = events[user].sort((a, b) => timeOfEvent[a] - timeOfEvent[b] || a - b);
    const tested = Math.min(own.length - 1, Math.max(1, Math.round(own.length * testedShareOfPerson)));
    own.forEach((event, at) => (sides[event] = at < own.length - tested ? 'history' : 'test'));
  }
  return (event) => sides[event];
}

/** The instant that puts about `testShare` of the events at or after it; events of one instant stay together. */
function cutTime(times: Float64Array, testShare: number): number {
  const sorted = times.slice().sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * (1 - testShare)))];
}

/** Chooses (user, item) pairs, so that a pair never lies on both sides. */
function randomChoice(list: InteractionList, testShare: number, random: Random): (event: number) => boolean {
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

function sides(list: InteractionList, sideOf: SideOf): [Int32Array, Int32Array, Int32Array] {
  const marks = Uint8Array.from(list.userOfEvent, (_, event) => ['train', 'test', 'history'].indexOf(sideOf(event)));
  const all = Int32Array.from(marks, (_, event) => event);
  const [train, test, history] = [0, 1, 2].map((side) => all.filter((event) => marks[event] === side));
  return [train, test, history];
}

/** Some events of a list, in its order. */
export function eventsOf(list: InteractionList, events: Int32Array): InteractionList {
  return {
    ...list,
    userOfEvent: events.map((event) => list.userOfEvent[event]),
    itemOfEvent: events.map((event) => list.itemOfEvent[event]),
    valueOfEvent: Float32Array.from(events, (event) => list.valueOfEvent[event]),
    timeOfEvent: Float64Array.from(events, (event) => list.timeOfEvent[event]),
  };
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
