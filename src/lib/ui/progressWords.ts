import { textOf } from './catalogue.svelte';

/** The words of a progress report's stage: `read` → "Reading"; `train:tastes` → "Training · tastes". */
export function stageName(stage: string | undefined): string {
  if (!stage) return '';
  const [step, ...rest] = stage.split(':');
  const words = textOf(`shell_stage_${step}`, step);
  return rest.length ? `${words} · ${rest.join(':')}` : words;
}

export function unitName(unit: string): string {
  return textOf(`shell_unit_${unit}`, unit);
}
