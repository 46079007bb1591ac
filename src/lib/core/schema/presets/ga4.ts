import { lineAmountColumn } from '../reshape/fillOrders';
import { personColumn } from '../reshape/trackLines';
import { columnNamed, idsOf, present, type SourcePreset } from './preset';

/**
 * GA4's export to BigQuery (support.google.com/analytics/answer/7029846, "BigQuery Export schema"): one record an event
 * with nested `event_params`, `ecommerce` and `items[]`; `event_timestamp` counts microseconds. As JSON Lines or Parquet.
 */
export const ga4BigQuery: SourcePreset = {
  id: 'ga4-bigquery',
  name: 'GA4 export (BigQuery)',
  recognise({ columns, arrays = [] }) {
    const named = columnNamed(columns);
    const [event, time, device] = [named('eventname'), named('eventtimestamp'), named('userpseudoid')];
    const isNested = columns.some(({ name }) => name === 'event_params' || /^(items|ecommerce|event_params)\./.test(name));
    if (!event || !time || !device || !isNested) return undefined;
    const hasItems = arrays.includes('items') || columns.some(({ name }) => name === 'items' || name.startsWith('items.'));
    const hasParams = columns.some(({ name }) => name === 'event_params');
    const param = (key: string) => (hasParams ? `event_params.${key}` : named(`eventparams${key.replaceAll('_', '')}`));
    return {
      kind: 'events',
      ...(hasItems && { rowsAt: 'items' }),
      reshape: 'ga4-events',
      roles: present({
        user: personColumn,
        time,
        event,
        item: named('itemsitemid'),
        title: named('itemsitemname'),
        category: named('itemsitemcategory'),
        brand: named('itemsitembrand'),
        price: named('itemsprice'),
        quantity: named('itemsquantity'),
        value: lineAmountColumn,
        order: named('ecommercetransactionid') ?? param('transaction_id'),
        currency: param('currency'),
        session: param('ga_session_id'),
        channel: named('trafficsourcesource') ?? param('source'),
        campaign: named('trafficsourcename') ?? param('campaign'),
        device: named('devicecategory'),
        country: named('geocountry'),
      }),
      timeFormat: { kind: 'unix-microseconds' },
      ids: idsOf([[device, 'user']]),
    };
  },
};

/**
 * The same export with its items taken apart, as the query that everybody writes gives it (`SELECT … FROM events_*,
 * UNNEST(items)`): one row an item, the columns of `items` under their own names.
 */
export const ga4Items: SourcePreset = {
  id: 'ga4-items',
  name: 'GA4 items',
  formerly: 'event-log',
  recognise({ columns }) {
    const named = columnNamed(columns);
    const item = named('itemid');
    const user = named('userid', 'userpseudoid');
    const time = named('eventtimestamp', 'eventdate');
    const event = named('eventname');
    if (!item || !named('itemname') || !user || !time || !event) return undefined;
    return {
      kind: 'events',
      roles: present({
        user,
        time,
        event,
        item,
        title: named('itemname'),
        category: named('itemcategory'),
        brand: named('itembrand'),
        price: named('price'),
        quantity: named('quantity'),
        order: named('transactionid', 'ecommercetransactionid'),
        currency: named('currency'),
        session: named('gasessionid'),
        device: named('devicecategory', 'category'),
      }),
      timeFormat: time === named('eventtimestamp') ? { kind: 'unix-microseconds' } : { kind: 'text', pattern: '%Y%m%d' },
      ids: idsOf([[user === named('userpseudoid') ? undefined : named('userpseudoid'), 'user']]),
    };
  },
};
