import type { Progress } from '../lib/core/base/run';
import { count } from './help';

/** What the printer needs of standard error; `now` is milliseconds of a steady clock. */
export interface ProgressScreen {
  isTTY: boolean;
  columns: number;
  write(text: string): void;
  now(): number;
}

export interface ProgressPrinter {
  show(progress: Progress): void;
  /** Wipes the rewritten line, so that something else can be written. */
  clear(): void;
}

/** Steps as a person would say them; others are shown as they are named. */
const stageNames: Record<string, string> = {
  read: 'reading',
  index: 'indexing',
  profiles: 'building profiles',
  features: 'building features',
  train: 'training',
  evaluate: 'evaluating',
  score: 'scoring',
  recommend: 'recommending',
  write: 'writing',
  check: 'checking',
};

/** One line that is rewritten on a terminal; elsewhere a plain line when a step begins and every five seconds. */
export function createProgressPrinter(screen: ProgressScreen): ProgressPrinter {
  const everyMs = screen.isTTY ? 100 : 5000;
  let stage = '';
  let stageStart = 0;
  let lastShown = -Infinity;
  let dirty = false;

  return {
    show(progress) {
      const now = screen.now();
      const entered = progress.stage !== stage;
      if (entered) {
        stage = progress.stage;
        stageStart = now;
      }
      if (!entered && now - lastShown < everyMs) return;
      lastShown = now;
      const line = describe(progress, (now - stageStart) / 1000);
      if (screen.isTTY) {
        screen.write(`\r\x1b[2K${line.slice(0, screen.columns - 1)}`);
        dirty = true;
      } else {
        screen.write(`${line}\n`);
      }
    },
    clear() {
      if (dirty) screen.write('\r\x1b[2K');
      dirty = false;
    },
  };
}

/** `training tastes: 3 of 16 epochs, 2/s, 7 s left, loss 0.213`. */
export function describe(progress: Progress, seconds: number): string {
  const { done, total, unit, values } = progress;
  const [stage, ...rest] = progress.stage.split(':');
  const parts = [total === undefined ? (done > 0 ? `${count(done)} ${unit}` : '') : `${count(done)} of ${count(total)} ${unit}`];
  if (seconds >= 1 && done > 0) {
    const rate = done / seconds;
    parts.push(`${count(rate)} ${unit}/s`);
    if (total !== undefined && total > done) parts.push(`${Math.ceil((total - done) / rate)} s left`);
  }
  for (const [name, value] of Object.entries(values ?? {})) {
    if (name !== 'epoch' && Number.isFinite(value))
      parts.push(`${name} ${Math.abs(value) < 1000 ? Number(value.toPrecision(4)) : count(value)}`);
  }
  const text = parts.filter((part) => part !== '').join(', ');
  const title = [stageNames[stage] ?? stage, ...rest].join(' ');
  return text === '' ? title : `${title}: ${text}`;
}
