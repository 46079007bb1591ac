import { traits } from '$lib/state/traits.svelte';
import { traitName } from '../traitNames';

/** Numbers of customers that a ranking may go by, after the choice of none. */
export function rankingChoices(none: string) {
  return [
    { value: '', label: none },
    ...traits.list
      .filter(({ kind }) => kind !== 'text' && kind !== 'boolean' && kind !== 'date')
      .map(({ id }) => ({ value: id, label: traitName(id) })),
  ];
}
