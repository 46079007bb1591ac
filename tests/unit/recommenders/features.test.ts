import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readFeatureFile } from '$lib/core/evaluation/featureFiles';
import { featureParts } from '$lib/core/recommenders/readFeatures';
import { readTrainingData } from '$lib/core/recommenders/readTrainingData';
import type { Feature } from '$lib/core/recommenders/trainingData';
import type { TableStore } from '$lib/core/store/tableStore';
import { openNativeStore } from '$lib/platform/node/nativeStore';
import { plainTables } from '../../support/scope';
import { openTinyShop } from '../../support/tinyShop';

/** What a feature says of each row, in words. */
function said(feature: Feature): (string | null)[] {
  if (feature.kind === 'text') return feature.texts;
  if (feature.kind === 'number') return Array.from(feature.values, (value) => (Number.isNaN(value) ? null : String(value)));
  if (feature.kind === 'label') return Array.from(feature.codes, (code) => (code < 0 ? null : feature.labels[code]));
  const { rowStarts, codes, labels } = feature;
  return Array.from({ length: rowStarts.length - 1 }, (_, row) =>
    Array.from(codes.subarray(rowStarts[row], rowStarts[row + 1]), (code) => labels[code]).join(' | '),
  );
}

const byName = (features: Feature[]) => Object.fromEntries(features.map((feature) => [feature.name, said(feature)]));

describe('features of a shop', () => {
  let store: TableStore;
  const scope = () => ({ store, tables: plainTables, users: 2, items: 2, asOf: '2026-06-01T00:00:00' });
  beforeAll(async () => {
    store = await openNativeStore({ threads: 1 });
    await openTinyShop(
      store,
      {
        events: [
          { user: 'bo', event: 'order_completed', at: '2026-05-02T22:10:00', item: 't1', order: 'o1', value: 5, channel: 'web' },
          { user: 'ann', event: 'order_completed', at: '2026-05-01T09:00:00', item: 't1', order: 'o2', value: 5, channel: 'store' },
          { user: 'ann', event: 'product_viewed', at: '2026-05-04T13:30:00', item: 't2' },
          { user: 'ann', event: 'product_viewed', at: '2026-06-02T13:30:00', item: 't2', channel: 'web' },
        ],
        items: [
          { id: 't1', title: '龙井 · Green tea', category: 'Tea / Green', brand: 'Qinghe', price: 88 },
          { id: 't2', category: 'Tea' },
        ],
        users: { ann: { email: 'ann@example.org', country: 'FR', consentEmail: true }, bo: { email: 'bo@example.org' } },
      },
      scope().asOf,
    );
  });
  afterAll(() => store.close());

  it('are titles, paths with all their beginnings, brands and prices of items', async () => {
    const items = byName(await featureParts(scope(), {}).itemFeatures!());
    expect(items).toEqual({
      title: ['龙井 · Green tea', null],
      category: ['Tea | Tea / Green', 'Tea'],
      brand: ['Qinghe', null],
      price: ['88', null],
    });
  });

  it('are columns of customers that say nothing about who they are, and others only where that was allowed', async () => {
    const plain = byName(await featureParts(scope(), {}).userFeatures!());
    expect(plain.country).toEqual(['FR', null]);
    expect(plain).not.toHaveProperty('email');
    const allowed = await featureParts({ ...scope(), privacy: { allowFeatures: ['email'] } }, {}).userFeatures!();
    expect(byName(allowed).email).toEqual(['ann@example.org', 'bo@example.org']);
  });

  it('are hour, day of the week and channel of each event before asOf, beside the sequences', async () => {
    const data = await readTrainingData(scope(), { order_completed: 2, product_viewed: 1 });
    const [sequences, context] = [await data.sequences!(), byName(await data.context!())];
    expect([...sequences.rowStarts]).toEqual([0, 2, 3]);
    expect([...sequences.items]).toEqual([0, 1, 0]);
    // Ann's Friday and Monday, then Bo's Saturday.
    expect(context).toEqual({ hour: ['9', '13', '22'], weekday: ['5', '1', '6'], channel: ['store', null, 'web'] });
  });
});

describe('features of a file', () => {
  const file = (name: string, text: string) => {
    const bytes = new TextEncoder().encode(text);
    return { name, size: bytes.length, async *stream(start = 0, end = bytes.length) { yield bytes.slice(start, end); } }; // prettier-ignore
  };

  it('are read by what the columns hold, one row an id, in the order of the ids', async () => {
    const text = [
      'colour,sku,genres,tea,name,url',
      'red,b,Drama|War,1,"Tea, loose",http://x.example/1',
      ',a,War,0,Green tea,http://x.example/2',
      'red,z,Noir,1,Pot,',
    ].join('\n');
    expect(byName(await readFeatureFile(file('items.csv', text), ['a', 'b', 'c']))).toEqual({
      colour: [null, 'red', null],
      genres: ['War', 'Drama | War', ''],
      tea: [null, '1', null],
      name: ['Green tea', 'Tea, loose', null],
    });
  });

  it('need no names of columns', async () => {
    const text = Array.from({ length: 14 }, (_, row) => `${row}|${20 + row}|M`).join('\n');
    const features = await readFeatureFile(file('u.user', text), ['3', '1']);
    expect(byName(features)).toEqual({ column2: ['23', '21'], column3: ['M', 'M'] });
  });

  it('are refused where no column has the ids', async () => {
    await expect(readFeatureFile(file('items.csv', 'sku,name\nx,Tea\ny,Pot'), ['a'])).rejects.toMatchObject({ code: 'features_no_ids' });
  });
});
