import { orderedAtColumn } from '../reshape/instacartOrders';
import { columnNamed, type SourcePreset } from './preset';

/**
 * Instacart Market Basket (kaggle.com/c/instacart-market-basket-analysis/data): orders.csv with days instead of dates
 * (see `instacart-orders`), order_products__prior.csv and __train.csv with the lines, which need orders.csv beside them
 * (`orders` of a plan's source), and products.csv. aisles.csv and departments.csv only name numbers.
 */
export const instacart: SourcePreset = {
  id: 'instacart',
  name: 'Instacart',
  isDataset: true,
  suggests: { currency: 'USD' },
  recognise({ columns }) {
    const named = columnNamed(columns);
    const [order, user, item] = [named('orderid'), named('userid'), named('productid')];
    if (order && user && named('orderdow') && named('orderhourofday') && named('dayssincepriororder')) {
      return {
        kind: 'events',
        reshape: 'instacart-orders',
        roles: { order, user, time: orderedAtColumn },
        timeFormat: { kind: 'text', pattern: '%Y-%m-%d %H:%M:%S' },
        defaultEvent: 'order_completed',
      };
    }
    if (order && item && named('addtocartorder') && named('reordered'))
      return { kind: 'events', roles: { order, item }, defaultEvent: 'order_completed' };
    const [title, category] = [named('productname'), named('aisleid')];
    if (!item || !title || !category) return undefined;
    return { kind: 'items', roles: { item, title, category } };
  },
  unneeded: ({ columns }) => {
    const named = columnNamed(columns);
    const isList = (id: string, name: string) => columns.length === 2 && named(id) !== undefined && named(name) !== undefined;
    return isList('aisleid', 'aisle') || isList('departmentid', 'department') ? 'categories_not_needed' : undefined;
  },
};
