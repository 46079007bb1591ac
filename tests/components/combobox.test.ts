import { beforeEach, expect, it, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import { locale } from '../../src/lib/state/locale.svelte';
import Combobox from '../../src/lib/ui/Combobox.svelte';
import { expectAccessible } from './accessibility';

const channels = [
  { value: 'email', label: '邮件' },
  { value: 'sms', label: '短信' },
  { value: 'app', label: 'App 推送' },
];
const load = async (search: string) => channels.filter(({ label }) => label.includes(search));

beforeEach(() => locale.set('en'));

it('empties the box once a value is a chip, so that the next search begins anew', async () => {
  const onvalues = vi.fn();
  const screen = render(Combobox, { label: 'Channel', multiple: true, load, onvalues });
  const box = screen.getByRole('combobox', { name: 'Channel' });
  await box.fill('邮');
  await page.getByRole('option', { name: '邮件' }).click();
  expect(onvalues).toHaveBeenLastCalledWith(['email']);
  await expect.element(box).toHaveValue('');
  await expect.element(screen.getByRole('button', { name: 'Remove 邮件' })).toBeVisible();
  await userEvent.keyboard('短');
  await expect.element(box).toHaveValue('短');
  await expect.element(page.getByRole('option', { name: '短信' })).toBeVisible();
  await expectAccessible();
});

it('takes the only match with ArrowDown and Enter, and with Enter alone', async () => {
  for (const keys of ['{ArrowDown}{Enter}', '{Enter}']) {
    const onvalues = vi.fn();
    const screen = render(Combobox, { label: 'Channel', multiple: true, load, onvalues });
    const box = screen.getByRole('combobox', { name: 'Channel' });
    await box.fill('短');
    await expect.element(page.getByRole('option', { name: '短信' })).toBeVisible();
    await userEvent.keyboard(keys);
    expect(onvalues).toHaveBeenLastCalledWith(['sms']);
    await screen.unmount();
  }
});

it('takes what was typed last, though the list for it is not there yet', async () => {
  const answers = new Map<string, () => void>();
  const slow = (search: string) =>
    new Promise<typeof channels>((resolve) => answers.set(search, () => resolve(channels.filter(({ label }) => label.includes(search)))));
  const onvalues = vi.fn();
  const screen = render(Combobox, { label: 'Channel', multiple: true, load: slow, onvalues });
  const box = screen.getByRole('combobox', { name: 'Channel' });
  await box.click();
  answers.get('')!();
  await expect.element(page.getByRole('option', { name: '邮件' })).toBeVisible();
  await userEvent.keyboard('短{Enter}');
  expect(onvalues).not.toHaveBeenCalled();
  answers.get('短')!();
  await vi.waitFor(() => expect(onvalues).toHaveBeenCalledExactlyOnceWith(['sms']));
});

it('shows what is chosen, and behind an empty search while one looks for another', async () => {
  const screen = render(Combobox, { label: 'Channel', load, values: ['app'], labelOf: () => 'App 推送' });
  const box = screen.getByRole('combobox', { name: 'Channel' });
  await expect.element(box).toHaveValue('App 推送');
  await box.click();
  await expect.element(box).toHaveValue('');
  await expect.element(box).toHaveAttribute('placeholder', 'App 推送');
  await userEvent.keyboard('{Escape}');
  await expect.element(box).toHaveValue('App 推送');
  expect(page.getByRole('option').elements()).toHaveLength(0);
});

it('keeps freely typed text when one tabs on, and takes back the last chip with Backspace', async () => {
  const onvalues = vi.fn();
  const screen = render(Combobox, { label: 'City', multiple: true, free: true, load, onvalues });
  await screen.getByRole('combobox', { name: 'City' }).fill('Ulm');
  await userEvent.keyboard('{Tab}');
  expect(onvalues).toHaveBeenLastCalledWith(['Ulm']);
  await screen.getByRole('combobox', { name: 'City' }).click();
  await userEvent.keyboard('{Backspace}');
  expect(onvalues).toHaveBeenLastCalledWith([]);
});
