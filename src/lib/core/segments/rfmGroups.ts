import type { RfmRule } from './conditions/rfm';

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
 * The eight groups of Chinese practice (八类): each measure is high or low, in the order R F M. The cut is the middle
 * of the customers (two bins), not the mean: sources disagree, and a few large buyers move a mean. Names of 010 and
 * 100 differ between sources too (FORMATS §10); these are the commonest.
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

/** The two ways of naming everybody with an order; `segments_rfm_family_<id>` is its name. */
export const rfmFamilies: readonly { id: 'usual' | 'eight'; bins: number; groups: readonly RfmGroup[] }[] = [
  { id: 'usual', bins: 5, groups: rfmGroups },
  { id: 'eight', bins: 2, groups: rfmEightGroups },
];

/** A group as a rule: the twelve stand on five bins, the eight on two. */
export function ruleOfGroup(group: RfmGroup, method: RfmRule['rfm']['method']): RfmRule {
  const { bins } = rfmFamilies.find(({ groups }) => groups.includes(group))!;
  return { rfm: { bins, method, cells: [...group.cells] } };
}
