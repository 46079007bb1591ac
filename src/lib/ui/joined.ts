import { locale } from '$lib/state/locale.svelte';

/** "a, b, and c", as the language of the interface has it. */
export function joined(parts: readonly string[]): string {
  return new Intl.ListFormat(locale.tag, { type: 'conjunction' }).format(parts);
}
