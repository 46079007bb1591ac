import { m } from '$lib/paraglide/messages';
import type { NumberProperty, TextProperty } from '$lib/core/measures/measure';

export const propertyWords: Record<TextProperty | NumberProperty, () => string> = {
  item: m.segments_property_item,
  category: m.segments_property_category,
  brand: m.segments_property_brand,
  channel: m.segments_property_channel,
  campaign: m.segments_property_campaign,
  device: m.segments_property_device,
  value: m.segments_property_value,
  price: m.segments_property_price,
  quantity: m.segments_property_quantity,
  rating: m.segments_property_rating,
};
