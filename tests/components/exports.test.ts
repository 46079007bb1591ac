import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { render } from 'vitest-browser-svelte';
import type { PlanAudience, PlanExport } from '../../src/lib/core/plan/schema';
import { locale } from '../../src/lib/state/locale.svelte';
import { workbench } from '../../src/lib/state/workbench.svelte';
import type { ExportRecord } from '../../src/lib/work/exportRecords';
import { loadCatalogue } from '../../src/lib/ui/catalogue.svelte';
import EarlierExport from '../../src/lib/ui/exports/EarlierExport.svelte';
import ExportHistory from '../../src/lib/ui/exports/ExportHistory.svelte';
import LayoutForm from '../../src/lib/ui/exports/LayoutForm.svelte';
import { wipeWorkspaces } from '../support/wipeWorkspaces';
import { expectAccessible } from './accessibility';

beforeAll(async () => {
  await wipeWorkspaces();
  await workbench.create('Tea', 'Asia/Shanghai', 'CNY');
});
afterAll(wipeWorkspaces);
beforeEach(async () => {
  locale.set('en');
  await loadCatalogue();
});

type AudienceExport = Extract<PlanExport, { audience: string }>;
const letter: PlanAudience = { id: 'letter', from: 'everyone', columns: ['orders'] };

it('columns of a file are renamed, moved, joined by a fixed text and left out again', async () => {
  let entry: AudienceExport = { audience: 'letter', destination: 'spreadsheet' };
  const screen = render(LayoutForm, { entry, audience: letter, onchange: put });
  function put(changed: AudienceExport): void {
    entry = changed;
    void screen.rerender({ entry });
  }
  await screen.getByRole('textbox', { name: 'Header of Customer id' }).fill('member');
  await expect.poll(() => entry.layout).toEqual([{ from: 'user', as: 'member' }, { from: 'orders' }]);
  // Two columns cannot share a header: the box says so, and the plan stays as it was.
  await screen.getByRole('textbox', { name: 'Header of Customer id' }).fill('orders');
  await expect.element(screen.getByText('Another column has this header.')).toBeVisible();
  expect(entry.layout).toEqual([{ from: 'user', as: 'member' }, { from: 'orders' }]);
  await screen.getByRole('button', { name: 'Add a fixed text' }).click();
  await screen.getByRole('textbox', { name: 'Text of the column note' }).fill('spring');
  await screen.getByRole('button', { name: 'Move note to the left' }).click();
  await expect.poll(() => entry.layout?.[1]).toEqual({ text: 'spring', as: 'note' });
  await expectAccessible(screen.container);
  await screen.getByRole('button', { name: 'Leave note out' }).click();
  await expect.poll(() => entry.layout?.length).toBe(2);
  await screen.getByRole('button', { name: 'As the audience has them' }).click();
  await expect.poll(() => entry.layout).toBeUndefined();
});

const record = (at: string, members: number): ExportRecord => ({
  at,
  asOf: at,
  plan: '',
  data: '',
  files: 3,
  rows: 2 * members,
  destinations: ['meta', 'klaviyo'],
  audiences: [{ id: 'letter', name: 'A letter', members }],
  numbering: [],
});

it('exports so far stand with the youngest first, and say how an audience has grown', async () => {
  const records = [record('2026-05-01T08:00:00Z', 1200), record('2026-05-08T08:00:00Z', 1150), record('2026-05-15T08:00:00Z', 1150)];
  const screen = render(ExportHistory, { records });
  const rows = screen.getByRole('listitem').filter({ hasText: 'Meta' });
  await expect.element(rows.nth(0)).toHaveTextContent(/1,150 members\s*the same/);
  await expect.element(rows.nth(1)).toHaveTextContent(/1,150 members\s*−50/);
  await expect.element(rows.nth(2)).toHaveTextContent(/3 files · 2,400 rows/);
  await expectAccessible(screen.container);
});

it('many exports scroll within their box, also by keyboard', async () => {
  const records = Array.from({ length: 30 }, (_, i) => record(`2026-05-${String(i + 1).padStart(2, '0')}T08:00:00Z`, 1000 + i));
  const screen = render(ExportHistory, { records });
  const box = screen.getByRole('list', { name: 'Exports so far' });
  await expect.element(box).toHaveAttribute('tabindex', '0');
  expect(box.element().scrollHeight).toBeGreaterThan(box.element().clientHeight);
  await expectAccessible(screen.container);
});

it('a file that is no export gets a sentence, and can be put away', async () => {
  const screen = render(EarlierExport, { file: undefined, isAsked: true });
  await expect.element(screen.getByText(/An export delivers changes only/)).toBeVisible();
  const input = screen.container.querySelector<HTMLInputElement>('input[type=file]')!;
  const files = new DataTransfer();
  files.items.add(new File(['no zip'], 'holiday.zip'));
  input.files = files.files;
  input.dispatchEvent(new Event('change', { bubbles: true }));
  await expect.element(screen.getByText(/This is no zip of an export/), { timeout: 20_000 }).toBeVisible();
  await expectAccessible(screen.container);
  await screen.getByRole('button', { name: 'Put holiday.zip away' }).click();
  await expect.element(screen.getByRole('button', { name: 'Choose a zip' })).toBeVisible();
}, 40_000);
