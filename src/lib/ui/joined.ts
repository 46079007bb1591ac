import { m } from '$lib/paraglide/messages';
import { locale } from '$lib/state/locale.svelte';

/** "a, b, and c", as the language of the interface has it. */
export function joined(parts: readonly string[]): string {
  return new Intl.ListFormat(locale.tag, { type: 'conjunction' }).format(parts);
}

/** Sentences as one text: with a space between them, where the language has one. */
export function sentences(...texts: string[]): string {
  return texts.filter(Boolean).join(m.shell_between_sentences());
}
