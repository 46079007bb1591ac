/** The place 1 … n of each value, ascending; equal values share the mean of their places. NaN has no place. */
export function midRanks(values: ArrayLike<number>): Float64Array {
  const known = Int32Array.from({ length: values.length }, (_, i) => i).filter((i) => !Number.isNaN(values[i]));
  known.sort((a, b) => (values[a] < values[b] ? -1 : values[a] > values[b] ? 1 : a - b));
  const ranks = new Float64Array(values.length).fill(NaN);
  for (let start = 0; start < known.length;) {
    let end = start;
    while (end < known.length && values[known[end]] === values[known[start]]) end++;
    for (let i = start; i < end; i++) ranks[known[i]] = (start + 1 + end) / 2;
    start = end;
  }
  return ranks;
}

/** Which share of the values is lower, half of the equal ones counted: between 0 and 1, whatever the scale was. */
export function percentileRanks(values: ArrayLike<number>): Float64Array {
  const ranks = midRanks(values);
  const known = ranks.reduce((sum, rank) => sum + (Number.isNaN(rank) ? 0 : 1), 0);
  return ranks.map((rank) => (rank - 0.5) / known);
}
