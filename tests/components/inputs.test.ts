import { beforeEach, expect, it, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import { locale } from '../../src/lib/state/locale.svelte';
import ChoiceList from '../../src/lib/ui/ChoiceList.svelte';
import NumberInput from '../../src/lib/ui/NumberInput.svelte';
import TextInput from '../../src/lib/ui/TextInput.svelte';
import { nameProblem } from '../../src/lib/ui/nameProblem';
import { expectAccessible } from './accessibility';

beforeEach(() => locale.set('en'));

it('keeps a number that does not count in the box, marked and with the reason, when one goes on', async () => {
  const onvalue = vi.fn();
  const screen = render(NumberInput, { 'aria-label': 'Share', value: 30, min: 1, max: 90, unit: '%', onvalue });
  const box = screen.getByRole('textbox', { name: 'Share' });
  for (const [typed, reason] of [
    ['900', 'From 1 to 90.'],
    ['a lot', '“a lot” is not a number.'],
    ['', 'Fill in a number; until then the last one counts.'],
  ]) {
    await box.fill(typed);
    await userEvent.keyboard('{Tab}');
    await expect.element(box).toHaveValue(typed);
    await expect.element(box).toHaveAttribute('aria-invalid', 'true');
    await expect.element(screen.getByText(reason)).toBeVisible();
    await expect.element(box).toHaveAccessibleDescription(reason);
  }
  expect(onvalue).not.toHaveBeenCalled();
  await expectAccessible(screen.container);

  // What comes from outside (an undo) takes its place.
  await screen.rerender({ 'aria-label': 'Share', value: 45, min: 1, max: 90, unit: '%', onvalue });
  await expect.element(box).toHaveValue('45');
  await expect.element(box).not.toHaveAttribute('aria-invalid');
});

it('lets a box be emptied where nothing is an answer', async () => {
  const onvalue = vi.fn();
  const screen = render(NumberInput, { 'aria-label': 'At most', value: 30, optional: true, onvalue });
  await screen.getByRole('textbox').fill('');
  expect(onvalue).toHaveBeenLastCalledWith(null);
});

it('keeps a name that cannot be taken and says why', async () => {
  const ontext = vi.fn();
  const screen = render(TextInput, { 'aria-label': 'Name', value: 'Regulars', check: nameProblem, ontext });
  const box = screen.getByRole('textbox', { name: 'Name' });
  await box.fill('  ');
  await userEvent.keyboard('{Tab}');
  await expect.element(box).toHaveValue('  ');
  await expect.element(box).toHaveAttribute('aria-invalid', 'true');
  await expect.element(screen.getByText('A name is needed; until then the last one stays.')).toBeVisible();
  expect(ontext).not.toHaveBeenCalled();
  await box.fill('Late payers');
  expect(ontext).toHaveBeenLastCalledWith('Late payers');
  await expect.element(box).not.toHaveAttribute('aria-invalid');
});

it('searches a list that is long, and only such a one', async () => {
  const items = Array.from({ length: 12 }, (_, i) => ({ id: `s${i}`, name: `Segment ${i}` }));
  const short = render(ChoiceList, { label: 'Segments', items: items.slice(0, 3), chosen: null, onchoose: vi.fn() });
  expect(short.getByRole('searchbox').elements()).toHaveLength(0);
  await short.unmount();
  const screen = render(ChoiceList, { label: 'Segments', items, chosen: 's1', onchoose: vi.fn() });
  await screen.getByRole('searchbox').fill('11');
  await expect.element(screen.getByRole('button', { name: 'Segment 11' })).toBeVisible();
  expect(screen.getByRole('listitem').elements()).toHaveLength(1);
  await screen.getByRole('searchbox').fill('xyz');
  await expect.element(page.getByText('Nothing in the list contains “xyz”.')).toBeVisible();
  await expectAccessible(screen.container);
});
