/** People as points on a map. Whoever has no place (NaN) is neither drawn nor chosen. */
export interface Points {
  x: Float32Array;
  y: Float32Array;
  /** Index of each point's group, {@link noGroup} for none. */
  groups: Uint8Array;
}

/** The group of whoever is in none. */
export const noGroup = 255;

/** The box around all points that have a place. */
export interface Extent {
  left: number;
  right: number;
  bottom: number;
  top: number;
  /** Points with a place. */
  placed: number;
}

export function extentOf({ x, y }: Points): Extent {
  let [left, right, bottom, top, placed] = [Infinity, -Infinity, Infinity, -Infinity, 0];
  for (let i = 0; i < x.length; i++) {
    if (!hasPlace(x[i], y[i])) continue;
    placed++;
    if (x[i] < left) left = x[i];
    if (x[i] > right) right = x[i];
    if (y[i] < bottom) bottom = y[i];
    if (y[i] > top) top = y[i];
  }
  return placed > 0 ? { left, right, bottom, top, placed } : { left: 0, right: 0, bottom: 0, top: 0, placed };
}

/** The box that leaves out the outermost 5 % at each side. */
export function middleExtent({ x, y }: Points): Extent {
  const every = Math.max(1, Math.floor(x.length / mostForMedian));
  const sample = Array.from({ length: Math.ceil(x.length / every) }, (_, i) => i * every).filter((i) => hasPlace(x[i], y[i]));
  const at = (values: Float32Array, part: number) => values[Math.round(part * (values.length - 1))] ?? 0;
  const [xs, ys] = [x, y].map((all) => Float32Array.from(sample, (i) => all[i]).sort());
  return { left: at(xs, 0.05), right: at(xs, 0.95), bottom: at(ys, 0.05), top: at(ys, 0.95), placed: sample.length * every };
}

/** Neither NaN nor infinite. */
export function hasPlace(x: number, y: number): boolean {
  return x - x === 0 && y - y === 0;
}

/** A group's points: how many have a place, and the median of each coordinate, where its name is written. */
export interface GroupCentre {
  group: number;
  count: number;
  x: number;
  y: number;
}

/** More points than this do not move a median that anybody could see. */
const mostForMedian = 20_000;

/** The groups that have points, in the order of their index; those in no group last. */
export function groupCentres(points: Points): GroupCentre[] {
  const { x, y, groups } = points;
  const counts = new Uint32Array(256);
  for (let i = 0; i < groups.length; i++) if (hasPlace(x[i], y[i])) counts[groups[i]]++;
  const found: GroupCentre[] = [];
  for (let group = 0; group < 256; group++) {
    const count = counts[group];
    if (count === 0) continue;
    const every = Math.ceil(count / mostForMedian);
    const [xs, ys] = [new Float32Array(Math.ceil(count / every)), new Float32Array(Math.ceil(count / every))];
    for (let i = 0, seen = 0, kept = 0; i < groups.length; i++) {
      if (groups[i] !== group || !hasPlace(x[i], y[i]) || seen++ % every !== 0) continue;
      xs[kept] = x[i];
      ys[kept++] = y[i];
    }
    found.push({ group, count, x: median(xs), y: median(ys) });
  }
  return found;
}

function median(values: Float32Array): number {
  values.sort();
  return (values[(values.length - 1) >> 1] + values[values.length >> 1]) / 2;
}
