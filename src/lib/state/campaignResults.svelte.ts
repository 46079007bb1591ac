import { Cancelled } from '$lib/core/base/errors';
import type { CampaignResult } from '$lib/core/results/campaignResult';
import { keptEffectOf } from '$lib/core/results/keptEffect';
import { m } from '$lib/paraglide/messages';
import type { ResultsAsked } from '$lib/work/operations/results';
import { freshId } from './freshId';
import type { Job } from './jobs.svelte';
import { Remote } from './remote.svelte';
import { workbench } from './workbench.svelte';

export type MeasureState =
  | { at: 'idle' }
  | { at: 'running'; job: Job | null }
  | { at: 'ready'; result: CampaignResult; workspace: string }
  | { at: 'failed'; error: unknown };

/** An export that is measured by what came of it; it survives a change of screen and goes with the tab. */
class CampaignResults {
  state = $state.raw<MeasureState>({ at: 'idle' });
  exported = $state.raw<File[]>([]);
  /** Audiences of the export that held people out, and the one that is measured. */
  audiences = $state.raw<{ audience: string; name: string }[]>([]);
  audience = $state<string>();
  outcomes = $state.raw<File | null>(null);
  asked = $state.raw<ResultsAsked>({});

  /** Campaigns that lie in the workspace's own events. */
  readonly inData = new Remote((asked: Pick<ResultsAsked, 'days' | 'costs'>) =>
    workbench.call('campaignsMeasured', $state.snapshot(asked)),
  );

  /** Takes an export's files, and reads which of its audiences can be measured; no files take it away again. */
  async take(files: File[]): Promise<void> {
    this.exported = files;
    this.audiences = [];
    this.audience = undefined;
    this.state = { at: 'idle' };
    if (files.length === 0) return;
    try {
      const found = await workbench.call('exportExperiments', { exported: files });
      if (this.exported !== files) return;
      this.audiences = found;
      this.audience = found[0].audience;
    } catch (error) {
      if (this.exported === files) this.state = { at: 'failed', error };
    }
  }

  async measure(): Promise<void> {
    if (this.state.at === 'running' || this.exported.length === 0) return;
    this.state = { at: 'running', job: null };
    const workspace = workbench.view?.entry.id ?? '';
    try {
      const { exported, audience } = this;
      const input = { exported, audience, ...(this.outcomes && { outcomes: this.outcomes }), asked: this.asked };
      const result = await workbench.call('exportMeasured', input, {
        job: () => m.results_job(),
        onjob: (job) => (this.state = { at: 'running', job }),
      });
      this.state = { at: 'ready', result, workspace };
    } catch (error) {
      this.state = error instanceof Cancelled ? { at: 'idle' } : { at: 'failed', error };
    }
  }

  /** The files and what came of them are gone from here; effects that were kept stay in the plan. */
  forget(): void {
    void this.take([]);
    this.outcomes = null;
  }

  keep(result: CampaignResult, arm: string): void {
    workbench.edit((plan) => {
      const others = (plan.effects ?? []).filter((effect) => !(effect.campaign === result.campaign && effect.arm === arm));
      const id = freshId(result.campaign, others.map((effect) => effect.id)); // prettier-ignore
      return { ...plan, effects: [...others, keptEffectOf(result, arm, id)] };
    });
  }

  isKept({ campaign, span }: CampaignResult, arm: string): boolean {
    return (workbench.plan?.effects ?? []).some(
      (effect) => effect.campaign === campaign && effect.arm === arm && effect.from === span?.from && effect.to === span?.to,
    );
  }
}

export const campaignResults = new CampaignResults();
