import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import { locale } from '../../src/lib/state/locale.svelte';
import { workbench } from '../../src/lib/state/workbench.svelte';
import ListPolicies from '../../src/lib/ui/audiences/policies/ListPolicies.svelte';
import { expectAccessible } from './accessibility';
import { wipeWorkspaces } from '../support/wipeWorkspaces';

beforeAll(async () => {
  await wipeWorkspaces();
  locale.set('en');
  await workbench.openSample(() => 'sample');
}, 120_000);
afterAll(wipeWorkspaces);
beforeEach(() =>
  workbench.edit((plan) => ({
    ...plan,
    models: [...plan.models.filter(({ id }) => id !== 'best'), { id: 'best', kind: 'recommender', algorithm: 'popularity', options: {} }],
    audiences: [{ id: 'mail', from: 'everyone', columns: [] }],
    lists: [{ id: 'picks', for: 'mail', model: 'best', size: 5, exclude: ['bought'] }],
  })),
);

it('rules are set in plain words, their effect is shown on people and on all lists, and they can be undone', async () => {
  const screen = render(ListPolicies, { id: 'picks' });
  // Nothing is trained unasked; what the data can say is known before.
  await screen.getByLabelText('At least so many in stock').fill('1');
  await expect.poll(() => workbench.plan!.lists[0].policies).toEqual({ stock: { atLeast: 1 } });
  await screen.getByRole('button', { name: 'Train and show' }).click();
  await expect.element(screen.getByText(/Measured on 1,000 of 20,000 customers/), { timeout: 90_000 }).toBeVisible();
  await expect.element(screen.getByRole('row', { name: /Categories per list/ })).toBeVisible();
  await expect.element(screen.getByText(/short of stock/).first()).toBeVisible();
  await screen.getByLabelText('At least so many in stock').fill('');

  await screen.getByLabelText('At most per category').fill('1');
  await expect.poll(() => workbench.plan!.lists[0].policies).toEqual({ caps: [{ by: 'category', most: 1 }] });
  await screen.getByLabelText('Count categories by').click();
  await screen.getByRole('option', { name: 'Level 1' }).click();
  expect(workbench.plan!.lists[0].policies).toEqual({ caps: [{ by: 'category', most: 1, level: 1 }] });
  await screen.getByLabelText('Newer').fill('20');
  await expect.element(screen.getByText(/over the category limit/).first(), { timeout: 90_000 }).toBeVisible();
  await expect.element(screen.getByText('Moved up by a preference').first(), { timeout: 90_000 }).toBeVisible();
  await expectAccessible(screen.container);

  await screen.getByRole('button', { name: 'Add a place' }).click();
  const items = screen.getByRole('combobox', { name: 'One of' });
  await items.click();
  await screen.getByRole('option').first().click();
  await userEvent.keyboard('{Escape}');
  await expect.poll(() => workbench.plan!.lists[0].policies?.slots?.[0].items.length).toBe(1);
  await expect.element(screen.getByText('Promoted', { exact: true }).first(), { timeout: 90_000 }).toBeVisible();

  await screen.getByRole('button', { name: 'Remove all rules' }).click();
  expect(workbench.plan!.lists[0].policies).toBeUndefined();
  workbench.history.undo();
  expect(Object.keys(workbench.plan!.lists[0].policies!)).toEqual(['caps', 'boosts', 'slots']);
}, 180_000);

it('is there in Chinese, too', async () => {
  locale.set('zh');
  const screen = render(ListPolicies, { id: 'picks' });
  await expect.element(screen.getByText(/按 20,000 位客户中的 1,000 位测算/), { timeout: 90_000 }).toBeVisible();
  locale.set('en');
}, 120_000);
