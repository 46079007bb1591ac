import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { page } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import type { PropertyFilter } from '../../src/lib/core/measures/measure';
import { locale } from '../../src/lib/state/locale.svelte';
import { workbench } from '../../src/lib/state/workbench.svelte';
import { loadCatalogue } from '../../src/lib/ui/catalogue.svelte';
import MoneyPanel from '../../src/lib/ui/data/MoneyPanel.svelte';
import FilterLines from '../../src/lib/ui/segments/FilterLines.svelte';
import FiltersMenu from '../../src/lib/ui/segments/FiltersMenu.svelte';
import { keptChoices } from '../../src/lib/ui/segments/keptChoices';
import { keptFigures } from '../../src/lib/ui/segments/measureFigures';
import { sentence } from '../../src/lib/ui/segments/sentence';
import { filtersGap } from '../../src/lib/core/segments/filters';
import { phrase } from '../../src/lib/core/segments/phrase';
import { traitWords } from '../../src/lib/ui/traits/traitWords';
import { couponShopCsv, couponShopItems } from '../support/couponShop';
import { expectAccessible } from './accessibility';
import { wipeWorkspaces } from '../support/wipeWorkspaces';

beforeAll(async () => {
  await wipeWorkspaces();
  locale.set('en');
  await loadCatalogue();
  await workbench.create('Coupon shop', 'UTC', 'USD');
  for (const [sourceId, text] of [
    ['orders', couponShopCsv],
    ['items', couponShopItems],
  ]) {
    const file = new File([text], `${sourceId}.csv`);
    const { mapping } = await workbench.call('sourceInspect', { file });
    workbench.show((await workbench.call('sourceImport', { file, sourceId, mapping, mode: 'add' })).view);
  }
}, 120_000);
afterAll(wipeWorkspaces);

describe('amounts in other currencies', () => {
  it('are listed with a rate each, and count when it is given', async () => {
    const props = () => ({ currencies: workbench.view!.facts!.currencies!, planCurrency: 'USD' });
    const { container, rerender } = render(MoneyPanel, props());
    await expect.element(page.getByText('2 currencies have no rate: 4 lines are in no sum.')).toBeVisible();
    const apply = page.getByRole('button', { name: 'Apply rates' });
    await expect.element(apply).toBeDisabled();
    await page.getByLabelText('What 1 EUR is worth in USD').fill('1.1');
    await expectAccessible(container);
    await apply.click();
    await expect.poll(() => workbench.plan?.rates).toEqual({ EUR: 1.1 });
    await rerender(props());
    await expect.element(page.getByText('1 currency has no rate: 1 line is in no sum.')).toBeVisible();
    expect(workbench.view?.dataBefore).toMatchObject({ events: 7 });
    // An emptied box takes the rate away again.
    await page.getByLabelText('What 1 EUR is worth in USD').fill('');
    await apply.click();
    await expect.poll(() => workbench.plan?.rates).toBeUndefined();
  });
});

describe('kept columns in the rule builder', () => {
  it('are filters: text with its values, numbers with a bound', async () => {
    let where: PropertyFilter[] = [];
    const onwhere = (next: PropertyFilter[]) => (where = next);
    const menu = render(FiltersMenu, { where, onwhere });
    const choose = async (name: string) => {
      await menu.getByRole('button').click();
      await page.getByRole('menuitem', { name, exact: true }).click();
    };
    await choose('coupon');
    await expect.poll(() => where).toEqual([{ property: 'event.coupon', oneOf: ['SPRING'] }]);
    await menu.rerender({ where, onwhere });
    await choose('shipping_days');
    await menu.rerender({ where, onwhere });
    await choose('colour (product)');
    await expect
      .poll(() => where.slice(1))
      .toEqual([
        { property: 'event.shipping_days', atLeast: 1 },
        { property: 'item.colour', oneOf: ['blue'] },
      ]);
    menu.unmount();
    const { container } = render(FilterLines, { where, path: '', onwhere });
    await expect.element(page.getByText('where colour (product)')).toBeVisible();
    await expectAccessible(container);
    const names = { segment: (id: string) => id, traitKind: () => undefined };
    expect(sentence(phrase('segments_say_where', { filters: filtersGap(where) }), names)).toContain('shipping_days');
  });

  it('are figures of conditions and traits, in words', () => {
    const labels = keptFigures(keptChoices()).map(({ id, label }) => [id, label()]);
    expect(labels).toContainEqual(['mean event.shipping_days', 'average shipping_days']);
    expect(labels).toContainEqual(['mostFrequent event.coupon', 'most frequent coupon']);
    expect(labels.some(([id]) => id.includes('item.'))).toBe(false);
    expect(traitWords({ id: 'days', measure: { aggregate: 'mean', of: 'event.shipping_days', events: 'order_completed' } })).toBe(
      'average shipping_days · Ordered',
    );
  });
});
