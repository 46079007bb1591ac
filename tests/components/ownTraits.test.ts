import { afterAll, beforeAll, expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import { locale } from '../../src/lib/state/locale.svelte';
import { traits } from '../../src/lib/state/traits.svelte';
import { workbench } from '../../src/lib/state/workbench.svelte';
import OwnTraits from '../../src/lib/ui/traits/OwnTraits.svelte';
import { traitName } from '../../src/lib/ui/traitNames';
import { expectAccessible } from './accessibility';
import { wipeWorkspaces } from '../support/wipeWorkspaces';

beforeAll(wipeWorkspaces);
afterAll(wipeWorkspaces);

it('a trait is defined from events, seen before it is saved, and then stands among all traits', async () => {
  locale.set('en');
  await workbench.openSample(() => 'sample');
  const { getByRole, getByText, getByLabelText, container } = render(OwnTraits, { onclose: () => {} });
  await getByRole('button', { name: 'New trait' }).click();
  await getByLabelText('Name').fill('Times bought');
  // The preview is made of the data, not of the form.
  await expect.element(getByText('How customers are spread').first(), { timeout: 60_000 }).toBeVisible();
  await expectAccessible(container);
  await getByRole('button', { name: 'Save trait' }).click();
  expect(workbench.plan?.traits).toEqual([
    { id: 'Times-bought', name: 'Times bought', measure: { aggregate: 'count', events: 'order_completed' } },
  ]);
  traits.refresh();
  await expect.poll(() => traits.get('Times-bought')?.origin, { timeout: 60_000 }).toBe('plan');
  expect(traitName('Times-bought')).toBe('Times bought');
  await getByRole('button', { name: 'Remove Times bought' }).click();
  expect(workbench.plan?.traits).toEqual([]);

  // A family of tags: values one after the other, each seen with its count before it is saved.
  await getByRole('button', { name: 'New trait' }).click();
  await getByLabelText('Name').fill('Tier');
  const way = async (name: string) => {
    await getByRole('combobox', { name: 'Made from' }).click();
    await page.getByRole('option', { name, exact: true }).click();
  };
  await way('Tag family');
  await getByRole('textbox', { name: 'Value 1' }).fill('Gold');
  await getByRole('button', { name: 'Add a value' }).click();
  await getByRole('textbox', { name: 'Value 2' }).fill('Silver');
  await getByRole('button', { name: 'Move “Silver” up' }).click();
  await expect.element(getByRole('textbox', { name: 'Value 1' })).toHaveValue('Silver');
  await expect.element(getByText(/Others [\d,]+/), { timeout: 60_000 }).toBeVisible();
  await expectAccessible(container);
  await getByRole('button', { name: 'Save trait' }).click();
  const [tier] = workbench.plan!.traits;
  expect(tier).toMatchObject({ id: 'Tier', cases: { first: [{ value: 'Silver' }, { value: 'Gold' }], otherwise: 'Others' } });
  await getByRole('button', { name: 'Remove Tier' }).click();
  expect(workbench.plan?.traits).toEqual([]);

  // Affinities and discounts are changed in the same form.
  const affinity = { property: 'category', value: '茶 Tea', as: 'lift' } as const;
  workbench.edit((plan) => ({ ...plan, traits: [{ id: 'tea', name: 'Tea', affinity }, { id: 'off', name: 'Off', discount: 'item.price' }] })); // prettier-ignore
  const edit = (name: string) => getByRole('button', { name: `Edit ${name}` }).click();
  const kept = (id: string) => workbench.plan!.traits.find((trait) => trait.id === id);
  await edit('Tea');
  await expect.element(getByText('How customers are spread').first(), { timeout: 60_000 }).toBeVisible();
  await expectAccessible(container);
  await getByRole('combobox', { name: 'Shown as' }).click();
  await page.getByRole('option', { name: 'Share', exact: true }).click();
  await getByLabelText('Order lines of the average (m)').fill('20');
  await userEvent.keyboard('{Tab}');
  await getByRole('button', { name: 'Save trait' }).click();
  expect(kept('tea')).toEqual({ id: 'tea', name: 'Tea', affinity: { ...affinity, as: 'share', strength: 20 } });
  await edit('Tea');
  await getByRole('combobox', { name: /^Of:/ }).click();
  await page.getByRole('option', { name: 'brand' }).click();
  // Of another property no value is chosen yet: there is nothing to save.
  await expect.element(getByRole('button', { name: 'Save trait' })).toBeDisabled();
  await getByRole('combobox', { name: 'Shown as' }).click();
  await page.getByRole('option', { name: 'The one most above the average' }).click();
  await getByRole('button', { name: 'Save trait' }).click();
  expect(kept('tea')).toEqual({ id: 'tea', name: 'Tea', affinity: { property: 'brand', strength: 20 } });
  await edit('Off');
  await way('Margin');
  // The shop's items say what they cost.
  await expect.element(getByText('How customers are spread').first(), { timeout: 60_000 }).toBeVisible();
  await expect.element(getByRole('button', { name: 'Save trait' })).toBeEnabled();
  await way('Discount');
  await expect.element(getByText('How customers are spread').first(), { timeout: 60_000 }).toBeVisible();
  await getByLabelText('Name').fill('Discounts');
  await getByRole('button', { name: 'Save trait' }).click();
  expect(kept('off')).toEqual({ id: 'off', name: 'Discounts', discount: 'item.price' });
}, 240_000);
