import { quietContext } from '../../src/lib/core/base/run';
import { readPlan } from '../../src/lib/core/plan/read';
import { toFileSource } from '../../src/lib/core/schema/files';
import { Desk } from '../../src/lib/work/desk';
import { openPlan } from '../../src/lib/work/openPlan';
import type { Platform } from '../../src/lib/work/platform';

/** Orders with a coupon and the days that the parcel took; some are paid in euros or yen. */
export const couponShopCsv = `user_id,item_id,event,timestamp,price,order_id,currency,coupon,shipping_days,gift
mo,tea,buy,2026-01-05 10:00,4,A1,,SPRING,2,TRUE
mo,pot,buy,2026-01-20 10:00,30,A2,USD,,5,FALSE
bo,cup,buy,2026-01-09 10:00,9,A3,EUR,FRIEND,3.5,FALSE
bo,cup,buy,2026-02-09 10:00,9,A4,eur,SPRING,,TRUE
al,tea,buy,2026-01-11 10:00,1,A5,EUR,SPRING,1,FALSE
al,tea,buy,2026-02-11 10:00,700,A6,JPY,FRIEND,4,FALSE
di,pot,buy,2026-02-01 10:00,30,A7,USD,,,
`;

export const couponShopItems = `item_id,title,colour,weight
tea,Green tea,green,0.25
pot,Teapot,blue,1.5
cup,Cup,blue,0.4
`;

/** A condition, a trait, a feature and an export over columns that Muster gives no meaning. */
export const couponShopPlan = `
muster: 2
name: Coupon shop
timeZone: UTC
currency: USD
rates: { EUR: 1.08735 }
sources:
  - { id: orders, files: [orders.csv] }
  - { id: items, files: [items.csv] }
traits:
  - id: parcel-days
    measure: { aggregate: mean, of: event.shipping_days, events: order_completed }
    feature: true
  - id: last-coupon
    measure: { aggregate: last, of: event.coupon, events: order_completed }
    feature: true
  - id: blue-things
    measure: { aggregate: count, events: order_completed, where: [{ property: item.colour, oneOf: [blue] }] }
segments:
  - id: spring
    rule: { event: order_completed, where: [{ property: event.coupon, oneOf: [SPRING] }] }
  - id: slow-parcels
    rule: { measure: { aggregate: max, of: event.shipping_days, events: order_completed }, atLeast: 3.5 }
  - id: not-seen-yet
    rule: { event: order_completed, where: [{ property: event.shade, oneOf: [red] }] }
audiences:
  - { id: spring-mail, from: spring, columns: [parcel-days, last-coupon, blue-things, revenue] }
exports:
  - { audience: spring-mail, destination: csv }
`;

export async function openCouponShop(platform: Platform, plan = couponShopPlan): Promise<Desk> {
  const desk = new Desk({ ...platform, snapshots: undefined });
  const files: Record<string, string> = { 'orders.csv': couponShopCsv, 'items.csv': couponShopItems };
  const open = async (name: string) => toFileSource(Object.assign(new Blob([files[name]]), { name }));
  await openPlan(desk, readPlan(plan).plan, open, quietContext());
  return desk;
}
