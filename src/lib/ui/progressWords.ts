import type { Progress } from '$lib/core/base/run';
import { m } from '$lib/paraglide/messages';
import type { Format } from '$lib/state/figures';
import { textOf } from './catalogue.svelte';

/** The words of a progress report's stage: `read` → "Reading"; `train:tastes` → "Training · tastes". */
export function stageName(stage: string | undefined): string {
  if (!stage) return '';
  const [step, ...rest] = stage.split(':');
  const words = textOf(`shell_stage_${step}`, step);
  return rest.length ? `${words} · ${rest.join(':')}` : words;
}

/** The unit's word beside a number; many of it where no number is given. */
export function unitName(unit: string, count = ''): string {
  return textOf(`shell_unit_${unit}`, unit, { count });
}

/** Units that come by the thousand; of the others nobody wants to know how many a second. */
const fastUnits = new Set(['rows', 'users', 'customers', 'pairs']);

/**
 * How far a run is, in its own unit: "3 of 8 steps". Of a file that is read the rows so far, where they are known: how
 * many it has is not, and nobody counts in bytes.
 */
export function amountDone({ done, total, unit, values }: Progress, rate: number | null, format: Format): string {
  if (unit === 'bytes' && values?.rows)
    return amountDone({ stage: '', done: values.rows, unit: 'rows' }, rate && (rate * values.rows) / done, format);
  const isBytes = unit === 'bytes';
  const write = isBytes ? format.bytes : format.count;
  const amount = total ? m.shell_done_of({ done: write(done), total: write(total) }) : write(done);
  const words = isBytes ? amount : `${amount} ${unitName(unit, write(total || done))}`;
  const isFast = rate !== null && rate >= 1 && (isBytes || fastUnits.has(unit));
  return isFast ? `${words} · ${m.shell_per_second({ amount: write(isBytes ? rate : Math.round(rate)) })}` : words;
}
