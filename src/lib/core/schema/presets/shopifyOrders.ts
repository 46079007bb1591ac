import { lineAmountColumn, orderContactColumn, orderEventColumn } from '../reshape/fillOrders';
import { columnNamed, idsOf, present, type SourcePreset } from './preset';

/**
 * Shopify's orders_export.csv: one row an order line, order-level cells on the first line only (see `fill-orders`).
 * Columns as Shopify's help centre lists them ("Exporting orders"), and as exports of 2012 to 2026 in public repositories
 * have them: `Lineitem sku` or `Lineitem SKU`, `Cancelled at` or `Canceled at`, in changing order. `Created at` has the
 * shop's offset. People are known by the order's e-mail, those of a point of sale who left none by their phone; an order
 * of nobody (a sale over the counter) is left out, and told as such.
 */
export const shopifyOrders: SourcePreset = {
  id: 'shopify-orders',
  name: 'Shopify orders',
  recognise({ columns }) {
    const named = columnNamed(columns);
    const [order, email, time, title] = [named('name'), named('email'), named('createdat'), named('lineitemname')];
    const [quantity, price] = [named('lineitemquantity'), named('lineitemprice')];
    if (!order || !email || !time || !title || !quantity || !price || !named('financialstatus')) return undefined;
    const sku = columns.find(({ name }) => name === named('lineitemsku'));
    return {
      kind: 'events',
      reshape: 'fill-orders',
      roles: present({
        user: orderContactColumn,
        email,
        order,
        time,
        event: orderEventColumn,
        // Many shops have no article numbers; what a thing is called then stands for it.
        item: sku && sku.emptyShare < 0.5 ? sku.name : title,
        title,
        quantity,
        price,
        value: lineAmountColumn,
        currency: named('currency'),
        channel: named('source'),
        brand: named('vendor'),
        country: named('shippingcountry', 'billingcountry'),
        consentEmail: named('acceptsmarketing'),
      }),
      timeFormat: { kind: 'text', pattern: '%Y-%m-%d %H:%M:%S' },
      // The parcel may go to somebody else, so its phone links nobody.
      ids: idsOf([
        [email, 'email'],
        [named('phone'), 'phone'],
        [named('billingphone'), 'phone'],
      ]),
    };
  },
};
