import { UserError } from '../base/errors';

/**
 * What a list is. `person`: for each member of the audience what their model gives; the meaning where no kind is said.
 * - `segment`: one list for the audience as a whole.
 * - `up-sell`: dearer things like those that a member has; `cross-sell`: things of categories that they have nothing of.
 * - `next-best-offer`: what their model gives, with weekday, hour and channel from their own rhythm.
 * - `similar-items`: for each item that members bought those that the model finds like it.
 * - `bought-together`: for each item that members bought what stands in the same orders; it needs no model.
 */
export const listKinds = ['person', 'segment', 'up-sell', 'cross-sell', 'next-best-offer', 'similar-items', 'bought-together'] as const;
export type ListKind = (typeof listKinds)[number];

/** What stands for the model of a list that is counted from orders. */
export const ordersModel = 'orders';

/** What its rows are for. */
export function subjectOf(kind: ListKind): 'user' | 'item' | 'audience' {
  if (kind === 'segment') return 'audience';
  return kind === 'similar-items' || kind === 'bought-together' ? 'item' : 'user';
}

/** Whether a list of this kind asks its model which items are alike. */
export function needsSimilarItems(kind: ListKind): boolean {
  return kind === 'similar-items' || kind === 'up-sell';
}

export function cannotTellAlike(list: string, model: string): UserError {
  return new UserError(
    'list_needs_similar',
    `The list "${list}" asks which items are alike, which "${model}" cannot tell.`,
    'Choose another model for it, such as item-knn or EASE.',
    { list, model },
  );
}
