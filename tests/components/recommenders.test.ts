import { beforeEach, expect, it } from 'vitest';
import { render } from 'vitest-browser-svelte';
import type { Comparison, Protocol } from '../../src/lib/core/evaluation/types';
import { locale } from '../../src/lib/state/locale.svelte';
import ComparisonTable from '../../src/lib/ui/recommenders/ComparisonTable.svelte';
import ProtocolWords from '../../src/lib/ui/recommenders/ProtocolWords.svelte';
import { expectAccessible } from './accessibility';

beforeEach(() => locale.set('en'));

const protocol: Protocol = {
  dataHash: 'abcdefgh',
  split: { kind: 'global-time', testShare: 0.2 },
  seed: 1,
  candidates: 'all-unseen',
  cutoffs: [20],
  testUsers: 109,
  trainPairs: 79_999,
  testPairs: 2952,
  repeatedPairs: 3,
  newUsers: 192,
  newUserPairs: 17_046,
  events: { product_viewed: 1, order_completed: 5 },
  cutAt: '1998-03-01T00:00:00.000Z',
};

it('says how many pairs the tested customers have, what was left out, and which events were learnt from', async () => {
  const screen = render(ProtocolWords, { protocol });
  const words = screen.container.textContent!;
  expect(words).toContain('tested on 109 customers who have a history, and on the 2,952 items they were new to');
  expect(words).toContain('3 held-back pairs that were in training already, and 17,046 pairs of 192 new customers');
  expect(words).toMatch(/Learnt from: .+ × 1, .+ × 5\./);
});

it('sounds the alarm beside a model that gives everybody the same', async () => {
  const row = { algorithm: 'ials', fitSeconds: 1, scoreSeconds: 1, backend: 'simd × 2 threads' };
  const comparison: Comparison = {
    protocol,
    rows: [
      { ...row, modelId: 'healthy', metrics: { 'recall@20': 0.2 } },
      {
        ...row,
        modelId: 'fallen',
        metrics: { 'recall@20': 0.01 },
        warnings: [{ code: 'model_collapsed', values: { shared: 17.5, of: 20 } }],
      },
    ],
  };
  const screen = render(ComparisonTable, { comparison, models: [], onchoose: () => {} });
  await expect.element(screen.getByRole('row', { name: /fallen/ })).toHaveTextContent('same lists for all');
  await expect.element(screen.getByRole('row', { name: /healthy/ })).not.toHaveTextContent('same lists for all');
  await expectAccessible(screen.container);
});
