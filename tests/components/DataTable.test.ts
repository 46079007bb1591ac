import { beforeEach, expect, it, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import { UserError } from '../../src/lib/core/base/errors';
import { locale } from '../../src/lib/state/locale.svelte';
import DataTable from '../../src/lib/ui/DataTable.svelte';
import { toTsv } from '../../src/lib/ui/table/cells';
import { RowSelection } from '../../src/lib/ui/table/selection.svelte';
import type { LoadRows, TableColumn, TableRequest } from '../../src/lib/ui/table/types';
import { expectAccessible } from './accessibility';

const columns: TableColumn[] = [
  { id: 'user_id', label: 'Customer' },
  { id: 'orders', label: 'Orders', kind: 'count', bar: true },
  { id: 'revenue', label: 'Revenue', kind: 'number' },
  { id: 'country', label: 'Country', hidden: true },
];

/** A shop whose customer n has n orders; sorted by the "server". */
function shop(total: number, asked: TableRequest[] = []): LoadRows {
  return async (request) => {
    asked.push(request);
    const { offset, limit, sort } = request;
    const rows = Array.from({ length: Math.max(0, Math.min(limit, total - offset)) }, (_, i) => {
      const n = sort?.descending ? total - 1 - offset - i : offset + i;
      return [`c${n}`, n, n * 1.5, 'CN'];
    });
    return { total, columns: ['user_id', 'orders', 'revenue', 'country'], rows };
  };
}

beforeEach(() => locale.set('en'));

it('shows a million customers, fetching only what is looked at', async () => {
  const asked: TableRequest[] = [];
  const screen = render(DataTable, { label: 'Customers', columns, load: shop(1_000_000, asked), height: '480px' });
  await expect.element(screen.getByRole('gridcell', { name: 'c0', exact: true })).toBeVisible();
  await expect.element(screen.getByText('1,000,000 rows')).toBeVisible();
  const grid = screen.getByRole('grid').element();
  expect(grid.getAttribute('aria-rowcount')).toBe('1000001');
  expect(grid.querySelectorAll('[role="row"]').length).toBeLessThan(60);

  grid.scrollTop = grid.scrollHeight;
  await expect.element(screen.getByRole('gridcell', { name: 'c999999', exact: true })).toBeVisible();
  expect(asked.every(({ limit }) => limit <= 100)).toBe(true);
  expect(asked.length).toBeLessThan(8);
  await expectAccessible(screen.container);
});

it('sorts by a header, by mouse and by keyboard', async () => {
  const screen = render(DataTable, { label: 'Customers', columns, load: shop(500), height: '480px' });
  await screen.getByRole('columnheader', { name: 'Orders' }).click();
  await expect.element(screen.getByRole('gridcell', { name: 'c499', exact: true })).toBeVisible();
  await expect.element(screen.getByRole('columnheader', { name: 'Orders' })).toHaveAttribute('aria-sort', 'descending');
  await userEvent.keyboard('{Enter}');
  await expect.element(screen.getByRole('gridcell', { name: 'c0', exact: true })).toBeVisible();
  await expect.element(screen.getByRole('columnheader', { name: 'Orders' })).toHaveAttribute('aria-sort', 'ascending');
});

it('opens a row by keyboard and by click', async () => {
  const onrow = vi.fn();
  const screen = render(DataTable, { label: 'Customers', columns, load: shop(500), onrow, height: '480px' });
  await expect.element(screen.getByRole('gridcell', { name: 'c3', exact: true })).toBeVisible();
  (screen.getByRole('grid').element() as HTMLElement).focus();
  await userEvent.keyboard('{ArrowDown}{ArrowDown}{ArrowDown}{Enter}');
  expect(onrow).toHaveBeenLastCalledWith({ user_id: 'c2', orders: 2, revenue: 3, country: 'CN' });
  await screen.getByRole('gridcell', { name: 'c5', exact: true }).click();
  expect(onrow).toHaveBeenLastCalledWith(expect.objectContaining({ user_id: 'c5' }));
  await userEvent.keyboard('{Control>}{End}{/Control}');
  await expect.element(screen.getByRole('gridcell', { name: 'c499', exact: true })).toBeVisible();
});

it('chooses rows by box and by keyboard, one by one, from one to another, and all of them', async () => {
  const [selection, onrow] = [new RowSelection(), vi.fn()];
  const screen = render(DataTable, { label: 'Customers', columns, load: shop(500), onrow, selection, height: '480px' });
  const chosen = () => selection.named.toSorted();
  await screen.getByRole('checkbox', { name: 'Select c2', exact: true }).click();
  expect(chosen()).toEqual(['c2']);
  await screen.getByRole('checkbox', { name: 'Select c5', exact: true }).click({ modifiers: ['Shift'] });
  await expect.poll(chosen).toEqual(['c2', 'c3', 'c4', 'c5']);
  await expect.element(screen.getByRole('row', { name: /c4/ })).toHaveAttribute('aria-selected', 'true');
  expect(onrow).not.toHaveBeenCalled();

  // The first row by Space; two more, marked with Shift and the arrows, by another.
  (screen.getByRole('grid').element() as HTMLElement).focus();
  await userEvent.keyboard('{Control>}{Home}{/Control} ');
  expect(chosen()).toContain('c0');
  await userEvent.keyboard('{Shift>}{ArrowDown}{/Shift} ');
  await expect.poll(chosen).toEqual(['c0', 'c1', 'c2', 'c3', 'c4', 'c5']);
  await userEvent.keyboard('{Enter}');
  expect(onrow).toHaveBeenCalledTimes(1);

  await userEvent.keyboard('{Control>}a{/Control}');
  expect([selection.count(500), selection.has('c499')]).toEqual([500, true]);
  await expect.element(screen.getByRole('checkbox', { name: 'Select all', exact: true })).toBeChecked();
  // The cell says what is in it, and not its box, too.
  await expect.element(screen.getByRole('gridcell', { name: 'c3', exact: true })).toBeVisible();
  await screen.getByRole('checkbox', { name: 'Select c3', exact: true }).click();
  expect([selection.count(500), selection.has('c3'), selection.named]).toEqual([499, false, ['c3']]);
  await expectAccessible(screen.container);
  await screen.getByRole('checkbox', { name: 'Select all', exact: true }).click();
  expect(selection.count(500)).toBe(500);
  await screen.getByRole('checkbox', { name: 'Select all', exact: true }).click();
  expect(selection.count(500)).toBe(0);
});

it('picks columns', async () => {
  const screen = render(DataTable, { label: 'Customers', columns, load: shop(10), height: '480px' });
  await expect.element(screen.getByRole('gridcell', { name: 'c1', exact: true })).toBeVisible();
  expect(screen.getByRole('columnheader', { name: 'Country' }).elements()).toHaveLength(0);
  await screen.getByRole('button', { name: 'Columns' }).click();
  await page.getByRole('checkbox', { name: 'Country' }).click();
  await expect.element(screen.getByRole('columnheader', { name: 'Country' })).toBeInTheDocument();
});

it('says what is wrong in the language on screen, and keeps the table', async () => {
  const load: LoadRows = async () => {
    throw new UserError('no_workspace', 'No workspace is open.', 'Open one.');
  };
  const screen = render(DataTable, { label: 'Customers', columns, load, height: '480px' });
  await expect.element(screen.getByRole('alert')).toHaveTextContent('No workspace is open.');
  locale.set('zh');
  await expect.element(screen.getByRole('alert')).toHaveTextContent('没有打开的工作区。');
  await expect.element(screen.getByRole('grid')).toBeInTheDocument();
});

it('copies rows that a spreadsheet cannot mistake for formulas', () => {
  expect(
    toTsv(
      ['Customer', 'Orders'],
      [
        ['=HYPERLINK("x")', 3],
        ['-5', null],
        ['a\tb', 1.5],
      ],
    ),
  ).toBe('Customer\tOrders\n\'=HYPERLINK("x")\t3\n-5\t\na b\t1.5');
});
