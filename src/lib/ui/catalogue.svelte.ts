import { locale } from '$lib/state/locale.svelte';

type Message = (values?: Record<string, string | number>) => string;

/**
 * The whole message catalogue by key, for texts whose key is only known while running (error codes, option names).
 * Everything else imports its messages by name, so that a screen carries only its own.
 */
let messages = $state.raw<Record<string, Message> | null>(null);
let loading: Promise<void> | undefined;

export function loadCatalogue(): Promise<void> {
  return (loading ??= import('$lib/paraglide/messages/_index').then((all) => {
    messages = all as unknown as Record<string, Message>;
  }));
}

/** The text under `key` in the language on screen, or `fallback` where the catalogue has none (yet). */
export function textOf(key: string, fallback: string, values: Record<string, string | number> = {}): string {
  void locale.current;
  if (!messages) void loadCatalogue();
  const message = messages?.[key];
  return message ? message(written(values)) : fallback;
}

/** Figures as people write them: 541,909 and not 541909. */
function written(values: Record<string, string | number>): Record<string, string> {
  const figures = new Intl.NumberFormat(locale.tag, { maximumFractionDigits: 6 });
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, typeof value === 'number' ? figures.format(value) : value]),
  );
}
