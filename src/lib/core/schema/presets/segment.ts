import type { InspectedColumn } from '../inspect/columnGuess';
import { lineAmountColumn } from '../reshape/fillOrders';
import { personColumn, productColumns } from '../reshape/trackLines';
import { columnNamed, idsOf, present, type SourcePreset } from './preset';

/**
 * `track` events of Segment and RudderStack after the Ecommerce Spec v2 (segment-docs,
 * src/connections/spec/ecommerce/v2.md and spec/common.md): one JSON record an event, an order's products in
 * `properties.products`. Event names are those of the specification, or older ones (`Completed Order`).
 */
export const segment: SourcePreset = {
  id: 'segment-ecommerce',
  name: 'Segment / RudderStack e-commerce',
  recognise({ columns, arrays = [] }) {
    const named = columnNamed(columns);
    const event = named('event');
    const time = named('timestamp', 'originaltimestamp', 'sentat', 'receivedat');
    const anonymous = named('anonymousid');
    const user = named('userid');
    const products = arrays.find((path) => /(^|\.)products$/.test(path)) ?? productsPath(columns);
    const isTrack = columns.some(({ name }) => name.startsWith('properties.'));
    if (!event || !time || (!anonymous && !user) || !isTrack) return undefined;
    const email = named('contexttraitsemail', 'traitsemail', 'propertiesemail');
    const filled = (name: keyof typeof productColumns) => (productColumns[name].some((path) => columns.some((column) => column.name === path)) ? name : undefined); // prettier-ignore
    return {
      kind: 'events',
      ...(products && { rowsAt: products }),
      reshape: 'track-lines',
      roles: present({
        user: personColumn,
        time,
        event,
        item: 'product',
        price: filled('product price'),
        quantity: filled('product quantity'),
        title: filled('product name'),
        category: filled('product category'),
        brand: filled('product brand'),
        value: lineAmountColumn,
        currency: named('propertiescurrency'),
        order: named('propertiesorderid'),
        channel: named('contextcampaignsource'),
        campaign: named('contextcampaignname'),
        device: named('contextdevicetype'),
        email,
      }),
      timeFormat: columns.find(({ name }) => name === time)?.time?.format ?? { kind: 'text', pattern: '%Y-%m-%d %H:%M:%S' },
      ids: idsOf([
        [anonymous, 'user'],
        [email, 'email'],
      ]),
    };
  },
};

/** Where the reader repeats the rows of an array, its elements' columns begin with the array's path. */
function productsPath(columns: readonly InspectedColumn[]): string | undefined {
  const column = columns.find(({ name }) => /^(properties\.)?products(\.|$)/.test(name));
  return column && /^(properties\.)?products/.exec(column.name)![0];
}
