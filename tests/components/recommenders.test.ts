import { beforeEach, expect, it } from 'vitest';
import { userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import type { Comparison, EvaluationRow, Protocol } from '../../src/lib/core/evaluation/types';
import { locale } from '../../src/lib/state/locale.svelte';
import ComparisonTable from '../../src/lib/ui/recommenders/ComparisonTable.svelte';
import ProtocolWords from '../../src/lib/ui/recommenders/ProtocolWords.svelte';
import TradeOffPlot from '../../src/lib/ui/recommenders/TradeOffPlot.svelte';
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

it('says what else was part of the question: repeats and what was held for validation', () => {
  const split = { kind: 'random', testShare: 0.2, validationShare: 0.1, repeats: 3, next: 'any' } as const;
  const words = render(ProtocolWords, { protocol: { ...protocol, split, candidates: 'all' } }).container.textContent!;
  expect(words).toContain('10% of the training part was held back once more for validation.');
  expect(words).toContain('measured 3 times with seeds one after the other');
  expect(words).toContain('All items were candidates');
});

const rows: EvaluationRow[] = [
  { modelId: 'popularity', metrics: { 'recall@20': 0.1, 'ndcg@20': 0.05, 'coverage@20': 0.02, 'gini@20': 0.9, mrr: 0.1 }, fitSeconds: 0 },
  { modelId: 'tastes', metrics: { 'recall@20': 0.2, 'ndcg@20': 0.09, 'coverage@20': 0.4, 'gini@20': 0.6, mrr: 0.2 }, fitSeconds: 12 },
].map((row) => ({
  ...row,
  algorithm: row.modelId === 'popularity' ? 'popularity' : 'ials',
  margins: { 'ndcg@20': 0.01 },
  scoreSeconds: 1,
  backend: 'plain TypeScript',
}));

it('shows the measures that are chosen, each with what it means, and marks the best of those that have a best end', async () => {
  const screen = render(ComparisonTable, { comparison: { protocol, rows }, models: [], onchoose: () => {} });
  await expect.element(screen.getByRole('columnheader', { name: 'Recall@20' })).toBeVisible();
  expect(screen.container.textContent).not.toContain('Gini@20');
  await screen.getByRole('button', { name: 'Measures' }).click();
  await screen.getByRole('checkbox', { name: 'Gini@k' }).click();
  await screen.getByRole('checkbox', { name: 'Recall@k' }).click();
  await expect.element(screen.getByText('Lower is better.', { exact: false })).toBeVisible();
  await userEvent.keyboard('{Escape}');
  await expect.element(screen.getByRole('columnheader', { name: 'Gini@20' })).toBeVisible();
  expect(screen.getByRole('columnheader', { name: 'Recall@20' }).elements()).toEqual([]);
  // Where less is better, the smaller one is the best; what was not measured has no column.
  const cells = [...screen.container.querySelectorAll('td.best')].map((cell) => cell.textContent!.replace(/\s+/g, ' ').trim());
  expect(cells.some((text) => text.includes('0.6000'))).toBe(true);
  expect(cells.some((text) => text.includes('0.9000'))).toBe(false);
  await expectAccessible(screen.container);
});

it('draws each model by what it costs and what it finds, and says the same as a table', async () => {
  const screen = render(TradeOffPlot, { comparison: { protocol, rows } });
  await expect.element(screen.getByRole('img', { name: 'What NDCG@20 costs' })).toBeVisible();
  const cellsOf = () => [...screen.container.querySelectorAll('td')].map((cell) => cell.textContent);
  expect(cellsOf()).toContain('12 sec');
  await screen.getByRole('radio', { name: 'Coverage' }).click({ force: true });
  await expect.poll(cellsOf).toContain('40.00%');
  // Nothing of novelty was measured here, so it is not offered.
  expect(screen.getByRole('radio', { name: 'Novelty' }).elements()).toEqual([]);
  await expectAccessible(screen.container);
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
  await expect.element(screen.getByRole('listitem')).toHaveTextContent(/^fallen: .*17.5/);
  await expect.element(screen.getByRole('row', { name: /healthy/ })).not.toHaveTextContent('same lists for all');
  await expectAccessible(screen.container);
});
