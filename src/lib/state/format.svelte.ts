import { createFormat, type Format } from './figures';
import { locale } from './locale.svelte';
import { preferences } from './preferences.svelte';
import { workbench } from './workbench.svelte';

const current = $derived(
  createFormat({
    locale: locale.tag,
    timeZone: workbench.plan?.timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone,
    currency: workbench.plan?.currency ?? 'USD',
    numbers: preferences.numbers,
  }),
);

/** Writers in the language, time zone, currency and number style of now: `format().money(value)`. */
export function format(): Format {
  return current;
}
