export const themes = ['light', 'dark', 'system'] as const;
export type Theme = (typeof themes)[number];
/** `full` writes 12,345; `short` writes 12.3K, in Chinese 1.2 万. */
export const numberStyles = ['full', 'short'] as const;
export type NumberStyle = (typeof numberStyles)[number];

interface Stored {
  theme: Theme;
  numbers: NumberStyle;
  narrowNavigation: boolean;
  /** Who this is, as tags and versions name them; empty until somebody says it. */
  owner: string;
}

const storageKey = 'muster:preferences';
const defaults: Stored = { theme: 'system', numbers: 'full', narrowNavigation: false, owner: '' };

/** How this person likes to see things; belongs to the browser, not to the plan. */
class Preferences {
  #values = $state.raw<Stored>(read());

  constructor() {
    this.#show();
  }

  get theme(): Theme {
    return this.#values.theme;
  }
  set theme(theme: Theme) {
    this.#write({ theme });
  }
  get numbers(): NumberStyle {
    return this.#values.numbers;
  }
  set numbers(numbers: NumberStyle) {
    this.#write({ numbers });
  }
  get narrowNavigation(): boolean {
    return this.#values.narrowNavigation;
  }
  set narrowNavigation(narrowNavigation: boolean) {
    this.#write({ narrowNavigation });
  }

  get owner(): string {
    return this.#values.owner;
  }
  set owner(owner: string) {
    this.#write({ owner: owner.trim().slice(0, 80) });
  }

  #write(change: Partial<Stored>): void {
    this.#values = { ...this.#values, ...change };
    globalThis.localStorage?.setItem(storageKey, JSON.stringify(this.#values));
    this.#show();
  }

  #show(): void {
    if (!globalThis.document) return;
    if (this.theme === 'system') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = this.theme;
  }
}

function read(): Stored {
  try {
    const stored = JSON.parse(globalThis.localStorage?.getItem(storageKey) ?? '{}') as Partial<Stored>;
    return {
      theme: themes.find((theme) => theme === stored.theme) ?? defaults.theme,
      numbers: numberStyles.find((style) => style === stored.numbers) ?? defaults.numbers,
      narrowNavigation: stored.narrowNavigation === true,
      owner: typeof stored.owner === 'string' ? stored.owner : '',
    };
  } catch {
    return defaults;
  }
}

export const preferences = new Preferences();
