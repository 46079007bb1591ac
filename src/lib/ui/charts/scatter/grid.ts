import { middleExtent, type Extent, type Points } from './points';

/** The points by small squares of the map, so that finding what lies under the pointer looks at few of them. */
export interface Grid {
  left: number;
  bottom: number;
  /** Side of a square, in units of the map. */
  side: number;
  columns: number;
  rows: number;
  /** Points of square s: `order[start[s]] … order[start[s + 1] - 1]`. */
  start: Uint32Array;
  order: Uint32Array;
}

const pointsOfSquare = 4;
const mostSquares = 1 << 19;

/** @param extent what is to be covered; points outside are left out */
export function gridOf({ x, y }: Points, extent: Extent): Grid {
  const [wide, high] = [extent.right - extent.left, extent.top - extent.bottom];
  const squares = Math.max(1, Math.min(mostSquares, extent.placed / pointsOfSquare));
  // A map that is a line has no area to go by.
  const side = Math.max(Math.sqrt((wide * high) / squares), Math.max(wide, high) / squares) || 1;
  const [columns, rows] = [Math.floor(wide / side) + 1, Math.floor(high / side) + 1];
  const start = new Uint32Array(columns * rows + 1);
  const isInside = (i: number) => x[i] >= extent.left && x[i] <= extent.right && y[i] >= extent.bottom && y[i] <= extent.top;
  const squareOf = (i: number) => Math.floor((y[i] - extent.bottom) / side) * columns + Math.floor((x[i] - extent.left) / side);
  for (let i = 0; i < x.length; i++) if (isInside(i)) start[squareOf(i) + 1]++;
  for (let square = 0; square < columns * rows; square++) start[square + 1] += start[square];
  const order = new Uint32Array(start[columns * rows]);
  const next = start.slice(0, -1);
  for (let i = 0; i < x.length; i++) if (isInside(i)) order[next[squareOf(i)]++] = i;
  return { left: extent.left, bottom: extent.bottom, side, columns, rows, start, order };
}

/** The nearest point of the shown groups within `reach` units, or -1. */
export function nearest(grid: Grid, { x, y, groups }: Points, shown: Uint8Array, atX: number, atY: number, reach: number): number {
  const column = (value: number) => Math.floor((value - grid.left) / grid.side);
  const row = (value: number) => Math.floor((value - grid.bottom) / grid.side);
  const [first, last] = [Math.max(0, column(atX - reach)), Math.min(grid.columns - 1, column(atX + reach))];
  const [low, high] = [Math.max(0, row(atY - reach)), Math.min(grid.rows - 1, row(atY + reach))];
  let found = -1;
  let best = reach * reach;
  for (let r = low; r <= high; r++) {
    if (first > last) break;
    // Squares of a row lie side by side, so do their points.
    const end = grid.start[r * grid.columns + last + 1];
    for (let at = grid.start[r * grid.columns + first]; at < end; at++) {
      const i = grid.order[at];
      const distance = (x[i] - atX) ** 2 + (y[i] - atY) ** 2;
      if (distance <= best && shown[groups[i]] && (distance < best || found < 0)) [found, best] = [i, distance];
    }
  }
  return found;
}

/** Points for one unit of area as the middle one of all points sees it around itself, whatever stands far away. */
export function typicalDensity(points: Points): number {
  const grid = gridOf(points, middleExtent(points));
  const counts = new Uint32Array(grid.start.length - 1);
  for (let square = 0; square < counts.length; square++) counts[square] = grid.start[square + 1] - grid.start[square];
  counts.sort();
  let seen = 0;
  for (const count of counts) {
    seen += count;
    if (2 * seen >= grid.order.length) return count / grid.side ** 2;
  }
  return 0;
}
