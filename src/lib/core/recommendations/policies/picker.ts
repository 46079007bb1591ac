/**
 * Says which of one customer's candidates comes next. Candidates are numbered as the sources rank them: 0 is first.
 * `fits` says whether the rules leave room for one; those that do not are not offered again.
 */
export interface Picker {
  /** The next one, or -1 where it has none that fits. */
  next(fits: (candidate: number) => boolean): number;
  /** Told of everything that goes into the list, by this picker's choice or not. */
  took(candidate: number): void;
}

/**
 * By the value of each, highest first, ties to the earlier one.
 * @param isSorted whether they come in that order
 */
export function orderlyPicker(values: Float64Array, isSorted = false): Picker {
  const order = isSorted ? undefined : [...values.keys()].sort((a, b) => values[b] - values[a] || a - b);
  const gone = new Uint8Array(values.length);
  let at = 0;
  return {
    next(fits) {
      for (; at < values.length; at++) {
        const candidate = order ? order[at] : at;
        if (!gone[candidate] && fits(candidate)) return candidate;
      }
      return -1;
    },
    took: (candidate) => void (gone[candidate] = 1),
  };
}

/** The candidate of the highest value that is left and fits, ties to the earlier one; those that do not fit are marked gone. */
export function bestLeft(values: Float64Array, gone: Uint8Array, fits: (candidate: number) => boolean): number {
  for (;;) {
    let best = -1;
    for (let c = 0; c < values.length; c++) if (!gone[c] && (best < 0 || values[c] > values[best])) best = c;
    if (best < 0 || fits(best)) return best;
    gone[best] = 1;
  }
}
