import { m } from '$lib/paraglide/messages';
import type { ListKind } from '$lib/core/recommendations/listKinds';

/** Kinds of lists in words: the name, and what its rows are. */
export const listKindWords: Record<ListKind, { name: () => string; what: () => string }> = {
  person: { name: m.exports_kind_person, what: m.exports_kind_person_what },
  segment: { name: m.exports_kind_segment, what: m.exports_kind_segment_what },
  'up-sell': { name: m.exports_kind_up_sell, what: m.exports_kind_up_sell_what },
  'cross-sell': { name: m.exports_kind_cross_sell, what: m.exports_kind_cross_sell_what },
  'next-best-offer': { name: m.exports_kind_next, what: m.exports_kind_next_what },
  'similar-items': { name: m.exports_kind_similar, what: m.exports_kind_similar_what },
  'bought-together': { name: m.exports_kind_together, what: m.exports_kind_together_what },
};
