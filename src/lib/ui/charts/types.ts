/** The same figures as words, for screen readers and for copying. */
export interface ChartTable {
  header: string[];
  rows: string[][];
}

/** What hovering a mark says; `x` and `y` are pixels inside the drawing. */
export interface ChartTip {
  x: number;
  y: number;
  lines: string[];
}

export interface ChartMargin {
  top: number;
  right: number;
  bottom: number;
  left: number;
}

/** Colours, dashes and marks of the first six series: never colour alone. */
export const seriesColor = (index: number) => `var(--chart-${(index % 6) + 1})`;
export const seriesDash = (index: number) => ['none', '6 3', '2 3', '8 3 2 3', '1 3', '10 4'][index % 6];
