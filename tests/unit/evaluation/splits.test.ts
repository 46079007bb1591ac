import { describe, expect, it } from 'vitest';
import { UserError } from '$lib/core/base/errors';
import { readSplit } from '$lib/core/evaluation/splitFiles';
import { splitInteractions } from '$lib/core/evaluation/splits';
import type { InteractionMatrix } from '$lib/core/math/sparseRows';

const pairsOf = ({ users, rowStarts, columns }: InteractionMatrix) =>
  Array.from({ length: users }, (_, user) => [...columns.subarray(rowStarts[user], rowStarts[user + 1])]);

describe('splits', () => {
  /** Ann 0, Bo 1 and Cy 2 over ten days; Bo buys item 1 on days 1 and 9. */
  const list = {
    users: 3,
    items: 4,
    userOfEvent: Int32Array.of(0, 1, 0, 2, 0, 1),
    itemOfEvent: Int32Array.of(0, 1, 2, 3, 3, 1),
    valueOfEvent: Float32Array.of(1, 1, 1, 1, 1, 2),
    timeOfEvent: Float64Array.of(0, 1, 2, 5, 9, 9),
  };

  it('cut at one instant for everybody, events of the same instant on the same side', () => {
    const { train, test, cutAt } = splitInteractions(list, { kind: 'global-time', testShare: 0.2 }, 1);
    expect(cutAt).toBe(9);
    expect(pairsOf(train)).toEqual([[0, 2], [1], [3]]);
    expect(pairsOf(test)).toEqual([[3], [1], []]);
  });

  it('leave out the last of each customer who has more than one', () => {
    const { train, test } = splitInteractions(list, { kind: 'leave-last-out', testShare: 0.2 }, 1);
    expect(pairsOf(train)).toEqual([[0, 2], [1], [3]]);
    expect(pairsOf(test)).toEqual([[3], [1], []]);
  });

  it('draw pairs at random by seed, never one pair on both sides', () => {
    const split = (seed: number) => splitInteractions(list, { kind: 'random', testShare: 0.5 }, seed);
    expect(split(3)).toEqual(split(3));
    for (let seed = 0; seed < 6; seed++) {
      const { train, test } = split(seed);
      expect(train.columns.length + test.columns.length).toBe(5);
      pairsOf(train).forEach((items, user) => expect(items.filter((item) => pairsOf(test)[user].includes(item))).toEqual([]));
    }
  });

  it('keep whole people out of train: their latest fifth is tested, what came before is folded in', () => {
    const { train, test, history } = splitInteractions(list, { kind: 'strong-generalisation', testShare: 0.5 }, 1);
    // Cy did one thing and cannot be tested. Of Ann and Bo one is, whichever the seed chose.
    expect(pairsOf(train)[2]).toEqual([3]);
    const chosen = pairsOf(test).findIndex((items) => items.length > 0);
    expect(
      [
        [[0, 2], [3]],
        [[1], [1]],
      ][chosen],
    ).toEqual([pairsOf(history)[chosen], pairsOf(test)[chosen]]);
    expect([pairsOf(train)[chosen], pairsOf(train)[1 - chosen].length > 0, pairsOf(history)[1 - chosen]]).toEqual([[], true, []]);
  });

  it('cut validation out of train, never of test, in the way of the split', () => {
    const days = Int32Array.from({ length: 200 }, (_, day) => day);
    const long = {
      users: 20,
      items: 17,
      userOfEvent: days.map((day) => (day * 7) % 20),
      itemOfEvent: days.map((day) => (day * 5) % 17),
      valueOfEvent: new Float32Array(200).fill(1),
      timeOfEvent: Float64Array.from(days),
    };
    for (const kind of ['global-time', 'random', 'leave-last-out', 'strong-generalisation'] as const) {
      const spec = { kind, testShare: 0.2 };
      const [plain, cut] = [splitInteractions(long, spec, 3), splitInteractions(long, { ...spec, validationShare: 0.25 }, 3)];
      expect(cut.test).toEqual(plain.test);
      // What is known of the tested is known still, be it trained on or not.
      expect(cut.history).toEqual(plain.history);
      expect(cut.trainEvents.every((event) => plain.trainEvents.includes(event))).toBe(true);
      const { validation } = cut;
      expect(validation!.test.columns.length).toBeGreaterThan(0);
      const pairs = (matrix: InteractionMatrix) => pairsOf(matrix).flatMap((items, user) => items.map((item) => user * 17 + item));
      if (kind === 'random') expect(pairs(validation!.test).filter((pair) => pairs(cut.train).includes(pair))).toEqual([]);
      if (kind === 'strong-generalisation') {
        pairsOf(validation!.test).forEach((items, user) => {
          if (items.length > 0) expect([pairsOf(cut.train)[user], pairsOf(cut.test)[user]]).toEqual([[], []]);
        });
      } else expect(validation!.history).toEqual(cut.train);
      if (kind === 'global-time') {
        expect(cut.trainEvents.length).toBe(120);
        expect(pairsOf(validation!.test).flat().length).toBe(40);
      }
    }
  });

  it('refuse a cut that leaves one part empty', () => {
    const sameDay = { ...list, timeOfEvent: new Float64Array(6) };
    expect(() => splitInteractions(sameDay, { kind: 'global-time', testShare: 0.2 }, 1)).toThrow(
      'train part of the split has no interactions',
    );
  });
});

describe('published split files', () => {
  const file = (name: string, text: string) => ({ name, text });

  it('are read as pairs with tabs, commas or spaces, ids by number', () => {
    const split = readSplit('pairs', file('a', '10\t2\t3.5\n9,10\r\n\n10 10 1 1234\n'), file('b', '9 2'));
    expect(split.userIds).toEqual(['9', '10']);
    expect(split.itemIds).toEqual(['2', '10']);
    expect(pairsOf(split.train)).toEqual([[1], [0, 1]]);
    expect([...split.train.values]).toEqual([1, 3.5, 1]);
    expect(pairsOf(split.test)).toEqual([[0], []]);
  });

  it('are read as adjacency, ids by text where one is no number', () => {
    const split = readSplit('adjacency', file('a', 'bo x y\nann y\nlonely\n'), file('b', 'ann x\n'));
    expect(split.userIds).toEqual(['ann', 'bo']);
    expect(pairsOf(split.train)).toEqual([[1], [0, 1]]);
    expect(split.candidates).toBeUndefined();
  });

  it('are read as in NCF, with the test item among its negatives', () => {
    const split = readSplit('ncf', file('a', '0 1 5\n1 2 7\n'), file('b', '0\t3\t99\n'), file('c', '(0,3)\t0\t2\n'));
    expect(split.itemIds).toEqual(['0', '1', '2', '3']);
    expect(pairsOf(split.candidates!)).toEqual([[0, 2, 3], []]);
    expect([...split.train.values]).toEqual([5, 7]);
  });

  it('are read as sequences: the last item of each line is the test, the rest train in order, repeats and all', () => {
    const { events, ...split } = readSplit('sequences', { train: file('a', 'ann tea cup tea jug\nbo cup\ncy jug tea cup\n') });
    expect([split.userIds, split.itemIds]).toEqual([
      ['ann', 'bo', 'cy'],
      ['cup', 'jug', 'tea'],
    ]);
    expect(pairsOf(split.train)).toEqual([[0, 2], [0], [1, 2]]);
    // Ann had tea twice. Bo has one item, from which nothing can be told; it still teaches.
    expect([...split.train.values]).toEqual([1, 2, 1, 1, 1]);
    expect(pairsOf(split.test)).toEqual([[1], [], [0]]);
    const byUser = [0, 1, 2].map((user) => [...events!.itemOfEvent].filter((_, at) => events!.userOfEvent[at] === user));
    expect(byUser).toEqual([[2, 0, 2], [0], [1, 2]]);
    expect([...events!.timeOfEvent]).toEqual([0, 0, 0, 1e6, 1e6, 2e6]);
  });

  it('take the test of sequences from a second file: what goes on after train, test items alone, or somebody new with a history', () => {
    const train = file('a', 'ann tea cup\nbo cup jug\n');
    const split = readSplit('sequences', { train, test: file('b', 'ann tea cup jug\nbo tea\ncy jug cup tea\n') });
    expect(pairsOf(split.train)).toEqual([[0, 2], [0, 1], []]);
    expect(pairsOf(split.test)).toEqual([[1], [2], [2]]);
    expect(pairsOf(split.history!)).toEqual([[], [], [0, 1]]);
    expect([...split.historyEvents!.itemOfEvent]).toEqual([1, 0]);
  });

  it('know sequences without users by lines that begin alike', () => {
    const split = readSplit('sequences', { train: file('a', '5 6 7\n5 7 6\n') });
    expect([split.usersAreLines, split.userIds, split.itemIds]).toEqual([true, ['0', '1'], ['5', '6', '7']]);
    expect(pairsOf(split.test)).toEqual([[2], [1]]);
  });

  it('have an order where every pair has a time, in seconds or milliseconds, and need a test file otherwise', () => {
    const { events } = readSplit('pairs', file('a', '1 2 1 1700000300\n1 3 1 1700000100\n'), file('b', '1 4'));
    expect([...events!.itemOfEvent]).toEqual([1, 0]);
    expect([...events!.timeOfEvent]).toEqual([1700000100e6, 1700000300e6]);
    const inMilliseconds = readSplit('pairs', file('a', '1 2 1 1700000300000\n'), file('b', '1 4 1 1700000400000'));
    expect([[...inMilliseconds.events!.timeOfEvent], [...inMilliseconds.testTimes!]]).toEqual([[1700000300e6], [1700000400e6]]);
    expect(readSplit('pairs', file('a', '1 2 1 1700000300\n1 3 1\n'), file('b', '1 4')).events).toBeUndefined();
    expect(() => readSplit('pairs', { train: file('a', '1 2') })).toThrow('test items lie in a file of their own');
  });

  it('name file and line where they are wrong', () => {
    expect(() => readSplit('pairs', file('train.txt', '1 2\n3\n'), file('b', '1 2'))).toThrow('Line 2 of train.txt has one field');
    expect(() => readSplit('pairs', file('train.txt', '1 2 many\n'), file('b', '1 2'))).toThrow('"many"');
    expect(() => readSplit('pairs', file('train.txt', '\n \n'), file('b', '1 2'))).toThrow(UserError);
    expect(() => readSplit('ncf', file('a', '1 2'), file('b', '1 2'), file('neg.txt', '1 2 3'))).toThrow('Line 1 of neg.txt');
  });
});
