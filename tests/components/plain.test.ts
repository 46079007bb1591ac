import { createRawSnippet } from 'svelte';
import { beforeEach, expect, it, vi } from 'vitest';
import { userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import { locale } from '../../src/lib/state/locale.svelte';
import PlainTable from '../../src/lib/ui/PlainTable.svelte';
import ToolButton from '../../src/lib/ui/ToolButton.svelte';
import { expectAccessible } from './accessibility';

beforeEach(() => locale.set('en'));

const table = (cell: string) =>
  createRawSnippet(() => ({
    render: () => `<tbody><tr><th scope="row">orders.csv</th><td class="number">${cell}</td><td>${'long '.repeat(40)}</td></tr></tbody>`,
  }));

it('takes a Tab stop only where there is something to scroll to', async () => {
  const wide = render(PlainTable, { label: 'Files', children: table('1,234') });
  await expect.element(wide.getByRole('group', { name: 'Files' })).toHaveAttribute('tabindex', '0');
  await expectAccessible(wide.container);
  await wide.unmount();

  const fitting = render(PlainTable, { label: 'Files', wrap: true, children: table('1,234') });
  await expect.element(fitting.getByRole('table', { name: 'Files' })).toBeVisible();
  expect(fitting.container.querySelector('[tabindex]')).toBeNull();
  await expectAccessible(fitting.container);
});

it('aligns figures at the right, and a caller can still say otherwise', async () => {
  const screen = render(PlainTable, { label: 'Files', wrap: true, children: table('1,234') });
  const figure = screen.getByRole('cell', { name: '1,234' }).element();
  expect(getComputedStyle(figure).textAlign).toBe('end');
  expect(getComputedStyle(figure).fontVariantNumeric).toBe('tabular-nums');
});

it('names a button that has no words, and keeps the words of one that has', async () => {
  const onclick = vi.fn();
  const bare = render(ToolButton, { label: 'Columns', onclick });
  await bare.getByRole('button', { name: 'Columns' }).click();
  expect(onclick).toHaveBeenCalledOnce();
  const words = createRawSnippet(() => ({ render: () => '<span>Sample shop</span>' }));
  const named = render(ToolButton, { tone: 'strong', onclick, children: words });
  (named.getByRole('button', { name: 'Sample shop' }).element() as HTMLElement).focus();
  await userEvent.keyboard('{Enter}');
  expect(onclick).toHaveBeenCalledTimes(2);
  await expectAccessible();
});
