import { overwriteGetLocale } from '$lib/paraglide/runtime';

export const locales = ['en', 'zh'] as const;
export type Locale = (typeof locales)[number];

/** How each language names itself, and its tag for `lang` and Intl. */
export const languages: Record<Locale, { name: string; tag: string }> = {
  en: { name: 'English', tag: 'en' },
  zh: { name: '简体中文', tag: 'zh-CN' },
};

const storageKey = 'muster:locale';

/** The language on screen. Messages read it through Paraglide, so a change redraws them without a reload. */
class LocaleState {
  #current = $state<Locale>(storedLocale() ?? localeOf(globalThis.navigator?.languages ?? []));

  constructor() {
    overwriteGetLocale(() => this.#current);
    this.#show();
  }

  get current(): Locale {
    return this.#current;
  }

  /** BCP 47 tag, for Intl. */
  get tag(): string {
    return languages[this.#current].tag;
  }

  set(locale: Locale): void {
    this.#current = locale;
    globalThis.localStorage?.setItem(storageKey, locale);
    this.#show();
  }

  #show(): void {
    if (globalThis.document) document.documentElement.lang = this.tag;
  }
}

/** The first of a person's languages that Muster speaks. */
export function localeOf(preferred: readonly string[]): Locale {
  for (const tag of preferred) {
    const language = tag.toLowerCase().split('-')[0];
    const known = locales.find((locale) => locale === language);
    if (known) return known;
  }
  return 'en';
}

function storedLocale(): Locale | undefined {
  const stored = globalThis.localStorage?.getItem(storageKey);
  return locales.find((locale) => locale === stored);
}

export const locale = new LocaleState();
