import { textOf } from '../catalogue.svelte';

/** The marketer's word for an algorithm of either catalogue: the message `models_algorithm_<id>`. */
export function algorithmName(id: string): string {
  return textOf(keyOf(id), id);
}

/** One sentence: how it works, and what for. */
export function algorithmWhat(id: string): string {
  return textOf(`${keyOf(id)}_what`, '');
}

function keyOf(id: string): string {
  return `models_algorithm_${id.replaceAll('-', '_')}`;
}
