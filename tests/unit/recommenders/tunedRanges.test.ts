import { describe, expect, it } from 'vitest';
import { defaultOf, type DataSize, type OptionSpec } from '$lib/core/base/options';
import { tunedOptions } from '$lib/core/evaluation/tuning/space';
import { recommenders } from '$lib/core/recommenders/catalogue';

/** Shops from a small one with two pairs a customer to a table of ratings. */
const sizes: DataSize[] = [
  { users: 2_000, items: 300, pairs: 4_000 },
  { users: 30_000, items: 41_000, pairs: 800_000 },
  { users: 1_741, items: 2_665, pairs: 69_000 },
  { users: 943, items: 1_682, pairs: 100_000 },
  { users: 500_000, items: 60_000, pairs: 3_000_000 },
];

describe.each(recommenders.map((recommender) => [recommender.id, recommender] as const))('what a search may change of %s', (_, entry) => {
  const { personal, options } = entry;
  const searched = tunedOptions(options, {});

  it('is something, where lists differ from customer to customer', () => {
    if (personal) expect(searched.length).toBeGreaterThan(0);
  });

  it.each(searched.map((spec) => [spec.name, spec] as const))('%s: a range that can be asked for, around every default', (_name, spec) => {
    if (spec.kind === 'choice') expect(spec.choices.length).toBeGreaterThan(1);
    if (spec.kind !== 'number') return;
    const [low, high] = spec.tuned!;
    expect(low).toBeGreaterThanOrEqual(spec.min);
    expect(high).toBeLessThanOrEqual(spec.max);
    expect(high).toBeGreaterThan(low);
    // Orders of magnitude begin above zero.
    if (spec.scale === 'log') expect(low).toBeGreaterThan(0);
    if (spec.integer) expect([low, high].every(Number.isInteger)).toBe(true);
    for (const value of everyDefault(spec)) {
      expect(value).toBeGreaterThanOrEqual(low);
      expect(value).toBeLessThanOrEqual(high);
    }
  });
});

function everyDefault(spec: OptionSpec): number[] {
  return [undefined, ...sizes].map((size) => Number(defaultOf(spec, size)));
}
