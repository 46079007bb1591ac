import { expect, it } from 'vitest';
import { placeLabels } from '$lib/ui/charts/placeLabels';

const within = { left: 0, right: 300, top: 0, bottom: 200 };

it('puts a name to the right of its point, and elsewhere where that is taken', () => {
  const [one, two] = placeLabels(
    [
      { text: 'ials', x: 100, y: 100, width: 30 },
      { text: 'ease', x: 120, y: 100, width: 30 },
    ],
    within,
  );
  // To the right of the first stands the second point.
  expect(one).toEqual({ x: 91, y: 100, anchor: 'end' });
  expect(two).toEqual({ x: 129, y: 100, anchor: 'start' });
});

it('stands away from a crowd with a line to its point, and rather not on the line of an interval', () => {
  const near = ['ials', 'ease', 'gf-cf', 'bpr'].map((text, i) => ({ text, x: 150 + i, y: 100 + 3 * i, width: 40 }));
  const placed = placeLabels(near, within);
  expect(placed.every((label) => label !== undefined)).toBe(true);
  const boxes = placed.map((label) => {
    const left = label!.x - { start: 0, middle: 20, end: 40 }[label!.anchor];
    return { left, right: left + 40, top: label!.y - 7, bottom: label!.y + 7 };
  });
  const apart = (a: (typeof boxes)[0], b: (typeof boxes)[0]) =>
    a.right <= b.left || b.right <= a.left || a.bottom <= b.top || b.bottom <= a.top;
  expect(boxes.every((a, i) => boxes.every((b, j) => i === j || apart(a, b)))).toBe(true);
  const lined = placeLabels([near[0], { text: 'slim', x: 170, y: 150, width: 40, up: 90, down: 190 }], within);
  // To the right of the first runs the second's interval.
  expect(lined[0]).toEqual({ x: 141, y: 100, anchor: 'end' });
  const crowd = placeLabels([...near, ...near], within);
  expect(crowd.some((label) => label?.isAway)).toBe(true);
});

it('stays within the plot, and leaves a name out where there is no room for it', () => {
  const [edge] = placeLabels([{ text: 'mult-dae', x: 290, y: 100, width: 60 }], within);
  expect(edge!.anchor).toBe('end');
  const crowd = Array.from({ length: 30 }, () => ({ text: 'bpr', x: 150, y: 100, width: 200 }));
  expect(placeLabels(crowd, within).filter((label) => label === undefined).length).toBeGreaterThan(20);
});
