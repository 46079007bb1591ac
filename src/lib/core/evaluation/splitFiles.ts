import { UserError } from '../base/errors';
import { matrixFromPairs, type InteractionMatrix } from '../math/sparseRows';
import type { InteractionList } from '../store/interactionQueries';
import { eachLine, lineError, type Pairs, type SplitFile } from './splitLines';
import { cutSequences, readSequences } from './sequenceFiles';

/** How published splits are written: see {@link readSplit}. */
export const splitFormats = ['pairs', 'adjacency', 'ncf', 'sequences'] as const;
export type SplitFormat = (typeof splitFormats)[number];

export type { SplitFile } from './splitLines';

/** A published split over dense indexes; the indexes follow the ids: by number where all are whole numbers, else by text. */
export interface GivenSplit {
  userIds: string[];
  itemIds: string[];
  train: InteractionMatrix;
  test: InteractionMatrix;
  /** Negatives and test items, where negatives are given. */
  candidates?: InteractionMatrix;
  /** The train part one by one, oldest first, where the file says in which order things happened. */
  events?: InteractionList;
  /** Of each test line its time, in microseconds, where all lines of the test file have one. */
  testTimes?: Float64Array;
  /** What users who are not in train had before, where the files say it: it is folded in, never learnt from. */
  history?: InteractionMatrix;
  /** The same one by one, oldest first, where the file says in which order things happened. */
  historyEvents?: InteractionList;
  /** True where lines of a file of sequences do not begin with a user, so that users are numbered by line. */
  usersAreLines?: boolean;
}

/** The files of a split; only `sequences` can do without a test file. */
export interface SplitFiles {
  train: SplitFile;
  test?: SplitFile;
  negatives?: SplitFile;
  /** What the users of the test file have, for those who are not in train; written as train is. */
  history?: SplitFile;
}

/**
 * Reads the ways in which splits are published. Fields lie between tabs, commas or spaces.
 * - `pairs`: `user item [value] [time]` a line, in both files; times in seconds, milliseconds or microseconds;
 * - `adjacency`: `user item item …` a line, in both files;
 * - `ncf`: train as `pairs`, test lines `user item …` (what follows is ignored), negatives `(user,item) n1 n2 …`;
 * - `sequences`: `user item item …` a line, oldest first; see {@link cutSequences} for what is tested.
 * @throws UserError `split_line` with file and line, `split_no_lines`, `split_no_test`
 */
export function readSplit(format: SplitFormat, train: SplitFile, test?: SplitFile, negatives?: SplitFile): GivenSplit;
export function readSplit(format: SplitFormat, files: SplitFiles): GivenSplit;
export function readSplit(format: SplitFormat, first: SplitFile | SplitFiles, test?: SplitFile, negatives?: SplitFile): GivenSplit {
  const files = 'train' in first ? first : { train: first, test, negatives };
  const { usersAreLines, ...parts } = format === 'sequences' ? sequenceParts(files) : pairParts(format, files);
  const given = Object.values(parts).filter((pairs) => pairs !== undefined);
  const userIds = sortedIds(given.map((pairs) => pairs.users));
  const itemIds = sortedIds(given.map((pairs) => pairs.items));
  const toMatrix = matrixMaker(userIds, itemIds);
  const { train: trainPairs, test: testPairs, negatives: negativePairs, history } = parts;
  return {
    userIds,
    itemIds,
    train: toMatrix(trainPairs),
    test: toMatrix(testPairs),
    candidates: negativePairs && toMatrix(joined(testPairs, negativePairs)),
    ...(trainPairs.times && { events: eventsInOrder(trainPairs, trainPairs.times, userIds, itemIds) }),
    ...(testPairs.times && format !== 'sequences' && { testTimes: microseconds(testPairs.times) }),
    ...(history && { history: toMatrix(history) }),
    ...(history?.times && { historyEvents: eventsInOrder(history, history.times, userIds, itemIds) }),
    ...(usersAreLines && { usersAreLines }),
  };
}

interface Parts {
  train: Pairs;
  test: Pairs;
  negatives?: Pairs;
  history?: Pairs;
  usersAreLines?: boolean;
}

function pairParts(format: Exclude<SplitFormat, 'sequences'>, { train, test, negatives, history }: SplitFiles): Parts {
  if (!test) {
    throw new UserError(
      'split_no_test',
      `With --format ${format} the test items lie in a file of their own.`,
      'Give --test FILE, or --format sequences where the last item of each line is the test.',
      { format },
    );
  }
  const readRest = format === 'adjacency' ? readAdjacency : readPairs;
  return {
    train: readRest(train),
    test: readRest(test),
    negatives: negatives && (format === 'ncf' ? readNcfNegatives(negatives) : readAdjacency(negatives)),
    history: history && readRest(history),
  };
}

function sequenceParts({ train, test, history }: SplitFiles): Parts {
  const { lines, usersAreLines } = readSequences(train);
  const parts = cutSequences(lines, test && readSequences(test, usersAreLines).lines);
  const earlier = history && readSequences(history, usersAreLines).lines;
  return {
    ...parts,
    history: earlier ? joined(parts.history ?? noPairs(true), cutSequences(earlier, new Map()).train) : parts.history,
    usersAreLines,
  };
}

/** Events of the train part by time; of one instant in the order of the file. */
function eventsInOrder(pairs: Pairs, times: number[], userIds: string[], itemIds: string[]): InteractionList {
  const [users, items] = [indexOf(userIds), indexOf(itemIds)];
  const order = Int32Array.from(times, (_, at) => at).sort((a, b) => times[a] - times[b] || a - b);
  const inOrder = microseconds(times);
  return {
    users: userIds.length,
    items: itemIds.length,
    userOfEvent: order.map((at) => users.get(pairs.users[at])!),
    itemOfEvent: order.map((at) => items.get(pairs.items[at])!),
    valueOfEvent: Float32Array.from(order, (at) => pairs.values[at]),
    timeOfEvent: Float64Array.from(order, (at) => inOrder[at]),
  };
}

/** Seconds, milliseconds and microseconds since 1970 are told apart by their size. */
function microseconds(times: number[]): Float64Array {
  const largest = times.reduce((most, time) => Math.max(most, time), 0);
  const unit = largest < 1e11 ? 1e6 : largest < 1e14 ? 1e3 : 1;
  return Float64Array.from(times, (time) => time * unit);
}

function readPairs(file: SplitFile): Pairs {
  const pairs = noPairs();
  const times: number[] = [];
  eachLine(file, (fields, line) => {
    if (fields.length < 2) throw lineError(file, line, 'has one field where a user and an item are needed');
    const value = fields.length > 2 ? Number(fields[2]) : 1;
    if (!Number.isFinite(value)) throw lineError(file, line, `has "${fields[2]}" where a number is needed`);
    pairs.users.push(fields[0]);
    pairs.items.push(fields[1]);
    pairs.values.push(value);
    const time = fields.length > 3 ? Number(fields[3]) : NaN;
    if (Number.isFinite(time)) times.push(time);
  });
  // A time here and there says nothing of the order.
  return times.length === pairs.users.length ? { ...pairs, times } : pairs;
}

function readAdjacency(file: SplitFile): Pairs {
  const pairs = noPairs();
  eachLine(file, ([user, ...items]) => {
    for (const item of items) {
      pairs.users.push(user);
      pairs.items.push(item);
      pairs.values.push(1);
    }
  });
  return pairs;
}

function readNcfNegatives(file: SplitFile): Pairs {
  const pairs = noPairs();
  eachLine(file, ([user, item, ...negatives], line) => {
    if (!user.startsWith('(') || !item?.endsWith(')')) throw lineError(file, line, 'does not begin with "(user,item)"');
    for (const negative of negatives) {
      pairs.users.push(user.slice(1));
      pairs.items.push(negative);
      pairs.values.push(1);
    }
  });
  return pairs;
}

function sortedIds(lists: string[][]): string[] {
  const ids = new Set<string>();
  for (const list of lists) for (const id of list) ids.add(id);
  const sorted = [...ids];
  if (sorted.every((id) => /^\d{1,15}$/.test(id))) return sorted.sort((a, b) => Number(a) - Number(b) || (a < b ? -1 : 1));
  return sorted.sort((a, b) => (a < b ? -1 : 1));
}

function joined(a: Pairs, b: Pairs): Pairs {
  const times = a.times && b.times && { times: a.times.concat(b.times) };
  return { users: a.users.concat(b.users), items: a.items.concat(b.items), values: a.values.concat(b.values), ...times };
}

const noPairs = (timed = false): Pairs => ({ users: [], items: [], values: [], ...(timed && { times: [] }) });

const indexOf = (ids: string[]): Map<string, number> => new Map(ids.map((id, index) => [id, index]));

function matrixMaker(userIds: string[], itemIds: string[]): (pairs: Pairs) => InteractionMatrix {
  const [users, items] = [indexOf(userIds), indexOf(itemIds)];
  return (pairs) =>
    matrixFromPairs(
      userIds.length,
      itemIds.length,
      Int32Array.from(pairs.users, (id) => users.get(id)!),
      Int32Array.from(pairs.items, (id) => items.get(id)!),
      pairs.values,
    );
}
