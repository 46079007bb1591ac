import { plainWord } from '../inspect/headerWords';
import type { SourcePreset } from './preset';

/**
 * UCI Online Retail (Chen 2012) and Online Retail II: order lines of a British gift shop. Invoices that begin with C
 * are cancellations; a spreadsheet left `.0` on the customer numbers of some copies.
 */
export const uciOnlineRetail: SourcePreset = {
  id: 'uci-online-retail',
  name: 'UCI Online Retail',
  isDataset: true,
  suggests: { currency: 'GBP', timeZone: 'Europe/London' },
  recognise({ columns }) {
    const named = (...words: string[]) => columns.find(({ name }) => words.includes(plainWord(name)))?.name;
    const order = named('invoiceno', 'invoice');
    const item = named('stockcode');
    const quantity = named('quantity');
    const time = named('invoicedate');
    const price = named('unitprice', 'price');
    const user = named('customerid');
    if (!order || !item || !quantity || !time || !price || !user) return undefined;
    const title = named('description');
    const country = named('country');
    return {
      kind: 'events',
      roles: { order, item, quantity, time, price, user, ...(title && { title }), ...(country && { country }) },
      defaultEvent: 'order_completed',
      cancelledOrderPrefix: 'C',
      trimFloatIds: true,
    };
  },
};
