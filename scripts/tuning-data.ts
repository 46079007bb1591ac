/** Data sets on which defaults are chosen, each cut into train and test. The test files of published sets are never measured on. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Random } from '../src/lib/core/base/random';
import { quietContext } from '../src/lib/core/base/run';
import { readSplit } from '../src/lib/core/evaluation/splitFiles';
import { matrixFromPairs, type InteractionMatrix } from '../src/lib/core/math/sparseRows';
import { readSampleShop } from '../src/lib/core/schema/sampleShop';
import { openFile } from '../src/lib/platform/node/files';
import { wideCatalogue } from '../tests/support/wideCatalogue';

const data = '../shared/data';
const read = (name: string) => ({ name, text: readFileSync(join(data, name), 'utf8') });

interface Cut {
  train: InteractionMatrix;
  test: InteractionMatrix;
}

export const tuningSets: Record<string, () => Cut | Promise<Cut>> = {
  wide: () => wideCatalogue({ users: 30_000, items: 41_000, pairs: 800_000, tastes: 200, seed: 1 }),
  wider: () => wideCatalogue({ users: 43_000, items: 35_000, pairs: 800_000, tastes: 500, seed: 2 }),
  sparse: () => wideCatalogue({ users: 20_000, items: 20_000, pairs: 75_000, tastes: 100, seed: 4 }),
  sparsest: () => wideCatalogue({ users: 20_000, items: 20_000, pairs: 50_000, tastes: 100, seed: 5 }),
  smallWide: () => wideCatalogue({ users: 3_000, items: 4_000, pairs: 36_000, tastes: 20, seed: 3 }),
  lastfm: () => holdOut(readSplit('ncf', read('deepcf-lastfm/lastfm.train.rating'), read('deepcf-lastfm/lastfm.test.rating')).train),
  electronics: () => holdOut(readSplit('adjacency', read('ultragcn-electronics/train.txt'), read('ultragcn-electronics/test.txt')).train),
  shop: async () => {
    const { events } = await readSampleShop(await openFile('datasets/sample-shop/shop.bin'), quietContext());
    const rows = Array.from({ length: events!.rows }, (_, row) => row).filter((row) => (events!.item?.codes[row] ?? -1) >= 0);
    const [user, item] = [rows.map((row) => events!.user.codes[row]), rows.map((row) => events!.item!.codes[row])];
    return holdOut(matrixFromPairs(1 + largest(user), 1 + largest(item), user, item));
  },
  'ml-100k': () => holdOut(readSplit('pairs', read('ml-100k/u.data'), read('ml-100k/u.data')).train),
};

/** A random fifth of the pairs. */
function holdOut(matrix: InteractionMatrix): { train: InteractionMatrix; test: InteractionMatrix } {
  const random = new Random(4, 9);
  const parts = [0, 1].map(() => ({ user: [] as number[], item: [] as number[] }));
  for (let user = 0; user < matrix.users; user++) {
    for (let entry = matrix.rowStarts[user]; entry < matrix.rowStarts[user + 1]; entry++) {
      const part = parts[random.uniform() < 0.2 ? 1 : 0];
      part.user.push(user);
      part.item.push(matrix.columns[entry]);
    }
  }
  const [train, test] = parts.map(({ user, item }) => matrixFromPairs(matrix.users, matrix.items, user, item));
  return { train, test };
}

function largest(values: number[]): number {
  return values.reduce((most, value) => Math.max(most, value), 0);
}
