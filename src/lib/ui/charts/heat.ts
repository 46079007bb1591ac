/**
 * How deep the colour of a cell is, in percent, for its part of the greatest: it grows with every step and ends where
 * words can still be read on it, in both schemes. The power tells small cells apart beside one large one.
 */
export function heatDepth(part: number): number {
  return Math.round(500 * Math.max(0, Math.min(1, part)) ** 0.8) / 10;
}

/** Of what lies above (1) and below (-1) the middle: two hues, told apart by the colour-blind, too. */
export function divergingColor(part: number): string {
  return `color-mix(in oklab, var(${part > 0 ? '--chart-1' : '--chart-2'}) ${Math.round(30 * Math.min(1, Math.abs(part)))}%, var(--panel))`;
}

/** The colour itself. */
export function heatColor(part: number): string {
  return `color-mix(in oklab, var(--chart-high) ${heatDepth(part)}%, var(--chart-low))`;
}

/**
 * The colour of a ratio beside 1, the same way up and down: twice as much is as deep as half as much, four times is the
 * deepest. Below 1 it is the second colour of the palette.
 */
export function ratioColor(ratio: number): string {
  const part = ratio <= 0 ? -1 : Math.max(-1, Math.min(1, Math.log2(ratio) / 2));
  return `color-mix(in oklab, var(${part < 0 ? '--chart-2' : '--chart-high'}) ${heatDepth(Math.abs(part))}%, var(--chart-low))`;
}
