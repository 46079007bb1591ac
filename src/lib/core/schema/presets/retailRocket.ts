import { columnNamed, type SourcePreset } from './preset';

/**
 * RetailRocket (kaggle.com/datasets/retailrocket/ecommerce-dataset): events.csv, item_properties_part1/2.csv with one
 * property a row, and category_tree.csv, which is not needed: categories are numbers there, too.
 */
export const retailRocket: SourcePreset = {
  id: 'retailrocket',
  name: 'RetailRocket',
  formerly: 'event-log',
  isDataset: true,
  recognise({ columns }) {
    const named = columnNamed(columns);
    const [time, item] = [named('timestamp'), named('itemid')];
    const [user, event, order] = [named('visitorid'), named('event'), named('transactionid')];
    if (time && item && user && event && order)
      return { kind: 'events', roles: { time, user, event, item, order }, timeFormat: { kind: 'unix-milliseconds' } };
    if (columns.length !== 4 || !time || !item || !named('property') || !named('value')) return undefined;
    return { kind: 'items', reshape: 'long-properties', roles: { item, category: 'categoryid' }, keep: ['available'] };
  },
  unneeded: ({ columns }) => {
    const named = columnNamed(columns);
    return columns.length === 2 && named('categoryid') && named('parentid') ? 'categories_not_needed' : undefined;
  },
};
