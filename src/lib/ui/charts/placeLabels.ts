interface Point {
  text: string;
  /** Pixels. */
  x: number;
  y: number;
  width: number;
  /** Ends of its interval's line, which names of others had better not cross. */
  up?: number;
  down?: number;
}
interface Box {
  left: number;
  right: number;
  top: number;
  bottom: number;
}
export interface PlacedLabel {
  x: number;
  y: number;
  anchor: 'start' | 'middle' | 'end';
  /** It stands away from its point, so that a line has to lead there. */
  isAway?: true;
}

const lineHeight = 14;
const gap = 9;
/** What counts against a place: an interval's line under the words, and standing away from the point. */
const crossing = 1.5;
const leaving = 3;

/**
 * Where the names of points stand: right, left, above or below each, else away from it with a line to it; the best
 * place that no point and no earlier name has. Undefined where none is free: names on top of each other say less than
 * none (hovering and the table have them all).
 */
export function placeLabels(points: readonly Point[], within: Box): (PlacedLabel | undefined)[] {
  const taken: Box[] = points.map(({ x, y }) => ({ left: x - 5, right: x + 5, top: y - 5, bottom: y + 5 }));
  const lines: Box[] = points.map(({ x, y, up = y, down = y }) => ({ left: x - 1, right: x + 1, top: up, bottom: down }));
  return points.map((point, own) => {
    const free = [...besides(point), ...away(point)].filter(
      ({ box }) =>
        box.left >= within.left &&
        box.right <= within.right &&
        box.top >= within.top &&
        box.bottom <= within.bottom &&
        taken.every((other, at) => at === own || !overlap(box, other)),
    );
    if (free.length === 0) return undefined;
    const others = taken.slice(0, points.length).filter((_, at) => at !== own);
    const costs = free.map((place) => {
      const crossed = lines.filter((line) => overlap(place.box, line)).length;
      return place.cost + crossing * crossed + (place.isAway && leadsThrough(point, place, others) ? leaving : 0);
    });
    const { box, cost: _, ...label } = free[costs.indexOf(Math.min(...costs))];
    taken.push(box);
    return label;
  });
}

type Place = PlacedLabel & { box: Box; cost: number };

function besides({ x, y, width }: Point): Place[] {
  const half = lineHeight / 2;
  const beside = [placeAt(x + gap, y, width, 'start', 0), placeAt(x - gap, y, width, 'end', 0.1)];
  const over = [y - lineHeight - 2, y + lineHeight + 2].map((at, i) => ({
    x,
    y: at,
    anchor: 'middle' as const,
    box: { left: x - width / 2, right: x + width / 2, top: at - half, bottom: at + half },
    cost: 0.2 + 0.1 * i,
  }));
  return [...beside, ...over];
}

/** Rows of places above and below, to the right and to the left, the farther the costlier. */
function away({ x, y, width }: Point): Place[] {
  const rows = Array.from({ length: 9 }, (_, i) => i + 1).flatMap((row) => [-row, row]);
  return rows.flatMap((row) =>
    [gap + 6, gap + 36, gap + 66].flatMap((dx) => {
      const [at, cost] = [y + row * (lineHeight + 2), leaving + Math.abs(row) + dx / 60];
      return [placeAt(x + dx, at, width, 'start', cost), placeAt(x - dx, at, width, 'end', cost)].map((place) => ({
        ...place,
        isAway: true as const,
      }));
    }),
  );
}

function placeAt(x: number, y: number, width: number, anchor: 'start' | 'end', cost: number): Place {
  const left = anchor === 'start' ? x : x - width;
  return { x, y, anchor, cost, box: { left, right: left + width, top: y - lineHeight / 2, bottom: y + lineHeight / 2 } };
}

/** Whether the line from a point to its name runs over another point. */
function leadsThrough(from: Point, to: PlacedLabel, others: readonly Box[]): boolean {
  const steps = Array.from({ length: 12 }, (_, i) => (i + 1) / 12);
  return steps.some((part) => {
    const [x, y] = [from.x + part * (to.x - from.x), from.y + part * (to.y - from.y)];
    return others.some(({ left, right, top, bottom }) => x > left && x < right && y > top && y < bottom);
  });
}

function overlap(a: Box, b: Box): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}
