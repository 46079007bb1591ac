import { describe, expect, it } from 'vitest';
import { fitMiddle, fitText, textWidth } from '$lib/ui/charts/textWidth';

describe('labels of charts', () => {
  it('are cut at the end, or before it where the ends tell them apart', () => {
    const label = 'Favourite category: 茶 Tea / 绿茶 Green Tea';
    expect(fitText(label, 400)).toBe(label);
    expect(fitMiddle(label, 400)).toBe(label);
    expect(fitText(label, 130)).toBe('Favourite categor…');
    expect(fitMiddle(label, 130)).toBe('Favourit…Green Tea');
    for (const width of [20, 60, 131, 250]) expect(textWidth(fitMiddle(label, width))).toBeLessThanOrEqual(width);
  });
});
