import type { RunContext } from '../base/run';
import { quietContext } from '../base/run';
import { groupOfTriples, type RfmGroup } from '../segments/rfmGroups';
import { scoreRfm, type RfmConvention, type RfmMeasures, type RfmScores } from '../segments/rfm';
import { dayNumber } from '../schema/days';
import { historyOf, out, type GroupHistory } from './history';
import type { Purchases } from './purchases';

/**
 * How people moved between the groups of RFM over these days: group g of the list is g + 1 here, and 0 is "no order yet"
 * (of those who have one by the last day). Each day's scores are of the people of that day.
 */
export async function rfmMoves(
  purchases: Purchases,
  byId: Int32Array,
  groups: readonly RfmGroup[],
  convention: RfmConvention,
  dates: readonly string[],
  run: RunContext = quietContext(),
): Promise<GroupHistory> {
  const groupAt = groupOfTriples(groups, convention.bins);
  const states: Uint8Array[] = [];
  for (const date of dates) {
    await run.breathe();
    const scores = scoreRfm(measuresAt(purchases, byId, dayNumber(date)), convention);
    const state = new Uint8Array(byId.length).fill(0);
    forTriples(scores, (user, triple) => (state[user] = groupAt[triple] + 1));
    states.push(state);
  }
  const last = states.at(-1)!;
  // Who has no order at all moves nowhere.
  for (const state of states) for (let user = 0; user < last.length; user++) if (last[user] === 0) state[user] = out;
  return historyOf(dates, states, groups.length + 1);
}

/** People by their group under one convention (rows) and under another (columns). */
export function rfmShift(
  one: { scores: RfmScores; groups: readonly RfmGroup[] },
  other: { scores: RfmScores; groups: readonly RfmGroup[] },
): number[][] {
  const [rows, columns] = [one, other].map(({ scores, groups }) => {
    const groupAt = groupOfTriples(groups, scores.bins);
    const found = new Uint8Array(scores.recency.length);
    forTriples(scores, (_, triple, i) => (found[i] = groupAt[triple]));
    return found;
  });
  const matrix = one.groups.map(() => new Array<number>(other.groups.length).fill(0));
  rows.forEach((row, i) => matrix[row][columns[i]]++);
  return matrix;
}

/** The measures of everybody with an order before a day, by id: what profiles would say as of its midnight. */
export function measuresAt({ start, day, orders, bought, value }: Purchases, byId: Int32Array, end: number): RfmMeasures {
  const count = byId.length;
  const userIndexes = new Int32Array(count);
  const [recencyDays, frequency, monetary] = [new Float64Array(count), new Float64Array(count), new Float64Array(count)];
  let people = 0;
  for (const user of byId) {
    let [times, units, last] = [0, 0, -1];
    for (let row = start[user]; row < start[user + 1] && day[row] < end; row++) {
      times += orders[row];
      units += Math.round(value[row] * 1e4);
      if (bought[row]) last = day[row];
    }
    if (times === 0) continue;
    userIndexes[people] = user;
    recencyDays[people] = end - last;
    frequency[people] = times;
    monetary[people] = units / 1e4;
    people++;
  }
  return {
    userIndexes: userIndexes.slice(0, people),
    recencyDays: recencyDays.slice(0, people),
    frequency: frequency.slice(0, people),
    monetary: monetary.slice(0, people),
  };
}

function forTriples(
  { bins, userIndexes, recency, frequency, monetary }: RfmScores,
  tell: (user: number, triple: number, i: number) => void,
): void {
  for (let i = 0; i < userIndexes.length; i++)
    tell(userIndexes[i], ((recency[i] - 1) * bins + frequency[i] - 1) * bins + monetary[i] - 1, i);
}
