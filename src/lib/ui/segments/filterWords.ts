import { m } from '$lib/paraglide/messages';
import { isKept } from '$lib/core/measures/kept';
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

/** What a property is called: a kept one as its column is. */
export function propertyName(property: string): string {
  if (!isKept(property)) return propertyWords[property as TextProperty]?.() ?? property;
  const name = property.slice(property.indexOf('.') + 1);
  return property.startsWith('item.') ? m.segments_property_of_item({ name }) : name;
}
