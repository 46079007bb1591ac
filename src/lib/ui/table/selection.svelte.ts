import { SvelteSet } from 'svelte/reactivity';

/**
 * Which rows of a table are chosen, by the value of their first column: some, one by one or from one to another; or all
 * that the table holds but a few. What is chosen stays while the table is sorted or searched.
 */
export class RowSelection {
  /** All rows of the table, whether they were in sight or not, but {@link #named}; otherwise just those. */
  isAll = $state(false);
  readonly #named = new SvelteSet<string>();
  /** Whether the last row that was chosen or let go was chosen: so are those of a range to it. */
  #last: { row: number; isOn: boolean } | null = null;

  has(id: string): boolean {
    return this.#named.has(id) !== this.isAll;
  }

  /** How many are chosen of a table of so many rows. */
  count(total: number): number {
    return this.isAll ? Math.max(0, total - this.#named.size) : this.#named.size;
  }

  /** Those that are chosen one by one, or with {@link isAll} those that are not. */
  get named(): readonly string[] {
    return [...this.#named];
  }

  set(ids: Iterable<string>, isOn: boolean): void {
    for (const id of ids) {
      if (isOn === this.isAll) this.#named.delete(id);
      else this.#named.add(id);
    }
  }

  /** Chooses one row or lets it go, and remembers where a range begins. */
  toggle(id: string, row: number): void {
    const isOn = !this.has(id);
    this.set([id], isOn);
    this.#last = { row, isOn };
  }

  /** Rows from the last one that was toggled to this one, `to` included, and what becomes of them; null where none was. */
  rangeTo(row: number): { from: number; to: number; isOn: boolean } | null {
    if (!this.#last) return null;
    const { row: last, isOn } = this.#last;
    return { from: Math.min(last, row), to: Math.max(last, row), isOn };
  }

  all(): void {
    this.isAll = true;
    this.#named.clear();
    this.#last = null;
  }

  clear(): void {
    this.isAll = false;
    this.#named.clear();
    this.#last = null;
  }

  /** Rows stand elsewhere or are others: numbers of rows mean nothing any more. */
  forgetPlace(): void {
    this.#last = null;
  }
}
