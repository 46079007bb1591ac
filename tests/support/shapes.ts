import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Random } from '$lib/core/base/random';
import { quietContext } from '$lib/core/base/run';
import { readSampleShop } from '$lib/core/schema/sampleShop';
import type { InteractionList } from '$lib/core/store/interactionQueries';
import { openFile } from '$lib/platform/node/files';
import { userOfEntries } from '$lib/core/math/sparseRows';
import { wideCatalogue, type WideCatalogue } from './wideCatalogue';

/** Data sets of different shape, on which defaults must stand: real ones where the folder of shared data is there, and generated extremes. */
export interface Shape {
  name: string;
  isThere: boolean;
  /** @param people at most so many customers, evenly from all by number, with all that they did */
  read(people?: number): Promise<InteractionList>;
}

const shared = fileURLToPath(new URL('../../../shared/data', import.meta.url));
const shop = fileURLToPath(new URL('../../datasets/sample-shop/shop.bin', import.meta.url));

export const shapes: readonly Shape[] = [
  { name: 'ml-100k', ...ofFile('ml-100k/u.data', ([user, item, , time]) => [{ user, item, time: Number(time) }]) },
  { name: 'Last.fm', ...ofFile('deepcf-lastfm/lastfm.train.rating', ([user, item]) => [{ user, item }]) },
  { name: 'Electronics', ...ofFile('ultragcn-electronics/train.txt', ([user, ...items]) => items.map((item) => ({ user, item }))) },
  {
    name: 'groceries',
    ...ofFile('groceries/groceries_baskets.csv', (items, line) => items.map((item) => ({ user: `${line}`, item })), ','),
  },
  { name: 'sample shop', isThere: true, read: sampleShop },
  { name: 'two pairs each', ...generated({ users: 20_000, items: 20_000, pairs: 50_000, tastes: 100, seed: 5 }) },
  { name: 'wide catalogue', ...generated({ users: 3_000, items: 4_000, pairs: 36_000, tastes: 20, seed: 3 }) },
  { name: 'few items', ...generated({ users: 2_000, items: 30, pairs: 16_000, tastes: 3, seed: 6 }) },
];

interface Line {
  user: string;
  item: string;
  /** Seconds; without it things happened in the order of the file. */
  time?: number;
}

function ofFile(name: string, linesOf: (fields: string[], line: number) => Line[], between: string | RegExp = /\s+/): Omit<Shape, 'name'> {
  const path = join(shared, name);
  return {
    isThere: existsSync(path),
    async read(people) {
      const rows = readFileSync(path, 'utf8').trim().split(/\r?\n/);
      return listOf(
        rows.flatMap((row, line) => linesOf(row.split(between), line)),
        people,
      );
    },
  };
}

function generated(shape: WideCatalogue): Omit<Shape, 'name'> {
  return {
    isThere: true,
    async read(people = shape.users) {
      // A part of such a shop would have other pairs an item: the whole shop is made smaller.
      const scale = Math.min(1, people / shape.users);
      const small = { ...shape, users: Math.round(shape.users * scale), pairs: Math.round(shape.pairs * scale) };
      const items = shape.items > 100 ? Math.round(shape.items * scale) : shape.items;
      const { train, test } = wideCatalogue({ ...small, items, tastes: Math.max(3, Math.round(shape.tastes * scale)) });
      const lines = [train, test].flatMap((part) => {
        const users = userOfEntries(part);
        return Array.from(part.columns, (item, at) => ({ user: `${users[at]}`, item: `${item}` }));
      });
      // Things happened in no order that says anything.
      const order = new Random(shape.seed, 22).shuffle(Int32Array.from(lines, (_, at) => at));
      return listOf(Array.from(order, (at) => lines[at]));
    },
  };
}

async function sampleShop(people?: number): Promise<InteractionList> {
  const { events } = await readSampleShop(await openFile(shop), quietContext());
  const { rows, user, item, ts } = events!;
  const lines: Line[] = [];
  for (let row = 0; row < rows; row++) {
    const code = item?.codes[row] ?? -1;
    if (code >= 0) lines.push({ user: `${user.codes[row]}`, item: `${code}`, time: (ts.values[row] ?? 0) / 1e6 });
  }
  return listOf(lines, people);
}

function listOf(lines: Line[], people = Infinity): InteractionList {
  const all = [...new Set(lines.map(({ user }) => user))];
  const step = Math.max(1, all.length / people);
  const chosen = new Map<string, number>();
  for (let at = 0; Math.floor(at) < all.length && chosen.size < people; at += step) chosen.set(all[Math.floor(at)], chosen.size);
  const kept = lines.map((line, at) => ({ ...line, time: line.time ?? at })).filter(({ user }) => chosen.has(user));
  kept.sort((a, b) => a.time - b.time);
  const items = new Map<string, number>();
  for (const { item } of kept) if (!items.has(item)) items.set(item, items.size);
  return {
    users: chosen.size,
    items: items.size,
    userOfEvent: Int32Array.from(kept, ({ user }) => chosen.get(user)!),
    itemOfEvent: Int32Array.from(kept, ({ item }) => items.get(item)!),
    valueOfEvent: new Float32Array(kept.length).fill(1),
    timeOfEvent: Float64Array.from(kept, ({ time }) => time * 1e6),
  };
}
