import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import { locale } from '../../src/lib/state/locale.svelte';
import { workbench } from '../../src/lib/state/workbench.svelte';
import PeoplePanel from '../../src/lib/ui/data/people/PeoplePanel.svelte';
import { expectAccessible } from './accessibility';
import { wipeWorkspaces } from '../support/wipeWorkspaces';

beforeAll(wipeWorkspaces);
afterAll(wipeWorkspaces);

const shop = `user_id,event,time,order_id,price,country,email\n${['web-1', 'app-1', 'bob']
  .map((who, i) => `${who},buy,2026-01-0${i + 1},o${i},9.90,${['DE', 'FR', ''][i]},${['ann@x.org', 'Ann@x.org', ''][i]}\n`)
  .join('')}${[1, 2, 3, 4, 5].map((n) => `guest-${n},buy,2026-02-0${n},g${n},5,,shop@x.org\n`).join('')}`;

async function importShop(): Promise<void> {
  await workbench.create('Tea', 'UTC', 'EUR');
  const file = new File([shop], 'orders.csv');
  const { mapping } = await workbench.call('sourceInspect', { file });
  const { view } = await workbench.call('sourceImport', { file, sourceId: 'orders', mapping, mode: 'add' });
  workbench.show(view);
}

describe('the people of a data set', () => {
  it('are counted, merged and taken apart, and each value says where it comes from', async () => {
    locale.set('en');
    await importShop();
    const screen = await render(PeoplePanel, { customerHref: (id: string) => `/customers/?customer=${id}` });
    const emails = page.getByRole('switch', { name: /Merge by/ });
    await expect.element(emails, { timeout: 60_000 }).not.toBeChecked();
    await expect.element(page.getByText('Nobody is merged: each of the 8 ids is a person.'), { timeout: 30_000 }).toBeVisible();
    await expect.element(page.getByRole('button', { name: 'Merge people' })).toBeDisabled();
    await userEvent.click(emails);
    await expect.element(page.getByText('8 ids would be 7 people; 1 of them would have several ids.'), { timeout: 30_000 }).toBeVisible();
    await expect.element(page.getByText('e-mail address shop@x.org: 5 ids share it, 3 may.'), { timeout: 30_000 }).toBeVisible();
    await expectAccessible(screen.container);
    await expect.element(page.getByRole('link', { name: 'app-1' }).first()).toHaveAttribute('href', '/customers/?customer=app-1');
    await userEvent.click(page.getByRole('button', { name: 'Merge people' }));
    await expect.poll(() => workbench.view?.facts?.users, { timeout: 30_000 }).toBe(7);
    expect(workbench.plan?.identity).toEqual({ merge: [{ kind: 'email' }] });
    await expect.element(page.getByText('8 ids are 7 people; 1 of them has several ids.'), { timeout: 30_000 }).toBeVisible();
    // Two accounts of one person, and two countries: the later one counts until another rule is chosen.
    const row = page.getByRole('row', { name: /^Country/ });
    await expect
      .element(row, { timeout: 30_000 })
      .toHaveTextContent('app-1 France counts Germany (orders, Jan 1, 2026) · France (orders, Jan 2, 2026)');
    await userEvent.click(page.getByRole('combobox', { name: 'Rule for Country: The latest' }));
    await userEvent.click(page.getByRole('option', { name: 'The first' }));
    await expect.poll(() => workbench.plan?.survivorship, { timeout: 30_000 }).toEqual({ country: 'first' });
    await userEvent.click(page.getByRole('button', { name: 'Undo merging' }));
    await expect.poll(() => workbench.view?.facts?.users, { timeout: 30_000 }).toBe(8);
    locale.set('zh');
    await expect.element(page.getByText('哪些是同一个人'), { timeout: 30_000 }).toBeVisible();
    await expectAccessible(screen.container);
  });
});
