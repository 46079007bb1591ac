import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { Random } from '../../../src/lib/core/base/random';
import { quietContext } from '../../../src/lib/core/base/run';
import { inspectSource } from '../../../src/lib/core/schema/inspect/inspectSource';
import type { Mapping } from '../../../src/lib/core/schema/roles';
import { identifier, sql } from '../../../src/lib/core/store/sql';
import { makeExports } from '../../../src/lib/work/exports';
import { operations } from '../../../src/lib/work/operations';
import { closeDesks, importDesk, type Files, type ImportDesk } from '../../support/importDesk';
import { fileOf } from './support';
import { withBytes } from '../../support/writtenFiles';

afterEach(closeDesks);

/** A file of each month, as text by name; and all of their rows in one. */
interface Year {
  header: string;
  months: Files;
}

const wholeOf = ({ header, months }: Year): Files => ({
  'all.csv': header + Object.values(months).map((month) => month.slice(header.length)).join(''), // prettier-ignore
});

/** The same in the given order of months. */
const inOrder = ({ months }: Year, order: (names: string[]) => string[]): Files =>
  Object.fromEntries(order(Object.keys(months)).map((name) => [name, months[name]]));

const shuffled = (names: string[]) => {
  const random = new Random(7);
  return names.map((name) => ({ name, at: random.uniform() })).sort((a, b) => a.at - b.at).map(({ name }) => name); // prettier-ignore
};

/** A shop's year: refunds come months after their order, people move, and half of them have a second account with the same e-mail. */
function teaYear(): Year {
  const random = new Random(6);
  const header = 'user_id,item_id,event,timestamp,quantity,price,order_id,country,email,title,accepts_marketing,coupon\n';
  const rows: { at: string; text: string }[] = [];
  for (let order = 0; order < 700; order++) {
    const person = random.below(60);
    const account = random.below(3) === 0 && person % 2 === 0 ? `app-${person}` : `web-${person}`;
    const minute = random.below(365 * 24 * 60);
    const time = (add: number) => new Date(Date.UTC(2026, 0, 1, 0, minute + add)).toISOString().slice(0, 16).replace('T', ' ');
    const email = random.below(4) === 0 ? '' : `P${person}@x.org`;
    const answer = ['yes', 'no', '', ''][random.below(4)];
    for (let line = 0; line <= random.below(3); line++) {
      const item = random.below(40);
      const country = ['', 'DE', 'FR', 'AT'][random.below(4)];
      const title = random.below(3) === 0 ? '' : `Tea ${item}.${random.below(2)}`;
      const cells = (event: string, at: string, quantity: number) =>
        `${account},tea-${item},${event},${at},${quantity},${(2 + item / 4).toFixed(2)},o${order},${country},${email},${title},${line === 0 ? answer : ''},${random.below(3) === 0 ? `C${random.below(5)}` : ''}`;
      rows.push({ at: time(0), text: cells('buy', time(0), 1 + random.below(3)) });
      if (random.below(8) === 0) rows.push({ at: time(50_000), text: cells('refund', time(50_000), 1) });
    }
  }
  const months: Files = {};
  for (const { at, text } of rows.filter(({ at }) => at < '2027')) months[`${at.slice(0, 7)}.csv`] = (months[`${at.slice(0, 7)}.csv`] ?? header) + text + '\n'; // prettier-ignore
  return { header, months: Object.fromEntries(Object.entries(months).sort(([a], [b]) => (a < b ? -1 : 1))) };
}

/** What of a workspace somebody could see or take away: the hash, who is in the segments, and the exported files. */
async function taken(desk: ImportDesk, plan: object) {
  const context = desk.context();
  const { problems } = await operations.workspaceSavePlan({ plan: { ...desk.plan, ...plan } as never }, context);
  expect(problems).toEqual([]);
  const { files, manifest } = await desk.desk.read(quietContext(), makeExports);
  return {
    hash: desk.version.facts.dataHash,
    // How many texts a property has is only known where it is in one file.
    facts: { ...desk.version.facts, properties: desk.version.facts.properties?.map(({ name, type }) => ({ name, type })) },
    people: await desk.rows((t) => sql`SELECT * EXCLUDE (user_index) FROM ${identifier(t.users)} ORDER BY user_id`),
    audiences: manifest.audiences,
    files: Object.fromEntries((await withBytes(files)).map(({ name, bytes }) => [name, new TextDecoder().decode(bytes)])),
  };
}

describe('a tea shop’s year', () => {
  const plan = {
    segments: [
      { id: 'loyal', rule: { trait: 'orders', atLeast: 12 } },
      { id: 'champions', rule: { rfm: { bins: 5, method: 'quintile', cells: ['[2345][345][345]'] } } },
    ],
    models: [
      { id: 'popular', kind: 'recommender', algorithm: 'popularity', options: {} },
      { id: 'tastes', kind: 'recommender', algorithm: 'ials', options: { factors: 8 } },
    ],
    audiences: [
      { id: 'loyal-all', from: 'loyal', columns: ['orders', 'revenue', 'daysSinceLastOrder', 'favoriteItem', 'country'] },
      { id: 'champions-mail', from: 'champions', consent: 'email', top: { by: 'revenue', count: 9 }, columns: ['email', 'revenue'] },
    ],
    lists: [
      { id: 'picks', for: 'loyal-all', model: 'popular', size: 5, exclude: ['bought'] },
      { id: 'pairs', for: 'loyal-all', model: 'tastes', size: 5, exclude: ['bought'] },
    ],
    exports: [
      { audience: 'loyal-all', destination: 'csv' },
      { audience: 'champions-mail', destination: 'csv' },
      { list: 'picks', destination: 'csv' },
      { list: 'pairs', destination: 'jsonl' },
    ],
  };

  it('is the same data, members and files at once, month by month and in any order', async () => {
    const year = teaYear();
    const whole = wholeOf(year);
    const { mapping: proposed } = await inspectSource(fileOf(whole['all.csv']));
    const mapping: Mapping = { ...proposed, ids: { email: 'email' }, keep: ['coupon'] };
    expect(Object.keys(year.months)).toHaveLength(12);
    const merge = [{ kind: 'email' }];

    /** @param mergeAt after how many imports people are merged */
    const make = async (imports: Files[], mergeAt = imports.length) => {
      const desk = await importDesk('Europe/Berlin', 'EUR');
      for (const [i, files] of imports.entries()) {
        if (i === mergeAt) await operations.identityApply({ merge }, desk.context());
        await desk.add(files, { mapping });
      }
      if (mergeAt === imports.length) await operations.identityApply({ merge }, desk.context());
      return taken(desk, plan);
    };
    const oneByOne = (files: Files) => Object.entries(files).map(([name, text]) => ({ [name]: text }));

    const expected = await make([whole]);
    expect(
      expected.audiences.map(({ members }) => members).every((members) => members > 3),
      JSON.stringify(expected.audiences),
    ).toBe(true);
    // Merged accounts go by the first of their ids, and nobody has two.
    expect(expected.files['loyal-all.csv']).toMatch(/^app-\d+,/m);
    expect(await make([year.months])).toEqual(expected);
    expect(await make(oneByOne(year.months), 3)).toEqual(expected);
    expect(await make(oneByOne(inOrder(year, (names) => names.toReversed())), 1)).toEqual(expected);
    expect(await make(oneByOne(inOrder(year, shuffled)))).toEqual(expected);
    // A month that is imported again by key changes nothing.
    const desk = await importDesk('Europe/Berlin', 'EUR');
    await desk.add(year.months, { mapping });
    await operations.identityApply({ merge }, desk.context());
    await desk.add({ 'again.csv': year.months['2026-05.csv'] }, { mapping, mode: 'upsert', key: ['order', 'item', 'event', 'time'] });
    expect((await taken(desk, plan)).files).toEqual(expected.files);
  }, 180_000);
});

const folder = join(process.cwd(), '../shared/data/uci-online-retail');
const present = existsSync(folder);
if (!present) console.warn(`skipped: ${folder} is not there`);

describe.skipIf(!present)('twelve months of UCI Online Retail', () => {
  /** Returns name the invoice of a return, often of a month long before; descriptions and countries change on the way. */
  function retailYear(): Year {
    const text = readFileSync(join(folder, 'online_retail.csv'), 'utf8');
    const header = text.slice(0, text.indexOf('\n') + 1);
    const lines = new Map<string, string[]>();
    for (const line of text.slice(header.length).split('\n')) {
      const month = /,(20\d\d-\d\d)-\d\d \d\d:\d\d:\d\d,/.exec(line)?.[1];
      if (month === undefined || month === '2011-12') continue;
      lines.set(month, lines.get(month) ?? []);
      lines.get(month)!.push(line);
    }
    return { header, months: Object.fromEntries([...lines].map(([month, of]) => [`${month}.csv`, `${header}${of.join('\n')}\n`])) };
  }

  it('are the same data, members and files at once, as twelve files, month by month and in another order', async () => {
    const year = retailYear();
    expect(Object.keys(year.months)).toHaveLength(12);
    const whole = wholeOf(year);
    const { mapping } = await inspectSource(fileOf(whole['all.csv']));
    const plan = {
      segments: [{ id: 'champions', rule: { rfm: { bins: 5, method: 'quintile', cells: ['5[45][45]'] } } }],
      audiences: [
        { id: 'champions-mail', from: 'champions', columns: ['orders', 'revenue', 'daysSinceLastOrder', 'favoriteItem', 'country'] },
      ],
      exports: [{ audience: 'champions-mail', destination: 'csv' }],
    };
    const make = async (imports: Files[]) => {
      const desk = await importDesk('Europe/London', 'GBP', { kept: false });
      for (const files of imports) await desk.add(files, { mapping });
      const result = await taken(desk, plan);
      await closeDesks();
      return result;
    };
    const expected = await make([whole]);
    expect(expected.audiences[0].members).toBeGreaterThan(500);
    expect(await make([year.months])).toEqual(expected);
    expect(await make(Object.entries(inOrder(year, shuffled)).map(([name, text]) => ({ [name]: text })))).toEqual(expected);
  }, 600_000);
});
