import type { CandidateSource } from './candidates';
import { windowOf, type ListRules } from './chooseItems';
import { allowedItems, type AllowedItems } from './policies/allowedItems';
import { liftsOf } from './policies/boosts';
import { compileCap } from './policies/caps';
import { hasPair, noPairs, withHiddenPairs, withoutRepurchases, type HeldPairs } from './policies/excludedPairs';
import type { ItemFacts } from './policies/itemFacts';
import { categoryLikeness, tasteLikeness } from './policies/likeness';
import type { ListPolicies } from './policies/schema';
import type { ServingRequest } from './serveLists';

/** What a list's policies are compiled with. */
export interface PolicyContext {
  size: number;
  policies: ListPolicies;
  facts: ItemFacts;
  /** Ids of customers by number. */
  userIds: readonly string[];
  /** What the list leaves out because customers have it; absent where it leaves nothing out. */
  held?: HeldPairs;
  sources: readonly CandidateSource[];
  seed: number;
}

/** A list's policies as they are applied, whoever it is for. */
export type CompiledPolicies = Omit<ServingRequest, 'users' | 'userIds'> & { allowed: AllowedItems };

/** @throws UserError `list_stock_unknown`, `list_margin_unknown` */
export function compilePolicies({ size, policies, facts, userIds, held, sources, seed }: PolicyContext): CompiledPolicies {
  const allowed = allowedItems(facts, policies);
  const all = held?.pairs ?? noPairs(userIds.length, facts.ids.length);
  const kept = held && policies.repurchase ? withoutRepurchases(held, policies.repurchase, facts) : all;
  const exclude = withHiddenPairs(kept, policies.hide?.pairs ?? [], { userIds, itemIds: facts.ids });
  return {
    allowed,
    sources,
    candidates: { exclude, eligible: allowed.eligible },
    rules: listRules({ size, policies, facts, seed }, allowed.eligible, sources[0]),
    ...(policies.exposure && { exposure: policies.exposure.share }),
    ...(policies.repurchase && held && { mayComeAgain: (user, item) => hasPair(all, user, item) && !hasPair(exclude, user, item) }),
  };
}

/** @param source whose taste variety may go by; a list that asks no model has none. @throws UserError `list_margin_unknown` */
export function listRules(
  { size, policies: { caps, boosts, diversity, slots }, facts, seed }: Pick<PolicyContext, 'size' | 'policies' | 'facts' | 'seed'>,
  eligible: Uint8Array,
  source?: Pick<CandidateSource, 'model' | 'training'>,
): ListRules {
  const numberOf = new Map(facts.ids.map((id, item) => [id, item]));
  const promoted = (slots ?? []).map(
    ({ position, items }) => [position - 1, items.flatMap((id) => numberOf.get(id) ?? [])] as [number, number[]],
  );
  return {
    size,
    window: windowOf(size),
    caps: (caps ?? []).map((cap) => compileCap(cap, facts)),
    slots: new Map(promoted),
    ...(boosts && boosts.length > 0 && { lifts: liftsOf(boosts, facts, eligible) }),
    ...(diversity && {
      diversity: {
        ...diversity,
        likeness:
          diversity.likeness === 'category' || !source
            ? categoryLikeness(facts.category)
            : tasteLikeness(source.model, source.training, seed),
      },
    }),
  };
}
