import type { Points } from './points';

/** A line around people, corner after corner, in units of the map. It closes itself. */
export interface Outline {
  x: number[];
  y: number[];
}

/**
 * Who of the shown groups stands inside a line: 1 for each, 0 for everybody else. A line that crosses itself leaves out
 * what it goes around twice (even-odd rule).
 * @param shown 1 for each group that counts, by its index
 */
export function chooseInside({ x, y, groups }: Points, shown: Uint8Array, outline: Outline): Uint8Array {
  const chosen = new Uint8Array(x.length);
  const corners = outline.x.length;
  if (corners < 3) return chosen;
  const [left, right] = [Math.min(...outline.x), Math.max(...outline.x)];
  const [bottom, top] = [Math.min(...outline.y), Math.max(...outline.y)];
  const bandOf = (at: number) => Math.min(bands - 1, Math.floor(((at - bottom) / (top - bottom || 1)) * bands));
  const sides = sidesByBand(outline, bandOf);
  for (let i = 0; i < x.length; i++) {
    const [px, py] = [x[i], y[i]];
    // Whoever has no place is in no box.
    if (!(px >= left && px <= right && py >= bottom && py <= top) || !shown[groups[i]]) continue;
    let inside = 0;
    for (const { x0, y0, x1, y1 } of sides[bandOf(py)]) {
      if (y0 > py === y1 > py) continue;
      if (px < x0 + ((py - y0) / (y1 - y0)) * (x1 - x0)) inside ^= 1;
    }
    chosen[i] = inside;
  }
  return chosen;
}

/** A line drawn by hand has hundreds of sides; a point asks only those that cross its own stripe of the map. */
const bands = 64;

interface Side {
  x0: number;
  y0: number;
  x1: number;
  y1: number;
}

function sidesByBand({ x, y }: Outline, bandOf: (at: number) => number): Side[][] {
  const sides: Side[][] = Array.from({ length: bands }, () => []);
  for (let a = 0, b = x.length - 1; a < x.length; b = a++) {
    const side = { x0: x[b], y0: y[b], x1: x[a], y1: y[a] };
    const last = bandOf(Math.max(side.y0, side.y1));
    for (let band = bandOf(Math.min(side.y0, side.y1)); band <= last; band++) sides[band].push(side);
  }
  return sides;
}

/** Positions of the ones, ascending. */
export function chosenIndices(chosen: Uint8Array): Uint32Array {
  let count = 0;
  for (let i = 0; i < chosen.length; i++) count += chosen[i];
  const indices = new Uint32Array(count);
  for (let i = 0, at = 0; i < chosen.length; i++) if (chosen[i]) indices[at++] = i;
  return indices;
}
