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

it('stays within the plot, and leaves a name out where there is no room for it', () => {
  const [edge] = placeLabels([{ text: 'mult-dae', x: 290, y: 100, width: 60 }], within);
  expect(edge!.anchor).toBe('end');
  const crowd = Array.from({ length: 30 }, () => ({ text: 'bpr', x: 150, y: 100, width: 200 }));
  expect(placeLabels(crowd, within).filter((label) => label === undefined).length).toBeGreaterThan(20);
});
