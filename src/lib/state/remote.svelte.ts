import { untrack } from 'svelte';
import { Cancelled } from '$lib/core/base/errors';

/** An answer that takes time. While a new one is on its way, the old one stays on screen. */
export type RemoteState<Value> =
  { at: 'idle' } | { at: 'loading'; value?: Value } | { at: 'ready'; value: Value } | { at: 'failed'; error: unknown; value?: Value };

/** Something asked of the worker again and again; the newest question wins. */
export class Remote<Input, Value> {
  state = $state.raw<RemoteState<Value>>({ at: 'idle' });
  #question = 0;

  constructor(private readonly ask: (input: Input) => Promise<Value>) {}

  /** The latest answer, also while a newer one is loading. */
  get value(): Value | undefined {
    return 'value' in this.state ? this.state.value : undefined;
  }

  get error(): unknown {
    return this.state.at === 'failed' ? this.state.error : undefined;
  }

  get isLoading(): boolean {
    return this.state.at === 'loading';
  }

  async load(input: Input): Promise<void> {
    const mine = ++this.#question;
    // An effect that asks must not depend on the answer.
    untrack(() => (this.state = { at: 'loading', value: this.value }));
    try {
      const value = await this.ask(input);
      if (mine === this.#question) this.state = { at: 'ready', value };
    } catch (error) {
      if (mine !== this.#question) return;
      if (error instanceof Cancelled) this.state = this.value === undefined ? { at: 'idle' } : { at: 'ready', value: this.value };
      else this.state = { at: 'failed', error, value: this.value };
    }
  }
}
