import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { page } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import type { RecommenderSpec } from '../../src/lib/core/plan/schema';
import { locale } from '../../src/lib/state/locale.svelte';
import { recommenderTuning } from '../../src/lib/state/recommenderTuning.svelte';
import { workbench } from '../../src/lib/state/workbench.svelte';
import { loadCatalogue } from '../../src/lib/ui/catalogue.svelte';
import RecommenderEditor from '../../src/lib/ui/recommenders/RecommenderEditor.svelte';
import { expectAccessible } from './accessibility';
import { wipeWorkspaces } from '../support/wipeWorkspaces';

beforeAll(async () => {
  await wipeWorkspaces();
  locale.set('en');
  await loadCatalogue();
  await workbench.openSample(() => 'sample');
}, 120_000);
afterAll(wipeWorkspaces);

const added: RecommenderSpec[] = [
  { id: 'linear', kind: 'recommender', algorithm: 'ease', options: { regularization: 90_000 } },
  { id: 'popular', kind: 'recommender', algorithm: 'popularity', options: {} },
];
const modelNow = (id: string) => workbench.plan!.models.find((model) => model.id === id) as RecommenderSpec;
const nothing = { onduplicate: vi.fn(), ondelete: vi.fn(), onrenamed: vi.fn(), onclose: vi.fn() };

it('tunes a model, keeps what was found when it is cancelled, and puts it into the plan in one step to undo', async () => {
  workbench.edit((plan) => ({ ...plan, models: [...plan.models, ...added] }));
  const { container, rerender } = render(RecommenderEditor, { model: modelNow('linear'), ...nothing });
  await expect.element(page.getByText('Looks for better values of Regularisation')).toBeVisible();
  await page.getByRole('radio', { name: '1 min' }).click();
  await page.getByRole('button', { name: 'Tune', exact: true }).click();
  const rows = () => page.getByRole('table', { name: 'Best settings' }).getByRole('row').elements().length - 1;
  // The defaults, the options in use, and at least one that was drawn.
  await expect.poll(rows, { timeout: 60_000 }).toBeGreaterThan(2);
  await page.getByRole('button', { name: 'Cancel' }).click();
  await expect.element(page.getByText(/^Stopped after \d+ settings\. What was found is below/)).toBeVisible();
  expect(recommenderTuning.isRunning).toBe(false);
  await expectAccessible(container);

  const found = recommenderTuning.of(modelNow('linear'))!;
  expect(found.trials[0].options).toMatchObject({ regularization: 200 });
  expect(found.trials[1].options).toMatchObject({ regularization: 90_000 });
  const best = found.trials.filter(({ share, part, score }) => share === 1 && part === found.trials[0].part && score !== null);
  const top = best.reduce((a, b) => (b.score! > a.score! ? b : a));
  await page
    .getByRole('button', { name: /^Use these options: / })
    .first()
    .click();
  const taken = modelNow('linear').options;
  expect(taken).toEqual(top.options.regularization === 200 ? {} : top.options);
  await rerender({ model: modelNow('linear') });
  await expect.element(page.getByRole('row').nth(1)).toHaveTextContent('in use');

  workbench.history.undo();
  expect(modelNow('linear').options).toEqual({ regularization: 90_000 });
}, 120_000);

it('says where a model has nothing to tune', async () => {
  render(RecommenderEditor, { model: modelNow('popular'), ...nothing });
  await expect.element(page.getByText('This model has no option that is worth a search.')).toBeVisible();
});

it('offers every algorithm under its family, with a sentence', async () => {
  render(RecommenderEditor, { model: modelNow('popular'), ...nothing });
  await page.getByRole('combobox', { name: 'Algorithm' }).click();
  const group = page.getByRole('group', { name: 'Factorisation' });
  await expect.element(group.getByRole('option', { name: /iALS/ })).toHaveTextContent('Matrix factorisation by alternating least squares');
  await expect.element(page.getByRole('group', { name: 'Neighbours and rules' }).getByRole('option').first()).toBeVisible();
});
