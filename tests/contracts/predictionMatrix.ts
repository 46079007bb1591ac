import { expect, it } from 'vitest';
import type { Platform } from '../../src/lib/work/platform';
import expected from '../fixtures/prediction-matrix.json';
import { regularsDigests } from '../support/regularsMatrix';

/** Whoever reproduces a report has the same bytes, whether they came from the page or from the command line. */
export function describePredictionMatrix(platform: () => Platform): void {
  it('takes the same training matrices away as every engine', async () => {
    const found = await regularsDigests(platform());
    expect(found, 'meant to change? run: node --import tsx scripts/accept-matrix.ts').toEqual(expected);
  });
}
