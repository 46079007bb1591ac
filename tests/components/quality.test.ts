import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { page } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import type { QualityCheck } from '../../src/lib/core/store/quality/check';
import type { CleaningStep } from '../../src/lib/core/store/quality/cleaning';
import { locale } from '../../src/lib/state/locale.svelte';
import { workbench } from '../../src/lib/state/workbench.svelte';
import { loadCatalogue } from '../../src/lib/ui/catalogue.svelte';
import ColumnProfiles from '../../src/lib/ui/data/quality/ColumnProfiles.svelte';
import QualityFinding from '../../src/lib/ui/data/quality/QualityFinding.svelte';
import QualityReport from '../../src/lib/ui/data/quality/QualityReport.svelte';
import { expectAccessible } from './accessibility';
import { wipeWorkspaces } from '../support/wipeWorkspaces';

beforeAll(wipeWorkspaces);
afterAll(wipeWorkspaces);
beforeEach(async () => {
  locale.set('en');
  await loadCatalogue();
});

const repeated: QualityCheck = {
  id: 'exact-duplicates',
  verdict: 'warning',
  count: 5227,
  of: 406_829,
  examples: [{ user: '16923', item: '22698', event: 'order_completed', at: '2011-06-05T11:37:00', order: '555524', rows: 20 }],
  remedy: { step: 'drop-exact-duplicates', options: {} },
  values: { count: 5227, of: 406_829 },
};

it('a finding says how many, of how many, what it means, and shows some of them', async () => {
  const chosen: string[] = [];
  const { container, getByText, getByRole } = render(QualityFinding, {
    check: repeated,
    customerHref: (id: string) => `/customers/?customer=${id}`,
    itemHref: (id: string) => `/items/?q=${id}`,
    onremedy: ({ step }: CleaningStep) => chosen.push(step),
  });
  await getByText('Repeated rows', { exact: true }).click();
  await expect.element(getByText(/5,227 of 406,829 events are equal/)).toBeVisible();
  await expect.element(getByRole('link', { name: '16923' })).toHaveAttribute('href', expect.stringContaining('customer=16923'));
  await expect.element(getByRole('link', { name: '22698' })).toHaveAttribute('href', '/items/?q=22698');
  await expectAccessible(container);
  await getByRole('button', { name: 'Remove repeated rows' }).click();
  expect(chosen).toEqual(['drop-exact-duplicates']);
});

it('a finding fits a phone, in Chinese too', async () => {
  await page.viewport(390, 800);
  try {
    locale.set('zh');
    const { container, getByText } = render(QualityFinding, { check: repeated });
    await getByText('重复的行').click();
    await expect.element(getByText(/406,829 条行为中有 5,227 条与另一条完全相同/)).toBeVisible();
    expect(container.scrollWidth).toBeLessThanOrEqual(390);
    await expectAccessible(container);
  } finally {
    await page.viewport(1280, 800);
  }
});

it('the report checks the data that is open, cleans it by one click, and takes it back', async () => {
  const rows = [
    'mo,tea,product_viewed,2026-01-05 10:00',
    'bo,cup,product_viewed,2026-01-09 10:00',
    'al,tea,product_viewed,2062-01-01 09:00',
  ];
  const file = new File([`user_id,item_id,event,timestamp\n${[...rows, rows[0]].join('\n')}\n`], 'clicks.csv');
  await workbench.create('Tea', 'UTC', 'USD');
  const { mapping } = await workbench.call('sourceInspect', { file });
  const { view } = await workbench.call('sourceImport', { file, sourceId: 'clicks', mapping, mode: 'replace' });
  workbench.show(view);
  const before = view.facts!.dataHash;

  const { container, getByText, getByRole } = render(QualityReport);
  await expect.element(getByText('Dates in the future'), { timeout: 60_000 }).toBeVisible();
  await expect.element(getByText('Repeated rows', { exact: true })).toBeVisible();
  await expectAccessible(container);
  await getByText('Dates in the future').click();
  await getByText('Repeated rows', { exact: true }).click();
  await getByRole('button', { name: 'Remove repeated rows' }).click();
  await expect.element(getByText('1 event removed. It can be taken back below.'), { timeout: 30_000 }).toBeVisible();
  await expect.element(getByText('1 from clicks')).toBeVisible();
  // What was opened is still open after the checks ran again.
  await expect.element(getByText(/1 of 3 events/)).toBeVisible();
  expect(workbench.plan!.cleaning).toEqual([{ step: 'drop-exact-duplicates', options: {} }]);
  expect(workbench.view!.facts!.events).toBe(3);
  await expectAccessible(container);

  const columns = render(ColumnProfiles);
  await expect.element(columns.getByRole('img', { name: /From Jan 5, 2026 to Jan 1, 2062/ }), { timeout: 30_000 }).toBeVisible();
  await expectAccessible(columns.container);
  columns.unmount();

  await getByRole('button', { name: 'Take back: Remove repeated rows' }).click();
  await expect.element(getByText('Taken back; back in the data: 1 event.'), { timeout: 30_000 }).toBeVisible();
  expect(workbench.view!.facts!.dataHash).toBe(before);
  expect(workbench.plan!.cleaning ?? []).toEqual([]);
}, 120_000);
