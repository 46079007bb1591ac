import { beforeEach, expect, it, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import { locale } from '../../src/lib/state/locale.svelte';
import { toasts } from '../../src/lib/state/toasts.svelte';
import ConfirmDialog from '../../src/lib/ui/ConfirmDialog.svelte';
import ReadOnlyNotice from '../../src/lib/ui/frame/ReadOnlyNotice.svelte';
import { reasonWords } from '../../src/lib/ui/models/reasonWords';
import { amountDone } from '../../src/lib/ui/progressWords';
import { createFormat } from '../../src/lib/state/figures';
import { attributeName, valueName } from '../../src/lib/ui/valueNames';
import { expectAccessible } from './accessibility';

beforeEach(() => locale.set('en'));

it('asks before something that one may not want', async () => {
  const onconfirm = vi.fn();
  const screen = render(ConfirmDialog, {
    open: true,
    title: 'Delete it?',
    text: 'It is gone then.',
    confirm: 'Delete',
    danger: true,
    onconfirm,
  });
  await expect.element(page.getByRole('dialog', { name: 'Delete it?' })).toBeVisible();
  await expectAccessible();
  await userEvent.keyboard('{Escape}');
  expect(onconfirm).not.toHaveBeenCalled();
  await screen.rerender({ open: true });
  await page.getByRole('button', { name: 'Delete' }).click();
  expect(onconfirm).toHaveBeenCalledOnce();
});

it('says that a workspace is open in another tab', async () => {
  const onreload = vi.fn();
  const screen = render(ReadOnlyNotice, { name: 'Qinghe', onreload });
  await expect.element(screen.getByRole('status')).toHaveTextContent('“Qinghe” is open in another tab.');
  await screen.getByRole('button', { name: 'Open it for editing here' }).click();
  expect(onreload).toHaveBeenCalledOnce();
  await expectAccessible(screen.container);
});

it('leaves notices behind with the screen they were said on, but not one said on the way', () => {
  vi.useFakeTimers();
  toasts.show('Copied');
  vi.advanceTimersByTime(2000);
  toasts.show('Segment deleted');
  toasts.leave();
  expect(toasts.shown.map(({ text }) => text)).toEqual(['Segment deleted']);
  toasts.dismiss(toasts.shown[0].id);
  vi.useRealTimers();
});

it('says codes and reasons in the language on screen', () => {
  locale.set('zh');
  expect(valueName('channel', 'mini_program')).toBe('小程序');
  expect(valueName('country', 'CN')).toBe('中国');
  expect(valueName('city', 'web')).toBe('web');
  expect(attributeName('city')).toBe('城市');
  expect(attributeName('shoe_size')).toBe('shoe_size');
  expect(reasonWords('WebGPU is not available. WebAssembly (SIMD) is the fastest that is left.')).toBe(
    'WebGPU 不可用。 改用其中最快的 WebAssembly（SIMD）。',
  );
  expect(reasonWords('Something new.')).toBe('Something new.');
});

it('tells progress in a person’s units, and a rate only where it says something', () => {
  const format = createFormat({ locale: 'en', timeZone: 'UTC', currency: 'USD', numbers: 'full' });
  expect(amountDone({ stage: 'read', done: 12_000_000, total: 312_000_000, unit: 'bytes' }, 4_000_000, format)).toBe(
    '12 MB of 312 MB · 4 MB a second',
  );
  // Of a file that is read, rows and not bytes.
  expect(amountDone({ stage: 'read', done: 1_000_000, total: 9_000_000, unit: 'bytes', values: { rows: 20_000 } }, 500_000, format)).toBe(
    '20,000 rows · 10,000 a second',
  );
  expect(amountDone({ stage: 'train', done: 3, total: 8, unit: 'steps' }, 2, format)).not.toContain('a second');
});
