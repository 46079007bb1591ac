import { afterAll, beforeAll, expect, it } from 'vitest';
import { readHistory, readUserEvents } from '$lib/core/store/itemQueries';
import type { TableStore } from '$lib/core/store/tableStore';
import { openNativeStore } from '$lib/platform/node/nativeStore';
import { openTinyShop } from '../../support/tinyShop';

let store: TableStore;
beforeAll(async () => void (store = await openNativeStore({ threads: 1 })));
afterAll(() => store.close());

it('tells what a customer did with items, newest first, and the stars that came with it', async () => {
  const scope = await openTinyShop(
    store,
    {
      items: [{ id: 'film', category: 'Drama' }],
      events: [
        { user: 'ann', event: 'product_rated', at: '2026-05-01T10:00:00', item: 'film', rating: 4.5 },
        { user: 'ann', event: 'product_viewed', at: '2026-05-02T10:00:00', item: 'film' },
        { user: 'ann', event: 'product_rated', at: '2026-06-02T10:00:00', item: 'film', rating: 1 },
        { user: 'bo', event: 'product_rated', at: '2026-05-01T10:00:00', item: 'film', rating: 2 },
      ],
    },
    '2026-06-01T00:00:00',
  );
  const line = { itemId: 'film', category: 'Drama' };
  const rated = { ...line, event: 'product_rated', time: '2026-05-01T10:00:00', rating: 4.5 };
  const history = await readHistory(scope, 0, 9);
  expect(history).toMatchObject([{ ...line, event: 'product_viewed', time: '2026-05-02T10:00:00' }, rated]);
  expect(history[0]).not.toHaveProperty('rating');
  expect(await readUserEvents(scope, 0, ['product_rated'])).toMatchObject([{ ...rated, item: 0 }]);
});
