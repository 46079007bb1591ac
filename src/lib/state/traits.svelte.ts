import type { TraitInfo } from '$lib/core/profiles/traits';
import { Remote } from './remote.svelte';
import { workbench } from './workbench.svelte';

/** The traits of the open workspace, asked for again when data, asOf or scores changed. */
class Traits {
  #remote = new Remote<void, TraitInfo[]>(() => workbench.call('traitsList', undefined, { replaces: 'traitsList' }));
  #askedFor = '';

  get list(): TraitInfo[] {
    return this.#remote.value ?? [];
  }

  get error(): unknown {
    return this.#remote.error;
  }

  get(id: string): TraitInfo | undefined {
    return this.list.find((trait) => trait.id === id);
  }

  /** Call from an effect: loads when what the traits depend on has changed. */
  refresh(): void {
    const { view } = workbench;
    if (!view?.facts) return;
    const key = [
      view.entry.id,
      view.facts.dataHash,
      view.asOf,
      ...view.propensityReports.map((report) => `${report.modelId}:${report.protocol.madeFrom}`),
    ].join('|');
    if (key === this.#askedFor) return;
    this.#askedFor = key;
    void this.#remote.load();
  }
}

export const traits = new Traits();
