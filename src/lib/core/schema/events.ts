import type { Mapping } from './roles';

/**
 * Event names of the standard e-commerce vocabulary (Segment's Ecommerce Spec v2), snake case. Other names are kept
 * as they are given: an event is text, and these are the ones that Muster itself gives a meaning.
 */
export const standardEvents = [
  'product_viewed',
  'product_clicked',
  'product_searched',
  'product_added',
  'product_removed',
  'product_added_to_wishlist',
  'checkout_started',
  'order_completed',
  'order_refunded',
  'order_cancelled',
  'product_reviewed',
  'product_rated',
  'campaign_received',
  'campaign_opened',
  'campaign_clicked',
] as const;

export type StandardEvent = (typeof standardEvents)[number];

/** An order line counts towards orders and money; these two undo it. */
export const orderEvent: StandardEvent = 'order_completed';
export const refundEvents: readonly StandardEvent[] = ['order_refunded', 'order_cancelled'];

/**
 * What is done to a person and not by them: being sent something, or being held out of a campaign. It is no activity
 * of theirs; opening and clicking are.
 */
export const passiveEvents: readonly string[] = [
  'campaign_received',
  'campaign_delivered',
  'campaign_sent',
  'campaign_bounced',
  'campaign_held_out',
];

/** Rows without an event column are orders where something was paid for, and ratings or views otherwise. */
export function defaultEventOf({ roles }: Pick<Mapping, 'roles'>): StandardEvent {
  if (roles.order || roles.price || roles.value || roles.quantity) return orderEvent;
  return roles.rating ? 'product_rated' : 'product_viewed';
}
