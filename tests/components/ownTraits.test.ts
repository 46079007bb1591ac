import { deleteDB } from 'idb';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { render } from 'vitest-browser-svelte';
import { locale } from '../../src/lib/state/locale.svelte';
import { traits } from '../../src/lib/state/traits.svelte';
import { workbench } from '../../src/lib/state/workbench.svelte';
import OwnTraits from '../../src/lib/ui/traits/OwnTraits.svelte';
import { traitName } from '../../src/lib/ui/traitNames';
import { expectAccessible } from './accessibility';

const wipe = async () => {
  await deleteDB('muster');
  const root = await navigator.storage.getDirectory();
  await root.removeEntry('muster', { recursive: true }).catch(() => {});
};
beforeAll(wipe);
afterAll(wipe);

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
  await getByRole('radio', { name: 'Tag family' }).click();
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
}, 240_000);
