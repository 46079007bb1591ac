import type { IdList } from '$lib/core/segments/idList';
import { workbench } from '$lib/state/workbench.svelte';

/** A new list of the plan, or the one of this id as it is now. */
export function saveIdList(list: IdList): void {
  workbench.edit((plan) => {
    const before = plan.idLists ?? [];
    const isNew = !before.some(({ id }) => id === list.id);
    return { ...plan, idLists: isNew ? [...before, list] : before.map((each) => (each.id === list.id ? list : each)) };
  }, `id-list ${list.id}`);
}
