interface Point {
  text: string;
  /** Pixels. */
  x: number;
  y: number;
  width: number;
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
}

const lineHeight = 14;
const gap = 9;

/**
 * Where the names of points stand: right, left, above or below each, whichever is free first; undefined where nothing is,
 * for names on top of each other say less than none (hovering and the table have them all).
 */
export function placeLabels(points: readonly Point[], within: Box): (PlacedLabel | undefined)[] {
  const taken: Box[] = points.map(({ x, y }) => ({ left: x - 5, right: x + 5, top: y - 5, bottom: y + 5 }));
  return points.map(({ x, y, width }, own) => {
    const half = lineHeight / 2;
    const tries: (PlacedLabel & { box: Box })[] = [
      { x: x + gap, y, anchor: 'start', box: { left: x + gap, right: x + gap + width, top: y - half, bottom: y + half } },
      { x: x - gap, y, anchor: 'end', box: { left: x - gap - width, right: x - gap, top: y - half, bottom: y + half } },
      ...[y - lineHeight - 2, y + lineHeight + 2].map((at) => ({
        x,
        y: at,
        anchor: 'middle' as const,
        box: { left: x - width / 2, right: x + width / 2, top: at - half, bottom: at + half },
      })),
    ];
    const free = tries.find(
      ({ box }) =>
        box.left >= within.left &&
        box.right <= within.right &&
        box.top >= within.top &&
        box.bottom <= within.bottom &&
        taken.every((other, at) => at === own || !overlap(box, other)),
    );
    if (!free) return undefined;
    taken.push(free.box);
    return { x: free.x, y: free.y, anchor: free.anchor };
  });
}

function overlap(a: Box, b: Box): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}
