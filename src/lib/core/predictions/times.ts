/** Times until something happened, or until nothing more is known where it did not. */
export interface Times {
  days: ArrayLike<number>;
  happened: ArrayLike<number>;
}

/**
 * Harrell's C (Statistics in Medicine 1996): of all pairs of which one is known to have come first, the share that the
 * expected times put in that order, ties being half. 0.5 where no pair can be told.
 * @param expected the lower, the sooner
 */
export function concordance({ days, happened }: Times, expected: ArrayLike<number>): number {
  // From the latest on, so that all who outlasted somebody are counted by the place of their expectation.
  const order = Int32Array.from({ length: days.length }, (_, i) => i).sort((a, b) => days[b] - days[a] || happened[a] - happened[b]);
  const places = placesOf(expected);
  const counts = new Int32Array(places.count + 1);
  const add = (place: number) => {
    for (let i = place; i <= places.count; i += i & -i) counts[i]++;
  };
  const upTo = (place: number) => {
    let sum = 0;
    for (let i = place; i > 0; i -= i & -i) sum += counts[i];
    return sum;
  };
  let [pairs, right, added] = [0, 0, 0];
  for (let start = 0; start < order.length;) {
    let end = start;
    while (end < order.length && days[order[end]] === days[order[start]]) end++;
    const same = order.subarray(start, end);
    // Of those with the same day, who is only known until then outlasted who did it.
    for (const i of same) if (!happened[i]) (add(places.of[i]), added++);
    for (const i of same) {
      if (!happened[i]) continue;
      const [below, at] = [upTo(places.of[i] - 1), upTo(places.of[i])];
      pairs += added;
      right += added - at + (at - below) / 2;
    }
    for (const i of same) if (happened[i]) (add(places.of[i]), added++);
    start = end;
  }
  return pairs === 0 ? 0.5 : right / pairs;
}

/** The share that had done it by the end of each number of days (Kaplan & Meier, JASA 1958). */
export function doneBy({ days, happened }: Times, horizons: readonly number[]): number[] {
  const order = Int32Array.from({ length: days.length }, (_, i) => i).sort((a, b) => days[a] - days[b]);
  return horizons.map((horizon) => {
    let [still, at] = [1, 0];
    while (at < order.length && days[order[at]] <= horizon) {
      const day = days[order[at]];
      const atRisk = order.length - at;
      let did = 0;
      for (; at < order.length && days[order[at]] === day; at++) did += happened[order[at]];
      still *= 1 - did / atRisk;
    }
    return 1 - still;
  });
}

/** 1 … count: equal values have the same place. */
function placesOf(values: ArrayLike<number>): { of: Int32Array; count: number } {
  const order = Int32Array.from({ length: values.length }, (_, i) => i).sort((a, b) => values[a] - values[b]);
  const of = new Int32Array(values.length);
  let count = 0;
  order.forEach((at, i) => {
    if (i === 0 || values[at] !== values[order[i - 1]]) count++;
    of[at] = count;
  });
  return { of, count };
}
