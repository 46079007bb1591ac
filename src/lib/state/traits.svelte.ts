import { tagKey } from '$lib/core/profiles/tags/tag';
import type { TraitInfo } from '$lib/core/profiles/traits';
import { untrack } from 'svelte';
import { Remote } from './remote.svelte';
import { workbench } from './workbench.svelte';

/** The traits of the open workspace, asked for again when data, asOf, the plan's own traits or scores changed. */
class Traits {
  #remote = new Remote<void, TraitInfo[]>(async () => {
    // The worker answers for the plan as it was saved.
    await workbench.history.flush();
    return workbench.call('traitsList', undefined, { replaces: 'traitsList' });
  });
  #askedFor = $state('');

  get list(): TraitInfo[] {
    return this.#remote.value ?? [];
  }

  /** Nothing is known yet: a list would look empty. */
  get isFirstLoad(): boolean {
    return this.#remote.value === undefined && this.#remote.error === undefined;
  }

  get error(): unknown {
    return this.#remote.error;
  }

  /** Changes with everything that the traits' values depend on. */
  get version(): string {
    return this.#askedFor;
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
      JSON.stringify(workbench.plan?.traits ?? []),
      ...(workbench.plan?.tags ?? []).map(tagKey),
      JSON.stringify(workbench.plan?.privacy ?? null),
      ...view.predictionReports.map((report) => `${report.modelId}:${report.protocol.madeFrom}`),
    ].join('|');
    if (key === untrack(() => this.#askedFor)) return;
    this.#askedFor = key;
    void this.#remote.load();
  }
}

export const traits = new Traits();
