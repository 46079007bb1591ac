import { describe, expect, it } from 'vitest';
import { boundedName, freshName, longestName } from '$lib/core/plan/names';
import { planSchema } from '$lib/core/plan/schema';

describe('boundedName', () => {
  it('leaves a name alone, but for spaces at its ends', () => {
    expect(boundedName('  Win back 2025 ')).toBe('Win back 2025');
  });

  it('cuts a long name with …, after a whole character', () => {
    expect(boundedName('春'.repeat(500))).toBe(`${'春'.repeat(119)}…`);
    const family = '👩‍👩‍👧';
    const cut = boundedName(family.repeat(50));
    expect(cut.length).toBeLessThanOrEqual(longestName);
    expect(cut.replaceAll(family, '')).toBe('…');
  });

  it('gives what a plan can hold', () => {
    const plan = {
      muster: planSchema.shape.muster.value,
      name: 'x',
      segments: [{ id: 's', name: boundedName('x'.repeat(9000)), rule: { all: [] } }],
    };
    expect(planSchema.safeParse(plan).success).toBe(true);
  });
});

describe('freshName', () => {
  it('counts copies on instead of saying copy of copy', () => {
    const names = ['Champions'];
    for (let i = 0; i < 30; i++) names.push(freshName(names.at(-1)!, names));
    expect(names.slice(0, 4)).toEqual(['Champions', 'Champions 2', 'Champions 3', 'Champions 4']);
    expect(names.at(-1)).toBe('Champions 31');
  });

  it('takes a number for a part of the name where nothing has the name without it', () => {
    expect(freshName('Top 10', ['Top 10'])).toBe('Top 10 2');
    expect(freshName('Top 10', [])).toBe('Top 10');
  });

  it('stays within what a plan can hold, however often a long name is copied', () => {
    const names = ['长'.repeat(120)];
    for (let i = 0; i < 120; i++) names.push(freshName(names.at(-1)!, names));
    expect(new Set(names).size).toBe(121);
    expect(names.every((name) => name.length <= longestName)).toBe(true);
  });
});
