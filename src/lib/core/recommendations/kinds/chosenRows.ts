import { chooseItems, type ListRules } from '../chooseItems';
import { emptyLists, type KindLists } from './lists';

export interface ChosenRows extends KindLists {
  /** By entry: which entry of the longer list it was; -1 where a list has ended. */
  from: Int32Array;
}

/**
 * Lists of some kind under limits and preferences: each chosen from a longer one, whose first `window` rows preferences
 * look at.
 * @param lists `depth` long
 */
export function chosenRows(lists: KindLists, depth: number, rules: ListRules): ChosenRows {
  const rows = lists.items.length / depth;
  const chosen = { ...emptyLists(rows, rules.size), from: new Int32Array(rows * rules.size).fill(-1) };
  const never = () => false;
  for (let row = 0; row < rows; row++) {
    const items = lists.items.subarray(row * depth, (row + 1) * depth);
    const end = items.indexOf(-1);
    const candidates = { items, length: end < 0 ? depth : end };
    chooseItems(candidates, rules, never, never).forEach(({ item, candidate }, place) => {
      const at = row * rules.size + place;
      chosen.items[at] = item;
      chosen.from[at] = row * depth + candidate;
      chosen.scores[at] = lists.scores[chosen.from[at]];
    });
  }
  return chosen;
}
