import type { PlanAudience } from '../../core/plan/schema';
import type { OfferSaid, PlannedOffer } from '../../core/results/offerOf';
import { reads } from './context';

/** What an offer costs an audience and when it pays. @throws UserError as `audiencePreview` and `offerOf` */
export const offerPlanned = reads<{ audience: PlanAudience; said: OfferSaid }, PlannedOffer>(async ({ audience, said }, epoch) => {
  const [{ offerBasis }, { offerOf }, { audienceScope }] = await Promise.all([
    import('../../core/results/offerBasis'),
    import('../../core/results/offerOf'),
    import('../audiences'),
  ]);
  const { basis, people } = await offerBasis(await audienceScope(epoch), await epoch.replay(), audience, said, epoch);
  return offerOf(basis, people, said, epoch.plan.effects ?? []);
});
