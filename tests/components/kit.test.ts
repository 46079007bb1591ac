import { createRawSnippet } from 'svelte';
import { beforeEach, expect, it, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import { UserError } from '../../src/lib/core/base/errors';
import type { OptionSpec } from '../../src/lib/core/base/options';
import { locale } from '../../src/lib/state/locale.svelte';
import Button from '../../src/lib/ui/Button.svelte';
import Combobox from '../../src/lib/ui/Combobox.svelte';
import Dialog from '../../src/lib/ui/Dialog.svelte';
import EmptyState from '../../src/lib/ui/EmptyState.svelte';
import ErrorNotice from '../../src/lib/ui/ErrorNotice.svelte';
import FileDrop from '../../src/lib/ui/FileDrop.svelte';
import NumberInput from '../../src/lib/ui/NumberInput.svelte';
import OptionForm from '../../src/lib/ui/OptionForm.svelte';
import Segmented from '../../src/lib/ui/Segmented.svelte';
import Select from '../../src/lib/ui/Select.svelte';
import Stat from '../../src/lib/ui/Stat.svelte';
import { expectAccessible } from './accessibility';

const words = (text: string) => createRawSnippet(() => ({ render: () => `<span>${text}</span>` }));

beforeEach(() => locale.set('en'));

it('reads numbers as people type them', async () => {
  const onvalue = vi.fn();
  const screen = render(NumberInput, { 'aria-label': 'Budget', value: 5, min: 0, max: 100_000, integer: true, onvalue });
  const box = screen.getByRole('textbox', { name: 'Budget' });
  await box.fill('1.2万');
  expect(onvalue).toHaveBeenLastCalledWith(12_000);
  await userEvent.keyboard('{Tab}');
  await expect.element(box).toHaveValue('12,000');
  await box.fill('many');
  await expect.element(box).toHaveAttribute('aria-invalid', 'true');
  expect(onvalue).toHaveBeenLastCalledWith(12_000);
  await userEvent.keyboard('{ArrowUp}');
  expect(onvalue).toHaveBeenLastCalledWith(12_001);
});

it('makes a form from a catalogue entry’s options and gives only what differs from the defaults', async () => {
  const specs: OptionSpec[] = [
    { name: 'factors', kind: 'number', integer: true, min: 8, max: 256, default: 64, what: 'More factors tell finer tastes apart.' },
    { name: 'solver', kind: 'choice', choices: ['cg', 'cholesky'], default: 'cg', what: 'Cholesky is exact and slower.' },
    { name: 'shuffle', kind: 'boolean', default: true, what: 'Mixes the rows.' },
  ];
  const onvalues = vi.fn();
  const screen = render(OptionForm, { owner: 'ials', specs, values: {}, onvalues });
  await screen.getByRole('textbox').fill('32');
  expect(onvalues).toHaveBeenLastCalledWith({ factors: 32 });
  await screen.getByRole('switch').click();
  expect(onvalues).toHaveBeenLastCalledWith({ factors: 32, shuffle: false });
  await expectAccessible(screen.container);
  await screen.getByRole('button', { name: 'Back to defaults' }).click();
  expect(onvalues).toHaveBeenLastCalledWith({});
});

it('shows what a default that follows the data comes to here, and an emptied box goes back to it', async () => {
  const rule = {
    of: ({ pairs, items }: { pairs: number; items: number }) => pairs / items / 1000,
    why: 'More pairs an item, more weight.',
  };
  const specs: OptionSpec[] = [{ name: 'weight', kind: 'number', min: 0, max: 10, default: 0.1, rule, what: 'Raising it weighs more.' }];
  const onvalues = vi.fn();
  const size = { users: 5, items: 100, pairs: 1000 };
  const screen = render(OptionForm, { owner: 'ials', specs, values: {}, size, onvalues });
  const box = screen.getByRole('textbox');
  await expect.element(box).toHaveValue('');
  await expect.element(box).toHaveAttribute('placeholder', 'auto (0.01 here)');
  await expect.element(screen.getByText('More pairs an item, more weight.')).toBeVisible();
  await box.fill('0.1');
  // A number that is given stays given, even if it is what the rule would say.
  expect(onvalues).toHaveBeenLastCalledWith({ weight: 0.1 });
  await box.fill('');
  expect(onvalues).toHaveBeenLastCalledWith({});
  await expectAccessible(screen.container);
});

it('chooses from a list by keyboard', async () => {
  const onvalue = vi.fn();
  const choices = [
    { value: 'csv', label: 'CSV' },
    { value: 'parquet', label: 'Parquet' },
  ];
  const screen = render(Select, { label: 'Format', value: 'csv', choices, onvalue });
  (screen.getByRole('combobox').element() as HTMLElement).focus();
  await userEvent.keyboard('{Enter}');
  await expect.element(page.getByRole('option', { name: 'Parquet' })).toBeVisible();
  await expectAccessible();
  await userEvent.keyboard('{ArrowDown}{Enter}');
  expect(onvalue).toHaveBeenLastCalledWith('parquet');
});

it('offers what matches while one types, and the newest answer wins', async () => {
  const answers: Record<string, (choices: { value: string; label: string }[]) => void> = {};
  const load = (search: string) => new Promise<{ value: string; label: string }[]>((resolve) => (answers[search] = resolve));
  const onvalues = vi.fn();
  const screen = render(Combobox, { label: 'Item', load, onvalues });
  const box = screen.getByRole('combobox', { name: 'Item' });
  await box.fill('t');
  await box.fill('tea');
  answers['tea']([{ value: 'P1', label: 'Jasmine tea' }]);
  await expect.element(page.getByRole('option', { name: 'Jasmine tea' })).toBeVisible();
  answers['t']([{ value: 'P2', label: 'Teapot' }]);
  await page.getByRole('option', { name: 'Jasmine tea' }).click();
  expect(onvalues).toHaveBeenLastCalledWith(['P1']);
});

it('tells an error in the language on screen with what to do; our own bugs come whole', async () => {
  const error = new UserError('option_out_of_range', 'Option "k" of x is 9.', 'From 1 to 5.', {
    owner: 'x',
    name: 'k',
    value: 9,
    min: 1,
    max: 5,
  });
  const screen = render(ErrorNotice, { error });
  await expect.element(screen.getByText('It can be from 1 to 5.')).toBeVisible();
  locale.set('zh');
  await expect.element(screen.getByText('允许范围：1 到 5。')).toBeVisible();
  await expectAccessible(screen.container);
  locale.set('en');
  const unknown = render(ErrorNotice, { error: new UserError('not_in_the_catalogue', 'The till is empty.', 'Fill it.') });
  await expect.element(unknown.getByText('The till is empty.')).toBeVisible();
  const bug = render(ErrorNotice, { error: new TypeError('x is undefined') });
  await expect.element(bug.getByText('Something went wrong in Muster itself.')).toBeVisible();
  expect(bug.container.textContent).toContain('x is undefined');
});

it('keeps focus in a dialog and closes it with Escape', async () => {
  const onclose = vi.fn();
  const screen = render(Dialog, { open: true, title: 'Delete this?', children: words('It cannot be undone.'), onclose });
  await expect.element(page.getByRole('dialog', { name: 'Delete this?' })).toBeVisible();
  await expectAccessible();
  await userEvent.keyboard('{Tab}{Tab}{Tab}');
  expect(document.activeElement?.closest('[role="dialog"]')).not.toBeNull();
  await userEvent.keyboard('{Escape}');
  await vi.waitFor(() => expect(onclose).toHaveBeenCalled());
  screen.unmount();
});

it('takes dropped files', async () => {
  const onfiles = vi.fn();
  const screen = render(FileDrop, { text: 'Drop orders here', button: 'Choose files', onfiles });
  const data = new DataTransfer();
  data.items.add(new File(['a,b'], 'orders.csv'));
  screen
    .getByRole('group', { name: 'Drop orders here' })
    .element()
    .dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true }));
  expect(onfiles.mock.calls[0][0].map(({ name }: File) => name)).toEqual(['orders.csv']);
  await expectAccessible(screen.container);
});

it('passes axe: buttons, choices, figures, empty states', async () => {
  for (const variant of ['primary', 'secondary', 'quiet', 'danger'] as const)
    await expectAccessible(render(Button, { variant, children: words('Save') }).container);
  await expectAccessible(
    render(Segmented, {
      label: 'View',
      value: 'a',
      choices: [
        { value: 'a', label: 'Map' },
        { value: 'b', label: 'Table' },
      ],
    }).container,
  );
  await expectAccessible(render(Stat, { label: 'Customers', value: '20,013', definition: 'Everyone in the data.', note: '+3' }).container);
  await expectAccessible(render(EmptyState, { title: 'No segments yet', text: 'A segment is a rule.' }).container);
});
