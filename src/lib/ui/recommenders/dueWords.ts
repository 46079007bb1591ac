import { m } from '$lib/paraglide/messages';
import { localDate } from '$lib/core/schema/asOf';
import { format } from '$lib/state/format.svelte';
import { workbench } from '$lib/state/workbench.svelte';

/** "due Mar 12, 2026", or since when it is overdue as of the workspace's instant. @param due ISO instant */
export function dueWords(due: string): string {
  const { asOf } = workbench.view ?? {};
  const day = format().date(due);
  // Days are compared in the plan's zone, as they are written.
  return asOf && localDate(new Date(due), workbench.plan?.timeZone ?? 'UTC') < asOf.slice(0, 10)
    ? m.models_overdue({ day })
    : m.models_due({ day });
}
