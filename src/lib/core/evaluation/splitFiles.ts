import { UserError } from '../base/errors';
import { matrixFromPairs, type InteractionMatrix } from '../math/sparseRows';

/** How published splits are written: see {@link readSplit}. */
export const splitFormats = ['pairs', 'adjacency', 'ncf'] as const;
export type SplitFormat = (typeof splitFormats)[number];

/** A file of a split, already read as text. */
export interface SplitFile {
  name: string;
  text: string;
}

/** A published split over dense indexes; the indexes follow the ids: by number where all are whole numbers, else by text. */
export interface GivenSplit {
  userIds: string[];
  itemIds: string[];
  train: InteractionMatrix;
  test: InteractionMatrix;
  /** Negatives and test items, where negatives are given. */
  candidates?: InteractionMatrix;
}

interface Pairs {
  users: string[];
  items: string[];
  values: number[];
}

/**
 * Reads the three ways in which splits are published. Fields lie between tabs, commas or spaces.
 * - `pairs`: `user item [value] [time]` a line, in both files;
 * - `adjacency`: `user item item …` a line, in both files;
 * - `ncf`: train as `pairs`, test lines `user item …` (what follows is ignored), negatives `(user,item) n1 n2 …`.
 * @throws UserError `split_line` with file and line, `split_no_lines`
 */
export function readSplit(format: SplitFormat, train: SplitFile, test: SplitFile, negatives?: SplitFile): GivenSplit {
  const readRest = format === 'adjacency' ? readAdjacency : readPairs;
  const trainPairs = readRest(train);
  const testPairs = readRest(test);
  const negativePairs = negatives && (format === 'ncf' ? readNcfNegatives(negatives) : readAdjacency(negatives));
  const all = [trainPairs, testPairs, ...(negativePairs ? [negativePairs] : [])];
  const userIds = sortedIds(all.map((pairs) => pairs.users));
  const itemIds = sortedIds(all.map((pairs) => pairs.items));
  const toMatrix = matrixMaker(userIds, itemIds);
  return {
    userIds,
    itemIds,
    train: toMatrix(trainPairs),
    test: toMatrix(testPairs),
    candidates: negativePairs && toMatrix(joined(testPairs, negativePairs)),
  };
}

function readPairs(file: SplitFile): Pairs {
  const pairs: Pairs = { users: [], items: [], values: [] };
  eachLine(file, (fields, line) => {
    if (fields.length < 2) throw lineError(file, line, 'has one field where a user and an item are needed');
    const value = fields.length > 2 ? Number(fields[2]) : 1;
    if (!Number.isFinite(value)) throw lineError(file, line, `has "${fields[2]}" where a number is needed`);
    pairs.users.push(fields[0]);
    pairs.items.push(fields[1]);
    pairs.values.push(value);
  });
  return pairs;
}

function readAdjacency(file: SplitFile): Pairs {
  const pairs: Pairs = { users: [], items: [], values: [] };
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
  const pairs: Pairs = { users: [], items: [], values: [] };
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

/** Calls back with the fields of each line that has any; lines count from 1. */
function eachLine({ name, text }: SplitFile, use: (fields: string[], line: number) => void): void {
  let line = 0;
  let used = 0;
  for (let start = 0; start < text.length; line++) {
    const end = text.indexOf('\n', start);
    const fields = text
      .slice(start, end === -1 ? undefined : end)
      .split(/[\s,]+/)
      .filter((field) => field !== '');
    if (fields.length > 0) {
      use(fields, line + 1);
      used++;
    }
    start = end === -1 ? text.length : end + 1;
  }
  if (used === 0) throw new UserError('split_no_lines', `${name} has no lines.`, 'Give a file with at least one pair.', { file: name });
}

function lineError({ name }: SplitFile, line: number, problem: string): UserError {
  return new UserError('split_line', `Line ${line} of ${name} ${problem}.`, 'Check that --format names how the file is written.', {
    file: name,
    line,
    problem,
  });
}

function sortedIds(lists: string[][]): string[] {
  const ids = new Set<string>();
  for (const list of lists) for (const id of list) ids.add(id);
  const sorted = [...ids];
  if (sorted.every((id) => /^\d{1,15}$/.test(id))) return sorted.sort((a, b) => Number(a) - Number(b) || (a < b ? -1 : 1));
  return sorted.sort((a, b) => (a < b ? -1 : 1));
}

function joined(a: Pairs, b: Pairs): Pairs {
  return { users: a.users.concat(b.users), items: a.items.concat(b.items), values: a.values.concat(b.values) };
}

function matrixMaker(userIds: string[], itemIds: string[]): (pairs: Pairs) => InteractionMatrix {
  const indexOf = (ids: string[]) => new Map(ids.map((id, index) => [id, index]));
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
