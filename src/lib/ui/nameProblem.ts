import { m } from '$lib/paraglide/messages';

/** Why a text cannot be the name of a thing that people call by its name; for a TextInput's `check`. */
export function nameProblem(text: string): string | undefined {
  return text.trim() === '' ? m.shell_name_needed() : undefined;
}
