import type { RfmRule } from './conditions/rfm';
import { cellMatcher, type RfmConvention } from './rfm';

/**
 * A named part of the RFM map, as data. Its name and one sentence are in the message catalogue under
 * `segments_group_<id>` and `segments_group_<id>_what`.
 */
export interface RfmGroup {
  id: string;
  /** Patterns of recency, frequency and monetary; the groups of one family do not overlap and leave no one out. */
  cells: readonly string[];
}

/** The usual groups on a 5 × 5 map of recency and frequency; monetary is free. */
export const rfmGroups: readonly RfmGroup[] = [
  { id: 'champions', cells: ['5[45].'] },
  { id: 'loyal', cells: ['4[45].', '[345]3.'] },
  { id: 'potential_loyal', cells: ['[45]2.'] },
  { id: 'new', cells: ['51.'] },
  { id: 'promising', cells: ['41.'] },
  { id: 'keep_close', cells: ['3[45].'] },
  { id: 'need_attention', cells: ['32.'] },
  { id: 'about_to_sleep', cells: ['31.'] },
  { id: 'cannot_lose', cells: ['[12]5.'] },
  { id: 'at_risk', cells: ['[12][34].'] },
  { id: 'hibernating', cells: ['2[12].'] },
  { id: 'lost', cells: ['1[12].'] },
];

/**
 * The eight types of Chinese practice (八类): each measure is high or low, in the order R F M. Usually the mean cuts
 * (均值法); sources differ on that, and in the names of 010 and 100 (FORMATS §10): these are the commonest.
 */
export const rfmEightGroups: readonly RfmGroup[] = [
  { id: 'key_value', cells: ['222'] },
  { id: 'key_keep', cells: ['122'] },
  { id: 'key_grow', cells: ['212'] },
  { id: 'key_win_back', cells: ['112'] },
  { id: 'general_value', cells: ['221'] },
  { id: 'general_keep', cells: ['121'] },
  { id: 'general_grow', cells: ['211'] },
  { id: 'general_win_back', cells: ['111'] },
];

/** The groups that pymc-marketing gives quartiles (`rfm_segments`), in its order; what is in none of them is `other`. */
export const rfmQuartileGroups: readonly RfmGroup[] = [
  { id: 'q_premium', cells: ['334', '443', '444', '344', '434', '433', '343', '333'] },
  { id: 'q_repeat', cells: ['244', '234', '232', '332', '143', '233', '243'] },
  { id: 'q_top_spender', cells: ['424', '414', '144', '314', '324', '124', '224', '423', '413', '133', '323', '313', '134'] },
  { id: 'q_at_risk', cells: ['422', '223', '212', '122', '222', '132', '322', '312', '412', '123', '214'] },
  { id: 'q_inactive', cells: ['411', '111', '113', '114', '112', '211', '311'] },
  {
    id: 'q_other',
    cells: ['121', '131', '141', '142', '213', '221', '231', '241', '242', '321', '331', '341', '342', '421', '431', '432', '441', '442'],
  },
];

/** A way of naming everybody with an order: groups, and the convention that they are usually taken with. */
export interface RfmFamily {
  /** `segments_rfm_family_<id>` is its name. */
  id: 'usual' | 'eight' | 'quartile';
  convention: RfmConvention;
  groups: readonly RfmGroup[];
}

export const rfmFamilies: readonly RfmFamily[] = [
  { id: 'usual', convention: { bins: 5, method: 'quintile' }, groups: rfmGroups },
  { id: 'eight', convention: { bins: 2, method: 'mean' }, groups: rfmEightGroups },
  { id: 'quartile', convention: { bins: 4, method: 'ties-together' }, groups: rfmQuartileGroups },
];

export function familyOf(group: RfmGroup): RfmFamily {
  return rfmFamilies.find(({ groups }) => groups.includes(group))!;
}

/** A group as a rule, with the family's convention or another of as many scores. */
export function ruleOfGroup(group: RfmGroup, convention: RfmConvention = familyOf(group).convention): RfmRule {
  return { rfm: { ...convention, cells: [...group.cells] } };
}

/** The place among these groups of every triple of scores, laid out as in `RfmGrid.triples`. */
export function groupOfTriples(groups: readonly RfmGroup[], bins: number): Uint8Array {
  const matchers = groups.map(({ cells }) => cellMatcher(cells));
  const score = (at: number, step: number) => (Math.floor(at / step) % bins) + 1;
  return Uint8Array.from({ length: bins ** 3 }, (_, at) =>
    Math.max(
      0,
      matchers.findIndex((matches) => matches(score(at, bins * bins), score(at, bins), score(at, 1))),
    ),
  );
}
