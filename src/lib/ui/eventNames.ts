import { m } from '$lib/paraglide/messages';
import type { StandardEvent } from '$lib/core/schema/events';

const words: Record<StandardEvent, () => string> = {
  product_viewed: m.data_event_product_viewed,
  product_clicked: m.data_event_product_clicked,
  product_searched: m.data_event_product_searched,
  product_added: m.data_event_product_added,
  product_removed: m.data_event_product_removed,
  product_added_to_wishlist: m.data_event_product_added_to_wishlist,
  checkout_started: m.data_event_checkout_started,
  order_completed: m.data_event_order_completed,
  order_refunded: m.data_event_order_refunded,
  order_cancelled: m.data_event_order_cancelled,
  product_reviewed: m.data_event_product_reviewed,
  product_rated: m.data_event_product_rated,
  campaign_received: m.data_event_campaign_received,
  campaign_opened: m.data_event_campaign_opened,
  campaign_clicked: m.data_event_campaign_clicked,
};

/** The marketer's word for an event; events outside the vocabulary keep their own name. */
export function eventName(event: string): string {
  return words[event as StandardEvent]?.() ?? (event === 'campaign_held_out' ? m.shell_event_held_out() : event);
}
