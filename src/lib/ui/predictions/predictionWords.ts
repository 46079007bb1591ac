import type { PurchaseModelId } from '$lib/core/predictions/clv/purchaseModel';
import type { TraitKind } from '$lib/core/profiles/traits';
import type { Format } from '$lib/state/figures';
import { m } from '$lib/paraglide/messages';
import { textOf } from '../catalogue.svelte';

// Words of catalogue entries are found by their ids, so that a new one needs no line here.
const keyOf = (id: string) => id.replaceAll('-', '_');

export const taskName = (id: string) => textOf(`predictions_task_${keyOf(id)}`, id);
export const taskWhat = (id: string) => textOf(`predictions_task_${keyOf(id)}_what`, '');
export const baselineName = (id: string) => textOf(`predictions_baseline_${keyOf(id)}`, id);
/** A way of looking for people like others, or what a shop would do without one; in short without the category. */
export const wayName = (id: string, category?: string) =>
  id === 'same-category-buyers' && category !== undefined
    ? m.predictions_buyers_first({ category })
    : textOf(`predictions_way_${keyOf(id)}`, baselineName(id));
const purchaseModelNames: Record<PurchaseModelId, string> = { 'bg-nbd': 'BG/NBD', 'mbg-nbd': 'MBG/NBD', 'pareto-nbd': 'Pareto/NBD' };
export const isPurchaseModel = (id: string): id is PurchaseModelId => id in purchaseModelNames;
/** A model of purchases, or a rule of thumb. */
export const purchaseWayName = (id: string) => (isPurchaseModel(id) ? purchaseModelNames[id] : textOf(`clv_way_${keyOf(id)}`, id));
/** The main output has no name of its own. */
export const outputName = (name: string, task = '') =>
  textOf(`predictions_output_${keyOf(task)}_${name || 'score'}`, textOf(`predictions_output_${name || 'score'}`, name));
export const outputWhat = (name: string, task = '') =>
  textOf(`predictions_output_${keyOf(task)}_${name || 'score'}_what`, textOf(`predictions_output_${name || 'score'}_what`, ''));

/** An output's figure, which may be a mean: counts keep a decimal. */
export function outputValue(kind: TraitKind, value: number, format: Format): string {
  if (kind === 'score' || kind === 'share') return format.percent(value);
  return kind === 'money' ? format.money(value) : format.number(value, 1);
}
