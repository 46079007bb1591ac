import { eachLine, type Pairs, type SplitFile } from './splitLines';

/** What each user did, oldest first, in the order of the file. */
export type SequenceLines = Map<string, string[]>;

/**
 * One line a user: `user item item …`, oldest first; an item may come again. A file whose lines begin alike has no
 * users in it: then every field is an item, and the user is the number of the line.
 * @param usersAreLines whether another file of the same split has no users
 */
export function readSequences(file: SplitFile, usersAreLines?: boolean): { lines: SequenceLines; usersAreLines: boolean } {
  const rows: string[][] = [];
  eachLine(file, (fields) => rows.push(fields));
  const withoutUsers = usersAreLines ?? new Set(rows.map(([first]) => first)).size < rows.length;
  const lines: SequenceLines = new Map();
  rows.forEach(([first, ...rest], line) => {
    const [user, items] = withoutUsers ? [String(line), [first, ...rest]] : [first, rest];
    lines.set(user, [...(lines.get(user) ?? []), ...items]);
  });
  return { lines, usersAreLines: withoutUsers };
}

/**
 * Leave-one-out, as in SASRec (Kang & McAuley, ICDM 2018) and S³-Rec (Zhou et al., CIKM 2020), whose files these are:
 * the last item of each line is the test, all before it is train. They keep the last but one for validation while
 * options are chosen; here it is trained on, as it is known when the last one is asked for.
 *
 * With a file of tests nothing is taken from train. A test line that begins with the user's line of train goes on with
 * the test items; any other line of somebody in train is test items only. Of somebody who is not in train the last
 * item is the test, and what comes before is a history to fold in.
 */
export function cutSequences(train: SequenceLines, tests?: SequenceLines): { train: Pairs; test: Pairs; history?: Pairs } {
  const parts = { train: emptyPairs(), test: emptyPairs(), history: emptyPairs() };
  for (const [user, items] of train) {
    // Somebody with one item has nothing to be told from; it can still teach.
    const isCut = !tests && items.length > 1;
    add(parts.train, user, isCut ? items.slice(0, -1) : items);
    if (isCut) add(parts.test, user, items.slice(-1));
  }
  for (const [user, items] of tests ?? []) {
    const known = train.get(user);
    if (!known) {
      add(parts.history, user, items.slice(0, -1));
      add(parts.test, user, items.slice(-1));
      continue;
    }
    const goesOn = items.length > known.length && known.every((item, at) => items[at] === item);
    add(parts.test, user, goesOn ? items.slice(known.length) : items);
  }
  return { train: parts.train, test: parts.test, ...(parts.history.users.length > 0 && { history: parts.history }) };
}

interface TimedPairs extends Pairs {
  times: number[];
}

const emptyPairs = (): TimedPairs => ({ users: [], items: [], values: [], times: [] });

/** There are no times in such files: the n-th item of everybody counts as done in the n-th second. */
function add(pairs: TimedPairs, user: string, items: string[]): void {
  items.forEach((item, at) => {
    pairs.users.push(user);
    pairs.items.push(item);
    pairs.values.push(1);
    pairs.times.push(at);
  });
}
