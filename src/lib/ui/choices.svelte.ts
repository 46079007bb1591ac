/** What a Combobox offers. */
export interface Choice {
  value: string;
  label: string;
  detail?: string;
  /** Heading under which it stands; choices of a group lie together. */
  group?: string;
}

/** Choices for what was typed, asked for as it changes; an older answer never replaces a newer one. */
export class Choices {
  list = $state.raw<readonly Choice[]>([]);
  isLoading = $state(false);
  /** Names of all values seen so far, for chips whose choice is no longer in the list. */
  readonly names = new Map<string, string>();
  /** Ends when the newest question has its answer. */
  settled: Promise<void> = Promise.resolve();
  #question = 0;

  constructor(private readonly load: () => (search: string) => Promise<readonly Choice[]>) {}

  ask(search: string): Promise<void> {
    return (this.settled = this.#ask(search));
  }

  async #ask(search: string): Promise<void> {
    const mine = ++this.#question;
    this.isLoading = true;
    try {
      const answer = await this.load()(search);
      if (mine !== this.#question) return;
      for (const { value, label } of answer) this.names.set(value, label);
      this.list = answer;
    } catch {
      // Whoever loads tells of its failure; here nothing was found.
      if (mine === this.#question) this.list = [];
    } finally {
      if (mine === this.#question) this.isLoading = false;
    }
  }
}
