import type { Cap } from '$lib/core/recommendations/policies/schema';
import type { LeftOutRule, ListPreview, PreviewRow } from '$lib/work/operations/listPolicies';
import { m } from '$lib/paraglide/messages';
import { format } from '$lib/state/format.svelte';
import { joined } from '../../joined';

/** Why a row is where it is, with why it was filled. */
export function reasonWords({ reason, filled }: Pick<PreviewRow, 'reason' | 'filled'>): string {
  const words = {
    model: m.policies_reason_model,
    again: m.policies_reason_again,
    boosted: m.policies_reason_boosted,
    diverse: m.policies_reason_diverse,
    promoted: m.policies_reason_promoted,
    filled: m.policies_reason_filled,
  }[reason]();
  if (filled === null) return words;
  return `${words} · ${filled === 'new-customer' ? m.policies_filled_new() : m.policies_filled_ended()}`;
}

/** "7 out of stock". */
export function leftOutWords({ rule, count: number }: { rule: LeftOutRule; count: number }, caps: readonly Cap[]): string {
  const count = format().count(number);
  if (rule.startsWith('cap:')) {
    const { by } = caps[Number(rule.slice('cap:'.length))];
    return { category: m.policies_out_cap_category, brand: m.policies_out_cap_brand, price: m.policies_out_cap_price }[by]({ count });
  }
  return {
    held: m.policies_out_held,
    hidden: m.policies_out_hidden,
    only: m.policies_out_only,
    stock: m.policies_out_stock,
    exposure: m.policies_out_exposure,
    preferences: m.policies_out_preferences,
  }[rule as Exclude<LeftOutRule, `cap:${number}`>]({ count });
}

/** Items that nobody is shown, by rule; empty where there are none. */
export function itemsLeftOutWords({ hidden, only, stock }: ListPreview['itemsLeftOut']): string {
  const parts = [
    ...(hidden > 0 ? [m.policies_items_hidden({ count: format().count(hidden) })] : []),
    ...(only > 0 ? [m.policies_items_only({ count: format().count(only) })] : []),
    ...(stock > 0 ? [m.policies_items_stock({ count: format().count(stock) })] : []),
  ];
  return parts.length === 0 ? '' : m.policies_items_left_out({ parts: joined(parts) });
}
