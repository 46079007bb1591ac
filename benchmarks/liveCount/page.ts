/** Runs in the browser for ../liveCount.mjs: edits one leaf of a rule again and again on the sample shop. */
import { quietContext } from '../../src/lib/core/base/run';
import { openProfiles } from '../../src/lib/core/profiles/materialize';
import { readProfilesPage } from '../../src/lib/core/profiles/profilesPage';
import { resolveAsOf } from '../../src/lib/core/schema/asOf';
import { readSampleShop, sampleShop } from '../../src/lib/core/schema/sampleShop';
import { membersOf, type SegmentScope } from '../../src/lib/core/segments/evaluate';
import type { Rule } from '../../src/lib/core/segments/rule';
import type { DataScope } from '../../src/lib/core/store/dataScope';
import { appendStaged } from '../../src/lib/core/store/dataset';
import { DerivedCache } from '../../src/lib/core/store/derivedCache';
import { identifier, sql } from '../../src/lib/core/store/sql';
import { openWasmStore } from '../../src/lib/platform/browser/wasmStore';

export interface Measured {
  what: string;
  times: number[];
}

const steps = 25;

export async function measure(): Promise<{ engine: string; events: number; users: number; rows: Measured[] }> {
  const store = await openWasmStore();
  const run = quietContext();
  const bytes = new Uint8Array(await (await fetch('/datasets/sample-shop/shop.bin')).arrayBuffer());
  const file = { name: sampleShop.fileName, size: bytes.length, stream: async function* () { yield bytes; } }; // prettier-ignore
  const { timeZone, currency } = sampleShop;
  const shop = { staged: await readSampleShop(file, run), files: [sampleShop.fileName] };
  const { version } = await appendStaged(store, null, [shop], { timeZone, currency, run });
  const { facts } = version;
  const asOf = resolveAsOf({ asOf: 'latest', timeZone }, facts)!;
  const rows: Measured[] = [];

  const { key: dataKey, tables } = version;
  const scope = (): DataScope => ({
    store,
    cache: new DerivedCache(),
    tables,
    dataKey,
    dataHash: facts.dataHash,
    asOf,
    users: facts.userNumbers,
  });
  const plain = { traits: [], scores: new Map() };
  const profiles = await timed(3, () => openProfiles(scope(), plain));
  rows.push({ what: 'profiles table, made anew', times: profiles });

  const fresh = async (): Promise<SegmentScope> => ({ ...(await openProfiles(scope(), plain)), segments: [] });
  const around = (leaf: Rule): Rule => ({
    all: [
      { trait: 'orders', atLeast: 1 },
      {
        any: [
          { event: 'product_viewed', atLeast: 3, withinDays: 90 },
          { event: 'product_added', withinDays: 30 },
        ],
      },
      { not: { event: 'order_completed', withinDays: 60 } },
      leaf,
    ],
  });
  const category = String((await store.query(sql`SELECT category FROM ${identifier(tables.items)} LIMIT 1`)).getChildAt(0)!.get(0));
  const edits: Record<string, (step: number) => Rule> = {
    'trait compared with a number': (step) => ({ trait: 'revenue', atLeast: 100 + step }),
    'text trait contains': (step) => ({ trait: 'email', contains: `a${step % 10}` }),
    'top N % of a trait': (step) => ({ trait: 'revenue', topPercent: 1 + step }),
    'ordered at least 2 times in D days': (step) => ({ event: 'order_completed', atLeast: 2, withinDays: 100 + step }),
    'viewed at least 5 times in D days': (step) => ({ event: 'product_viewed', atLeast: 5, withinDays: 100 + step }),
    'viewed at least N times, ever': (step) => ({ event: 'product_viewed', atLeast: 2 + step }),
    'viewed a category in D days': (step) => ({
      event: 'product_viewed',
      withinDays: 100 + step,
      where: [{ property: 'category', oneOf: [category] }],
    }),
    'RFM cells': (step) => ({ rfm: { bins: 5, method: 'quintile', cells: [`${1 + (step % 5)}[45].`] } }),
  };
  const all: number[] = [];
  for (const [what, leaf] of Object.entries(edits)) {
    const scope = await fresh();
    await membersOf(scope, around(leaf(steps)), run);
    const times = await timed(steps, (step) => membersOf(scope, around(leaf(step)), run));
    all.push(...times);
    rows.push({ what, times });
  }
  rows.push({ what: 'all edits together', times: all });

  const shown = await fresh();
  const sorts = ['revenue', 'daysSinceLastOrder', 'favoriteItem', 'orders', 'country', 'email', 'views', 'tenureDays'];
  const sort = (step: number) => ({ column: sorts[step % sorts.length], descending: step % 2 === 0 });
  rows.push({
    what: 'page of customers, sorted by a new column',
    times: await timed(8, (step) => readProfilesPage(shown, { sort: sort(step), offset: 0, limit: 50 })),
  });
  rows.push({
    what: 'page of customers, scrolled',
    times: await timed(20, (step) => readProfilesPage(shown, { sort: sort(0), offset: step * 900, limit: 50 })),
  });
  rows.push({
    what: 'page of customers, another search',
    times: await timed(10, (step) => readProfilesPage(shown, { search: `${step}5`, offset: 0, limit: 50 })),
  });
  const engine = `${store.engine.name} ${store.engine.version} ${store.engine.bundle}, ${store.engine.threads} threads`;
  await store.close();
  return { engine, events: facts.events, users: facts.users, rows };
}

async function timed(times: number, work: (step: number) => Promise<unknown>): Promise<number[]> {
  const taken: number[] = [];
  for (let step = 0; step < times; step++) {
    const started = performance.now();
    await work(step);
    taken.push(performance.now() - started);
  }
  return taken;
}
