import { expect, it } from 'vitest';
import { rowsInSight, scrollToRow } from '../../../src/lib/ui/table/scroll';

const rowHeight = 32;
const view = 640;

it('draws the twenty rows in sight of a shop of 2,000 items, and a few spare ones', () => {
  expect(rowsInSight(2000, rowHeight, 0, view)).toEqual({ height: 64_000, from: 0, to: 26, top: 0 });
  const middle = rowsInSight(2000, rowHeight, 320, view);
  expect(middle.from).toBe(4);
  expect(middle.top).toBe(4 * rowHeight);
});

it('reaches the last of three million rows, though no page can be that high', () => {
  const total = 3_000_000;
  const { height } = rowsInSight(total, rowHeight, 0, view);
  expect(height).toBeLessThan(17_000_000);
  const end = rowsInSight(total, rowHeight, height - view, view);
  expect(end.to).toBe(total);
  // The last row ends exactly at the body's lower edge.
  expect(end.top + (end.to - end.from) * rowHeight).toBeCloseTo(height, 3);
});

it.each([2000, 3_000_000])('brings any row of %d into sight, whole', (total) => {
  for (const row of [0, 1, Math.floor(total / 3), total - 1]) {
    const scrollTop = scrollToRow(row, total, rowHeight, 5000, view);
    const sight = rowsInSight(total, rowHeight, scrollTop, view, 0);
    const top = sight.top + (row - sight.from) * rowHeight - scrollTop;
    expect(top).toBeGreaterThanOrEqual(-0.01);
    expect(top + rowHeight).toBeLessThanOrEqual(view + 0.01);
  }
});
