/** Of ascending values, between neighbours by distance (Hyndman & Fan 1996, type 7), as NumPy, pandas and DuckDB's `quantile_cont` have it. */
export function quantile(ascending: ArrayLike<number>, share: number): number {
  const place = share * (ascending.length - 1);
  const low = Math.floor(place);
  const high = Math.min(low + 1, ascending.length - 1);
  return ascending[low] + (place - low) * (ascending[high] - ascending[low]);
}
