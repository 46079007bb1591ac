import { m } from '$lib/paraglide/messages';
import type { RfmConvention } from '$lib/core/segments/rfm';

/** A convention in a sentence or two, so that two people with the same words get the same people. */
export function conventionWords({ bins, method, nested }: RfmConvention): string {
  const how = {
    quintile: m.segmentations_say_quintile,
    'ties-together': m.segmentations_say_ties,
    fixed: m.segmentations_say_fixed,
    mean: m.segmentations_say_mean,
    'mean-score': m.segmentations_say_mean_score,
  }[method]({ bins });
  const among = nested ? m.segmentations_say_nested() : method === 'fixed' ? '' : m.segmentations_say_independent();
  return `${how}${among && m.segmentations_sentence_gap()}${among}`;
}

/** A convention in a few words, for a choice or a heading. */
export function conventionName({ bins, method, nested }: RfmConvention): string {
  const name = {
    quintile: m.segments_rfm_name_quintile,
    'ties-together': m.segments_rfm_name_ties,
    fixed: m.segments_rfm_name_fixed,
    mean: m.segments_rfm_name_mean,
    'mean-score': m.segments_rfm_name_mean_score,
  }[method]({ bins });
  return nested ? m.segments_rfm_name_nested({ name }) : name;
}
