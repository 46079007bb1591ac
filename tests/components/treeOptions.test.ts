import { beforeEach, expect, it, vi } from 'vitest';
import { page } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import type { PredictionSpec } from '../../src/lib/core/predictions/spec';
import type { Plan } from '../../src/lib/core/plan/schema';
import { locale } from '../../src/lib/state/locale.svelte';
import { traits } from '../../src/lib/state/traits.svelte';
import { workbench } from '../../src/lib/state/workbench.svelte';
import { loadCatalogue } from '../../src/lib/ui/catalogue.svelte';
import LossPanel from '../../src/lib/ui/predictions/LossPanel.svelte';
import PredictionEditor from '../../src/lib/ui/predictions/PredictionEditor.svelte';
import { expectAccessible } from './accessibility';

beforeEach(async () => {
  locale.set('en');
  await loadCatalogue();
  await page.viewport(1280, 900);
});

it('offers the figures that predictions may only rise or fall with', async () => {
  vi.spyOn(traits, 'list', 'get').mockReturnValue([
    { id: 'orders', kind: 'count', origin: 'profile', missing: 0 },
    { id: 'favoriteCategory', kind: 'text', origin: 'profile', missing: 0 },
    { id: 'score:soon', kind: 'score', origin: 'score', missing: 0 },
  ]);
  const edits = vi.spyOn(workbench, 'edit').mockImplementation(() => {});
  const model: PredictionSpec = {
    id: 'soon',
    kind: 'prediction',
    task: 'propensity',
    learner: 'gradient-boosting',
    target: { event: 'order_completed', withinDays: 30 },
    options: {},
  };
  const screen = render(PredictionEditor, { model, onduplicate: () => {}, ondelete: () => {}, onrenamed: () => {} });
  await screen.getByText('Options').click();
  const rising = screen.getByRole('combobox', { name: 'Predictions may only rise with' });
  await rising.click();
  // Neither words nor scores have a direction.
  await expect.element(screen.getByRole('option')).toBeInTheDocument();
  expect(screen.getByRole('option').elements()).toHaveLength(1);
  await screen.getByRole('option', { name: 'Orders' }).click();
  const { models } = edits.mock.lastCall![0]({ models: [model] } as unknown as Plan);
  edits.mockRestore();
  expect(models).toMatchObject([{ options: { increasing: 'orders' } }]);
  await expectAccessible(screen.container);
});

for (const [language, said] of [
  ['en', 'Training rows that a tree has not seen (out-of-bag)'],
  ['zh', '袋外样本（每棵树未见过的训练行）'],
] as const) {
  it(`says that a forest's loss is of rows out of the bag (${language})`, async () => {
    locale.set(language);
    await loadCatalogue();
    const losses = [1, 2, 3].map((epoch) => ({ epoch, loss: 0.5 / epoch, validationLoss: 0.6 / epoch }));
    const forest = render(LossPanel, { losses, learner: 'random-forest', isDone: true });
    await expect.element(forest.getByText(said).first()).toBeInTheDocument();
    const boosted = render(LossPanel, { losses, learner: 'gradient-boosting', isDone: true });
    expect(boosted.container.textContent).not.toContain(said);
  });
}
