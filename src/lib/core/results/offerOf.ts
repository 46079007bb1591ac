import { UserError } from '../base/errors';
import type { KeptEffect } from './keptEffect';
import type { OfferBasis, OfferBasisAsked } from './offerBasis';
import { expectedLift, planOffer, type OfferAsked, type OfferPeople, type OfferPlan } from './offerPlan';

/** What a person says about an offer; what is left out is what the data says of the audience. */
export interface OfferSaid extends OfferBasisAsked, Omit<OfferAsked, 'people' | 'rate' | 'orderValue' | 'margin' | 'expected'> {
  rate?: number;
  orderValue?: number;
  margin?: number;
  /** A kept effect of the plan, or buyers more for each contact. */
  expected?: { effect: string } | { lift: NonNullable<OfferAsked['expected']> };
}

export interface PlannedOffer {
  basis: OfferBasis;
  /** What was reckoned with. */
  asked: Partial<OfferAsked>;
  /** What nobody has said and the data does not know: there is no plan without it. */
  missing: ('people' | 'rate' | 'orderValue' | 'margin')[];
  plan: OfferPlan | null;
}

/** @throws UserError `kept_effect_unknown`, `kept_effect_unusable`, and what {@link planOffer} throws */
export function offerOf(basis: OfferBasis, people: OfferPeople, said: OfferSaid, effects: readonly KeptEffect[]): PlannedOffer {
  const { worth, redemption, perContact, fixed } = said;
  const known = {
    people: basis.people > 0 ? basis.people : undefined,
    rate: said.rate ?? basis.rate ?? undefined,
    orderValue: said.orderValue ?? basis.orderValue ?? undefined,
    margin: said.margin ?? basis.margin ?? undefined,
  };
  const missing = (['people', 'rate', 'orderValue', 'margin'] as const).filter((name) => known[name] === undefined);
  const asked: Partial<OfferAsked> = { ...known, worth, redemption, perContact, fixed };
  if (missing.length > 0) return { basis, asked, missing, plan: null };
  const expected =
    said.expected && ('lift' in said.expected ? said.expected.lift : liftOf(said.expected.effect, effects, known.orderValue!));
  const whole = { ...asked, ...(expected && { expected }) } as OfferAsked;
  // What a person says of all replaces what a model says of each.
  const chances = said.rate === undefined ? people.chances : undefined;
  return {
    basis,
    asked: whole,
    missing,
    plan: planOffer(whole, { ...(chances && { chances }), ...(people.lifts && { lifts: people.lifts }) }),
  };
}

function liftOf(id: string, effects: readonly KeptEffect[], orderValue: number) {
  const lift = expectedLift(keptEffectNamed(id, effects), orderValue);
  if (lift) return lift;
  throw new UserError(
    'kept_effect_unusable',
    `The kept effect "${id}" says neither how many more bought nor what they spent.`,
    'Keep an effect of a campaign whose orders are known.',
    { id },
  );
}

/** @throws UserError `kept_effect_unknown` */
export function keptEffectNamed(id: string, effects: readonly KeptEffect[]): KeptEffect {
  const found = effects.find((effect) => effect.id === id);
  if (found) return found;
  const known = effects.map((effect) => effect.id).join(', ');
  throw new UserError(
    'kept_effect_unknown',
    `The plan has no kept effect "${id}".`,
    known === '' ? 'Measure a campaign and keep its effect first.' : `It has: ${known}.`,
    { id, known: known || '–' },
  );
}
