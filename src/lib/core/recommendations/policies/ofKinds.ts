import { UserError } from '../../base/errors';
import type { ListKind } from '../listKinds';
import type { ListPolicies } from './schema';

/** A rule of {@link ListPolicies}; `pairs` are single items hidden from single customers, `taste` variety by taste. */
export type PolicyPart = keyof ListPolicies | 'pairs' | 'taste';

/** Rules about customers and about other models say nothing of rows that are for an item. */
const ofCustomers: readonly PolicyPart[] = ['models', 'consent', 'repurchase', 'pairs'];
/** What is put in from outside, and shares of all lists, go with lists of the model's own. */
const ofOwnLists: readonly PolicyPart[] = ['exposure', 'slots'];

/**
 * What a list of a kind cannot keep, see docs/decisions/0073: an up-sell is never filled from another model, a list for an
 * audience is one list, and the exclusions of a cross-sell are made for some customers at a time.
 */
const notKept: Record<ListKind, readonly PolicyPart[]> = {
  person: [],
  'next-best-offer': [],
  'cross-sell': ['exposure'],
  'up-sell': ['models', ...ofOwnLists],
  segment: ['models', ...ofOwnLists],
  'similar-items': [...ofCustomers, ...ofOwnLists],
  'bought-together': [...ofCustomers, ...ofOwnLists, 'taste'],
};

export function keepsPolicy(kind: ListKind, part: PolicyPart): boolean {
  return !notKept[kind].includes(part);
}

/** Whether the rules look at the order of a list, beside which items may be in it. */
export function ordersRows({ caps = [], boosts = [], diversity }: ListPolicies): boolean {
  return caps.length > 0 || boosts.length > 0 || diversity !== undefined;
}

/** Those of the rules that a list of this kind cannot keep. */
export function policiesNotKept(kind: ListKind, policies: ListPolicies): PolicyPart[] {
  const said: PolicyPart[] = [
    ...(Object.keys(policies) as (keyof ListPolicies)[]).filter((key) => policies[key] !== undefined),
    ...(policies.hide?.pairs ? ['pairs' as const] : []),
    ...(policies.diversity?.likeness === 'taste' ? ['taste' as const] : []),
  ];
  return said.filter((part) => !keepsPolicy(kind, part));
}

/** The rules without those that a list of this kind cannot keep; undefined where none is left. */
export function policiesOfKind(kind: ListKind, { hide, diversity, ...policies }: ListPolicies): ListPolicies | undefined {
  const { pairs, ...ways } = hide ?? {};
  const hidden = { ...ways, ...(pairs && keepsPolicy(kind, 'pairs') && { pairs }) };
  const kept = Object.fromEntries(Object.entries(policies).filter(([part]) => keepsPolicy(kind, part as PolicyPart)));
  const varied =
    diversity && !keepsPolicy(kind, diversity.likeness as PolicyPart) ? { ...diversity, likeness: 'category' as const } : diversity;
  const all = { ...kept, ...(Object.keys(hidden).length > 0 && { hide: hidden }), ...(varied && { diversity: varied }) };
  return Object.keys(all).length > 0 ? all : undefined;
}

export function cannotKeep(list: string, kind: ListKind, parts: readonly PolicyPart[]): UserError {
  const policies = parts.join(', ');
  return new UserError(
    'list_policy_not_kept',
    `The list "${list}" is of the kind ${kind}, which cannot keep these rules: ${policies}.`,
    'Take them out of it, or make it a list for each person.',
    { list, kind, policies },
  );
}
