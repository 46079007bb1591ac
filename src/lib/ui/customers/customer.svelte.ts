import { consentChannels } from '$lib/core/schema/privacy/consents';
import { format } from '$lib/state/format.svelte';
import { Remote } from '$lib/state/remote.svelte';
import { traits } from '$lib/state/traits.svelte';
import { workbench } from '$lib/state/workbench.svelte';
import type { FigureLine } from '../figureLine';
import { sharedIdName } from '../data/words';
import { traitDefinition, traitName, traitValue } from '../traitNames';

/** Events that a timeline begins with, and that each press adds. */
export const timelineStep = 100;

/** What is asked of one customer, for the panel beside the table and for the page; made while a component is set up. */
export class Customer {
  #shown = $state(timelineStep);

  readonly profile = new Remote(({ id, limit }: { id: string; limit: number }) =>
    workbench.call('profilesOne', { userId: id, timelineLimit: limit }, { replaces: 'profilesOne' }),
  );
  /** Those that were merged into the customer. */
  readonly ids = new Remote((userId: string) => workbench.call('personIds', { userId }, { replaces: 'personIds' }));
  /** In which segments the customer is and why, and where their figures stand. */
  readonly beside = new Remote(async (userId: string) => {
    const segments = workbench.plan?.segments.map(({ id, rule }) => ({ id, rule }));
    const answer = await workbench.call('customerSegments', { userId, segments }, { replaces: 'customerSegments' });
    return { userId, ...answer };
  });

  constructor(private readonly userId: () => string) {
    $effect(() => {
      void [workbench.view?.facts?.dataHash, workbench.view?.asOf];
      void this.profile.load({ id: this.userId(), limit: this.#shown });
    });
    $effect(() => {
      void workbench.view?.dataKey;
      void this.ids.load(this.userId());
    });
    $effect(() => {
      void [workbench.view?.dataKey, workbench.view?.asOf, workbench.plan?.segments, traits.version];
      void this.beside.load(this.userId());
    });
    // Another customer starts at the top again.
    $effect(() => {
      void this.userId();
      this.#shown = timelineStep;
    });
  }

  showMore(): void {
    this.#shown += timelineStep;
  }

  /** The answer about this customer; one about the customer before says nothing. */
  get segments() {
    const { value } = this.beside;
    return value?.userId === this.userId() ? value : undefined;
  }

  /** All traits with a value, as words, but those that stand elsewhere. */
  figuresBut(isElsewhere: (trait: string) => boolean = () => false): FigureLine[] {
    const of = this.profile.value?.traits;
    return traits.list
      .filter(({ id }) => of && id in of && of[id] !== null && !isElsewhere(id))
      .map(({ id, kind, class: is }) => ({
        key: this.userId() + id,
        term: traitName(id),
        text: traitValue(kind, of![id], format(), id),
        definition: traitDefinition(id) || undefined,
        isHidden: is === 'contact' || is === 'sensitive',
      }));
  }

  /** The ids that are merged into this one, as the files have them. */
  get mergedIds(): string[] {
    return (this.ids.value ?? []).map(({ kind, id }) => (kind === 'user' ? id : `${sharedIdName(kind)} ${id}`));
  }

  /** How the customer answered on each channel of which the data says anything, with the day where it is known. */
  get consents(): { channel: string; answer: boolean | null; on: string | null }[] {
    const of = this.profile.value?.traits ?? {};
    return consentChannels.flatMap((channel) => {
      const id = `consent${channel[0].toUpperCase()}${channel.slice(1)}`;
      if (!traits.get(id)) return [];
      const on = of[`${id}At`] ?? null;
      return [{ channel: traitName(id), answer: (of[id] as boolean | null) ?? null, on: on === null ? null : String(on) }];
    });
  }

  /** Families of tags: exactly one of several values. */
  get tags(): { id: string; family: string; value: string }[] {
    const of = this.profile.value?.traits ?? {};
    return (workbench.plan?.traits ?? []).flatMap((trait) => {
      const value = of[trait.id];
      if (!('cases' in trait) || typeof value !== 'string') return [];
      return [{ id: trait.id, family: traitName(trait.id), value }];
    });
  }

  /** Where a numeric trait stands, unless everybody has it alike. */
  rankOf(trait: string) {
    return this.segments?.ranks.find((rank) => rank.trait === trait && rank.equal < rank.among);
  }
}
