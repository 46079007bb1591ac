import { stableJson } from '$lib/core/base/hash';
import { Cancelled } from '$lib/core/base/errors';
import type { Plan } from '$lib/core/plan/schema';
import { defaultLimit } from '$lib/core/store/dataset/identityKeys';
import type { AttributeSources } from '$lib/core/store/dataset/attributeSources';
import type { IdentityPreview } from '$lib/core/store/dataset/identityPreview';
import type { SurvivorRule } from '$lib/core/store/dataset/survivorship';
import { m } from '$lib/paraglide/messages';
import type { WorkspaceView } from '$lib/work/workspace';
import { format } from './format.svelte';
import { Remote } from './remote.svelte';
import { toasts } from './toasts.svelte';
import { workbench, type Workbench } from './workbench.svelte';

type Identity = NonNullable<Plan['identity']>;

interface Choice {
  on: boolean;
  limit: number;
}

/** By which kinds of ids people are to be one, until it is applied; and which values of attributes count. */
export class IdentityDraft {
  /** By kind; the ones that no file has are left out. */
  choices = $state.raw<Readonly<Record<string, Choice>>>({});
  country = $state<string>('');
  error = $state.raw<unknown>(null);
  isChanging = $state(false);

  readonly preview: Remote<Identity, IdentityPreview>;
  readonly attributes: Remote<void, AttributeSources[]>;

  constructor(private readonly bench: Pick<Workbench, 'call' | 'show' | 'plan' | 'history' | 'isReadOnly'>) {
    this.preview = new Remote((identity: Identity) => bench.call('identityPreview', identity, { replaces: 'identity' }));
    this.attributes = new Remote(() => bench.call('attributeSources', undefined, { replaces: 'attributes' }));
  }

  /** Kinds that the plan names and no file has stay in it: they are for a file that comes. */
  get identity(): Identity {
    const chosen = Object.entries(this.choices).flatMap(([kind, { on, limit }]) => (on ? [{ kind, limit }] : []));
    const waiting = (this.bench.plan?.identity?.merge ?? []).filter(({ kind }) => !(kind in this.choices));
    return plain({ merge: [...chosen, ...waiting], ...(this.country !== '' && { country: this.country }) });
  }

  /** Whether what is chosen is another way to merge than the plan's. */
  readonly isChanged = $derived.by(() => stableJson(this.identity) !== stableJson(plain(this.bench.plan?.identity ?? { merge: [] })));

  /** Begins with what the plan says; asked again whenever the data is another one. */
  async load(): Promise<void> {
    const planned = this.bench.plan?.identity;
    this.country = planned?.country ?? '';
    await Promise.all([this.preview.load(planned ?? { merge: [] }), this.attributes.load()]);
    const by = new Map((planned?.merge ?? []).map((one) => [one.kind, one]));
    this.choices = Object.fromEntries(
      (this.preview.value?.kinds ?? []).map(({ kind }) => [kind, { on: by.has(kind), limit: by.get(kind)?.limit ?? defaultLimit(kind) }]),
    );
  }

  choose(kind: string, part: Partial<Choice>): void {
    this.choices = { ...this.choices, [kind]: { ...this.choices[kind], ...part } };
    void this.preview.load(this.identity);
  }

  chooseCountry(country: string): void {
    this.country = country;
    void this.preview.load(this.identity);
  }

  async apply(): Promise<void> {
    const { identity } = this;
    const done = await this.#change(() => this.bench.call('identityApply', identity, { job: () => m.people_apply_job() }));
    const counted = this.preview.value;
    if (done && counted) toasts.say(m.people_applied({ ids: format().count(counted.ids), people: format().count(counted.people) }));
  }

  async undo(): Promise<void> {
    if (await this.#change(() => this.bench.call('identityApply', { merge: [] }, { job: () => m.people_apply_job() })))
      toasts.say(m.people_undone());
  }

  async setRule(attribute: string, rule: SurvivorRule): Promise<void> {
    const { [attribute]: _before, ...rest } = this.bench.plan?.survivorship ?? {};
    const rules = rule === 'latest' ? rest : { ...rest, [attribute]: rule as 'first' };
    await this.#change(() => this.bench.call('survivorshipApply', { rules }, { job: () => m.people_rule_job() }));
  }

  async #change(call: () => Promise<WorkspaceView>): Promise<boolean> {
    this.error = null;
    this.isChanging = true;
    try {
      // The plan's edits that wait belong to the state of before.
      await this.bench.history.flush();
      this.bench.show(await call());
      return true;
    } catch (caught) {
      if (!(caught instanceof Cancelled)) this.error = caught;
      return false;
    } finally {
      this.isChanging = false;
    }
  }
}

/** The same however it was written: kinds in order, no limit that holds anyway, and no country where no phone counts. */
function plain({ merge, country }: Identity): Identity {
  const inOrder = [...merge].sort((a, b) => (a.kind < b.kind ? -1 : 1));
  return {
    merge: inOrder.map(({ kind, limit }) => (limit === undefined || limit === defaultLimit(kind) ? { kind } : { kind, limit })),
    ...(country && merge.some(({ kind }) => kind === 'phone') && { country }),
  };
}

export const identityDraft = new IdentityDraft(workbench);
