import { expect, it } from 'vitest';
import { createProgressPrinter, describe as describeProgress } from '../../../src/cli/progress';

it('says what is done, how fast and how long it will take', () => {
  expect(describeProgress({ stage: 'read', done: 1_200_000, total: 5_000_000, unit: 'rows' }, 2)).toBe(
    'reading: 1,200,000 of 5,000,000 rows, 600,000 rows/s, 7 s left',
  );
  expect(describeProgress({ stage: 'train:tastes', done: 3, total: 16, unit: 'epochs', values: { epoch: 3, loss: 0.21349 } }, 0.5)).toBe(
    'training tastes: 3 of 16 epochs, loss 0.2135',
  );
});

it('rewrites one line on a terminal, and writes few plain lines elsewhere', () => {
  let now = 0;
  const written: string[] = [];
  const screen = { columns: 60, write: (text: string) => void written.push(text), now: () => now };
  const log = createProgressPrinter({ ...screen, isTTY: false });
  for (now = 0; now <= 11_000; now += 500) log.show({ stage: 'read', done: now, total: 20_000, unit: 'rows' });
  expect(written).toHaveLength(3);
  expect(written.every((line) => line.endsWith('\n'))).toBe(true);

  written.length = 0;
  const terminal = createProgressPrinter({ ...screen, isTTY: true });
  for (now = 0; now <= 500; now += 100) terminal.show({ stage: 'read', done: now, unit: 'rows' });
  terminal.clear();
  expect(written).toHaveLength(7);
  expect(written.join('')).not.toContain('\n');
});
