/** The pattern with its day and month the other way round: `%d/%m/%Y` → `%m/%d/%Y`. */
export function swapDayAndMonth(pattern: string): string {
  return pattern.replace(/%[dm]/g, (part) => (part === '%d' ? '%m' : '%d'));
}
