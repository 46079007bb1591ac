import { placeInto, emptyLists, type KindLists } from './lists';

export interface SegmentList extends KindLists {
  /** By entry: in how many members' own lists the item is. */
  members: Int32Array;
}

/** Members' own lists go this deep, or as deep as the list itself if that is more. */
export const leastDepth = 20;

/**
 * One list for a whole segment: the items that stand in most members' own lists. The score is the share of the members
 * whose list has the item, so that models whose scores mean nothing beside each other are counted alike, and a few
 * members with high scores do not decide.
 * @param own the members' lists, `members × depth`
 */
export function segmentList(own: Int32Array, members: number, items: number, size: number): SegmentList {
  const votes = new Int32Array(items);
  for (const item of own) if (item >= 0) votes[item]++;
  const lists = emptyLists(1, size);
  for (let item = 0; item < items; item++) if (votes[item] > 0) placeInto(lists, 0, size, item, votes[item] / members);
  return { ...lists, members: lists.items.map((item) => (item < 0 ? 0 : votes[item])) };
}
