import type { OptionSpec, OptionValues } from '../base/options';
import { associationRules } from './associationRules';
import { bspm } from './bspm';
import { ease } from './ease';
import { gfCf } from './gfCf';
import { ials } from './ials';
import { itemKnn } from './itemKnn';
import { popularity } from './popularity';
import { pureSvd } from './pureSvd';
import type { Recommender } from './recommender';
import { rp3beta } from './rp3beta';
import { simplex } from './simplex';
import { slim } from './slim';
import { userKnn } from './userKnn';

/** What a blend can be made of: models of pairs alone that fold in a basket and explain by amounts that add up. */
const possible: readonly Recommender[] = [ials, gfCf, ease, itemKnn, userKnn, rp3beta, slim, pureSvd, bspm, simplex, associationRules];

/** EASE's matrix of items by items is made where the catalogue has no more. */
const mostItemsOfEase = 5000;

const slots = ['first', 'second', 'third'] as const;
type Slot = (typeof slots)[number];

function slotOptions(slot: Slot, byDefault: string): OptionSpec[] {
  return [
    {
      name: `${slot}Model`,
      kind: 'choice',
      default: byDefault,
      choices: ['fitting', ...possible.map(({ id }) => id), 'none'],
      what: 'A model of the blend, with its own defaults; the fitting one is EASE up to 5,000 items and RP3beta above, where EASE would be too large.',
    },
    {
      name: `${slot}Weight`,
      kind: 'number',
      default: 1,
      min: 0,
      max: 1000,
      what: 'How much this model counts where weights are given and not learnt.',
    },
  ];
}

export const memberOptions: readonly OptionSpec[] = [
  ...slotOptions('first', 'ials'),
  ...slotOptions('second', 'gf-cf'),
  ...slotOptions('third', 'fitting'),
  {
    name: 'popularityWeight',
    kind: 'number',
    default: 0,
    min: 0,
    max: 1000,
    what: 'How much what most customers chose counts where weights are given and not learnt.',
  },
];

export interface Member {
  recommender: Recommender;
  /** What it counts where weights are given. */
  weight: number;
}

/** The models of a blend, each once; popularity is always one of them, the last. */
export function membersOf(given: OptionValues, items: number): Member[] {
  const members = new Map<string, Member>();
  for (const slot of slots) {
    const named = String(given[`${slot}Model`]);
    const id = named === 'fitting' ? (items <= mostItemsOfEase ? ease.id : rp3beta.id) : named;
    const recommender = possible.find((each) => each.id === id);
    if (!recommender) continue;
    const weight = Number(given[`${slot}Weight`]) + (members.get(id)?.weight ?? 0);
    members.set(id, { recommender, weight });
  }
  return [...members.values(), { recommender: popularity, weight: Number(given.popularityWeight) }];
}

export function memberById(id: string): Recommender {
  return [...possible, popularity].find((each) => each.id === id)!;
}
