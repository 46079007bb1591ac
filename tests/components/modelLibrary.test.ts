import { beforeEach, expect, it } from 'vitest';
import { render } from 'vitest-browser-svelte';
import type { Protocol } from '../../src/lib/core/evaluation/types';
import { locale } from '../../src/lib/state/locale.svelte';
import { modelRegistry } from '../../src/lib/state/modelRegistry.svelte';
import ModelLibrary from '../../src/lib/ui/recommenders/ModelLibrary.svelte';
import type { ModelLine } from '../../src/lib/work/operations/registry';
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
};
const line = (name: string, more: Partial<ModelLine> = {}): ModelLine => ({
  key: name,
  name,
  origin: 'trained',
  at: '2026-11-01T08:00:00Z',
  options: {},
  seed: 1,
  data: { dataHash: 'abcdefgh', dataKey: 'k', asOf: '2026-11-01T00:00:00', users: 20_000, items: 2000, pairs: 382_509 },
  seconds: 12,
  facts: {
    modelId: name,
    algorithm: 'ials',
    options: { factors: 64 },
    losses: [],
    backend: 'simd × 2 threads',
    reproducible: true,
    warnings: [],
  },
  bytes: 5_632_000,
  hasWeights: true,
  isOfToday: true,
  usedBy: [],
  canGoOn: true,
  canLeaveCustomers: true,
  ...more,
});
const slower = line('tastes-64', {
  measured: { protocol, metrics: { 'ndcg@20': 0.12, 'recall@20': 0.2 }, margins: { 'ndcg@20': 0.01 } },
  seconds: 40,
  at: '2026-11-02T08:00:00Z',
});
const quicker = line('alike', {
  facts: { ...line('').facts, algorithm: 'item-knn', options: { neighbours: 100 } },
  measured: { protocol, metrics: { 'ndcg@20': 0.15 } },
  isOfToday: false,
  seconds: 2,
});
const gone = line('old', { retired: true, hasWeights: false, lacksWeights: 'room', bytes: 0 });

it('lists models in the order that is asked for, and retired ones only when they are', async () => {
  modelRegistry.lines.state = { at: 'ready', value: [slower, quicker, gone] };
  const screen = render(ModelLibrary, { onuse: () => {} });
  const names = () => [...screen.container.querySelectorAll('tbody th > button')].map((each) => each.textContent);
  expect(names()).toEqual(['tastes-64', 'alike']);
  await screen.getByLabelText(/^Sort/).click();
  await screen.getByRole('option', { name: 'Quickest training first' }).click();
  expect(names()).toEqual(['alike', 'tastes-64']);
  await screen.getByRole('switch', { name: 'Show retired' }).click();
  expect(names()).toContain('old');
  await expect.element(screen.getByRole('row', { name: /alike/ })).toHaveTextContent('earlier data');
  await expectAccessible(screen.container);
});

it('puts two beside each other with what differs, and hands one to the plan', async () => {
  modelRegistry.lines.state = { at: 'ready', value: [slower, quicker] };
  const used: string[] = [];
  const screen = render(ModelLibrary, { onuse: ({ name }: ModelLine) => void used.push(name) });
  await screen.getByRole('button', { name: 'tastes-64' }).click();
  await screen.getByRole('button', { name: 'Use in the plan' }).click();
  expect(used).toEqual(['tastes-64']);
  await screen.getByLabelText('Compare with').click();
  await screen.getByRole('option', { name: 'alike' }).click();
  const table = screen.getByRole('table', { name: 'Compare with' });
  await expect.element(table).toHaveTextContent('Item neighbours');
  await expect.element(table).not.toHaveTextContent('Seed');
  await expectAccessible(screen.container);
});

it('says in Chinese what to do where it is empty', async () => {
  locale.set('zh');
  modelRegistry.lines.state = { at: 'ready', value: [] };
  const screen = render(ModelLibrary, { onuse: () => {} });
  await expect.element(screen.getByText(/还没有模型/)).toBeVisible();
  await expect.element(screen.getByRole('button', { name: '导入模型' })).toBeEnabled();
});
