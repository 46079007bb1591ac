import type { KeptProperty } from '$lib/core/measures/kept';
import type { ReferralFound } from '$lib/core/results/referralOf';
import type { OperationInput, OperationOutput } from '$lib/work/operations';
import { Remote } from './remote.svelte';
import { workbench } from './workbench.svelte';

/** A referral programme that is measured; it survives a change of screen and goes with the tab. */
class ReferralStudy {
  from = $state<'events' | 'file'>('events');
  invitation = $state('');
  join = $state('');
  property = $state<KeptProperty | ''>('');
  holds = $state<'code' | 'inviter'>('code');
  perJoin = $state<number | null>(null);
  margin = $state(0.3);
  file = $state.raw<File | null>(null);
  columns = $state.raw({ inviter: 'inviter', invited: 'invited', joined: 'joined' });
  customers = $state<number | null>(null);

  readonly properties = new Remote<void, OperationOutput<'eventProperties'>>(() => workbench.call('eventProperties', undefined));
  readonly found = new Remote<OperationInput<'referralMeasured'>, ReferralFound>((asked) =>
    workbench.call('referralMeasured', asked, { replaces: 'referralMeasured' }),
  );

  /** What can be asked; null while something is missing. */
  get asked(): OperationInput<'referralMeasured'> | null {
    const { invitation, join, property, holds, file, columns, customers, perJoin, margin } = this;
    if (this.from === 'file') return file && customers !== null ? { file, columns, customers } : null;
    if (invitation === '' || join === '' || property === '') return null;
    return { events: { invitation, join, property, holds }, ...(perJoin !== null && { money: { perJoin, margin } }) };
  }
}

export const referralStudy = new ReferralStudy();
