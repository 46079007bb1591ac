import { afterAll, beforeAll, expect, it } from 'vitest';
import { UserError } from '$lib/core/base/errors';
import { quietContext } from '$lib/core/base/run';
import type { PlanList } from '$lib/core/plan/schema';
import { readPlan } from '$lib/core/plan/read';
import { referenceProblems } from '$lib/core/plan/references';
import { policiesOfKind } from '$lib/core/recommendations/policies/ofKinds';
import { writePlan } from '$lib/core/plan/write';
import { toFileSource } from '$lib/core/schema/files';
import { nodePlatform } from '$lib/platform/node/platform';
import { Desk } from '$lib/work/desk';
import { makeExports, type FinishedExports } from '$lib/work/exports';
import { operations } from '$lib/work/operations';
import { openPlan } from '$lib/work/openPlan';
import { teaShopCsv, teaShopPlan } from '../../support/teaShop';

/** 24 teas: a third of each category, two brands, price and cost, every sixth sold out; customers, every third without consent. */
const item = (n: number) => ({
  category: `Tea / ${['Green', 'Black', 'White'][Math.floor(n / 8)]}`,
  brand: n % 2 === 0 ? 'Leaf' : 'Root',
  price: 2 + n / 4,
  cost: n % 5 === 0 ? 1 : 1.5,
  stock: n % 6 === 0 ? 0 : 10,
});
const itemsCsv = [
  'item_id,title,category,brand,price,cost,stock',
  ...Array.from({ length: 24 }, (_, n) => `tea-${n},Tea ${n},${Object.values(item(n)).join(',')}`),
].join('\n');
const usersCsv = [
  'user_id,consent_email',
  ...Array.from({ length: 24 }, (_, n) => `${String(n).padStart(4, '0')},${n % 3 === 0 ? 'no' : 'yes'}`),
].join('\n');
const files: Record<string, string> = { 'orders.csv': teaShopCsv(), 'items.csv': itemsCsv, 'users.csv': usersCsv };

const policies = `
      models: [bestsellers]
      repurchase: [{ category: Tea / Green, afterDays: 14 }, { category: Tea, afterDays: 400 }]
      stock: { atLeast: 1 }
      hide: { items: [tea-3], pairs: [{ user: '0001', item: tea-9 }] }
      only: { categories: [Tea] }
      consent: email
      caps: [{ by: category, most: 2 }, { by: brand, most: 3 }, { by: price, bands: [4, 6], most: 3 }]
      exposure: { share: 0.6 }
      boosts: [{ by: margin, places: 5 }, { by: freshness, places: 2 }]
      diversity: { method: mmr, amount: 0.3, likeness: taste }
      slots: [{ position: 2, items: [tea-23, tea-22] }]`;
/** One list of each other kind, all under the rules that each of them keeps. */
const kinds = ['segment', 'up-sell', 'cross-sell', 'next-best-offer', 'similar-items', 'bought-together'] as const;
const common = "stock: { atLeast: 1 }, hide: { items: [tea-3] }, caps: [{ by: brand, most: 1 }], boosts: [{ by: margin, places: 5 }], diversity: { method: mmr, amount: 0.2, likeness: category }"; // prettier-ignore
const kindLists = kinds
  .map((kind) => {
    const isOfItem = kind === 'similar-items' || kind === 'bought-together';
    const model = kind === 'bought-together' ? 'leastOrders: 1' : 'model: tastes';
    return `  - { id: ${kind}, kind: ${kind}, for: loyal-mail, ${model}, size: 4, policies: { ${common}${isOfItem ? '' : ', consent: email'} } }`;
  })
  .join('\n');
const planText = teaShopPlan
  .replace('sources:', 'sources:\n  - { id: items, files: [items.csv] }\n  - { id: users, files: [users.csv] }')
  .replace('models:', 'models:\n  - { id: bestsellers, kind: recommender, algorithm: popularity }')
  .replace(
    '{ id: loyal-picks, for: loyal-mail, model: tastes, size: 3 }',
    `id: loyal-picks\n    for: loyal-mail\n    model: tastes\n    size: 5\n    policies:${policies}\n${kindLists}`,
  )
  .replace('[csv, parquet, jsonl]', '[csv, parquet, jsonl, spreadsheet]')
  .replace(
    '- { list: loyal-picks',
    `${kinds.map((kind) => `- { list: ${kind}, destination: csv }`).join('\n  ')}\n  - { list: loyal-picks`,
  );

let desk: Desk;
let made: FinishedExports;
let rows: Record<string, string>[];
beforeAll(async () => {
  desk = new Desk(nodePlatform({ threads: 1 }));
  const { plan } = readPlan(planText, 'plan.yaml');
  await openPlan(desk, plan, async (name) => fileOf(name), quietContext());
  made = await desk.read(quietContext(), makeExports);
  rows = await rowsOf('loyal-picks');
}, 60_000);
async function rowsOf(list: string): Promise<Record<string, string>[]> {
  const csv = new TextDecoder().decode(await made.files.find(({ name }) => name === `${list}.csv`)!.read());
  const [header, ...lines] = csv.trimEnd().split('\n');
  return lines.map((line) => Object.fromEntries(line.split(',').map((cell, c) => [header.split(',')[c], cell])));
}
afterAll(async () => {
  await desk.close();
  await (await desk.store()).close();
});

const fileOf = (name: string) => toFileSource(Object.assign(new Blob([files[name]]), { name }));
const numberOf = (row: Record<string, string>) => Number(row.item.slice(4));

it('no row of the file breaks a rule, and each says where it comes from', () => {
  expect(rows.length).toBeGreaterThan(30);
  expect(Object.keys(rows[0])).toEqual(['user', 'rank', 'item', 'score', 'model', 'title', 'source', 'finalScore', 'reason', 'filled']);
  for (const row of rows) {
    expect(item(numberOf(row)).stock).toBeGreaterThan(0);
    expect(row.item).not.toBe('tea-3');
    expect(Number(row.user) % 3).not.toBe(0);
    expect(['model', 'popular', 'promoted']).toContain(row.source);
    expect(['model', 'again', 'boosted', 'diverse', 'promoted', 'filled']).toContain(row.reason);
    if (row.reason !== 'promoted') expect(Number(row.score)).not.toBeNaN();
  }
  expect(rows.filter(({ user, item: id }) => user === '0001' && id === 'tea-9')).toEqual([]);
  const users = [...new Set(rows.map(({ user }) => user))];
  const most = Math.max(1, Math.floor(0.6 * users.length));
  for (let n = 0; n < 24; n++) expect(rows.filter((row) => numberOf(row) === n).length).toBeLessThanOrEqual(most);
  for (const user of users) {
    const own = rows.filter((row) => row.user === user).map(numberOf);
    expect(new Set(own).size).toBe(own.length);
    for (const band of [0, 1, 2]) {
      expect(own.filter((n) => Math.floor(n / 8) === band).length).toBeLessThanOrEqual(2);
      expect(own.filter((n) => [4, 6].filter((line) => item(n).price >= line).length === band).length).toBeLessThanOrEqual(3);
    }
    expect(own.filter((n) => n % 2 === 0).length).toBeLessThanOrEqual(3);
  }
});

it('what was bought comes again only where enough days have passed', () => {
  const lastBought = new Map<string, number>();
  for (const line of files['orders.csv'].trimEnd().split('\n').slice(1)) {
    const [user, id, , time] = line.split(',');
    lastBought.set(`${user},${id}`, Math.max(lastBought.get(`${user},${id}`) ?? 0, Date.parse(`${time.slice(0, 10)}T00:00:00Z`)));
  }
  const again = rows.filter(({ user, item: id }) => lastBought.has(`${user},${id}`));
  expect(again.length).toBeGreaterThan(0);
  for (const row of again) {
    expect(item(numberOf(row)).category).toBe('Tea / Green');
    expect((Date.parse('2026-03-02T00:00:00Z') - lastBought.get(`${row.user},${row.item}`)!) / 86_400_000).toBeGreaterThanOrEqual(14);
  }
});

it('promotes at the second place, counts who did not agree, and every destination takes it', () => {
  const second = rows.filter(({ rank }) => rank === '2');
  expect(second.filter(({ reason }) => reason === 'promoted').length).toBeGreaterThan(0);
  for (const row of second.filter(({ reason }) => reason === 'promoted')) expect(['tea-22', 'tea-23']).toContain(row.item);
  const [list] = made.manifest.lists;
  expect(list.withoutConsent).toBeGreaterThan(0);
  expect(list.users + list.withoutConsent!).toBe(15);
  expect(made.files.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['loyal-picks.parquet', 'loyal-picks.jsonl', 'loyal-picks-spreadsheet.csv']),
  );
});

async function shown(list: PlanList, userIds?: string[]) {
  const answer = await operations.listPreview({ list, userIds }, { ...quietContext(), desk });
  if (answer.untrained) throw new Error('the run has trained all of them');
  return answer;
}

it('shows some customers’ lists as they will be, what left how many out, and what that does to all of them', async () => {
  const [list] = readPlan(planText, 'plan.yaml').plan.lists;
  const { user } = rows[0];
  const { preview, data } = await shown(list, [user]);
  expect(data).toEqual({ category: true, brand: true, price: true, margin: true, stock: true });
  const { people, before, after, kept, itemsLeftOut, withoutConsent, audience, measured } = preview;
  expect([audience, withoutConsent + measured]).toEqual([15, 15]);
  const own = rows.filter((row) => row.user === user);
  expect(people[0].rows.map(({ itemId, reason }) => [itemId, reason])).toEqual(own.map(({ item: id, reason }) => [id, reason]));
  expect(people[0].leftOut.reduce((sum, { count }) => sum + count, 0)).toBeGreaterThan(0);
  expect(itemsLeftOut).toEqual({ hidden: 1, only: 0, stock: 4 });
  expect(before.rows).toBe(5 * measured);
  expect(after.categories!).toBeGreaterThan(before.categories!);
  expect(kept).toBeLessThan(1);
});

it('a preference for margin raises it, and without rules nothing is moved', async () => {
  const [{ policies: _, ...list }] = readPlan(planText, 'plan.yaml').plan.lists;
  const { preview: plain } = await shown(list);
  expect(plain.after).toEqual(plain.before);
  expect(plain.kept).toBe(1);
  for (const person of plain.people) {
    const held = person.leftOut.find(({ rule }) => rule === 'held')?.count ?? 0;
    expect(person.leftOut.every(({ rule }) => rule === 'held')).toBe(true);
    expect(person.rows.at(-1)!.place).toBe(person.rows.length + held);
  }
  const { preview: boosted } = await shown({ ...list, policies: { boosts: [{ by: 'margin', places: 10 }] } });
  expect(boosted.after.margin!).toBeGreaterThan(boosted.before.margin!);
});

it('trains nothing unasked', async () => {
  const [list] = readPlan(planText, 'plan.yaml').plan.lists;
  const other = new Desk(nodePlatform({ threads: 1 }));
  await openPlan(other, readPlan(planText, 'plan.yaml').plan, async (name) => fileOf(name), quietContext());
  expect(await operations.listPreview({ list }, { ...quietContext(), desk: other })).toMatchObject({
    untrained: ['tastes', 'bestsellers'],
    data: { margin: true, stock: true },
  });
  await other.close();
  await (await other.store()).close();
}, 60_000);

it('goes through YAML and back, and models that are not there are found', () => {
  const { plan } = readPlan(planText, 'plan.yaml');
  expect(readPlan(writePlan(plan), 'plan.yaml').plan).toEqual(plan);
  const wrong = { ...plan, exports: plan.exports.slice(0, 2), lists: [{ ...plan.lists[0], policies: { models: ['nobody'] } }] };
  expect(referenceProblems(wrong).map(({ code, values }) => [code, values?.path])).toEqual([
    ['plan_id_unknown', 'lists[0].policies.models[0]'],
  ]);
});

it('refuses what the data cannot say', async () => {
  const bare = new Desk(nodePlatform({ threads: 1 }));
  const refused = async (own: object) => {
    const { plan } = readPlan(teaShopPlan, 'plan.yaml');
    const lists = [{ ...plan.lists[0], policies: own }];
    await openPlan(bare, { ...plan, lists }, async (name) => fileOf(name), quietContext());
    return bare.read(quietContext(), makeExports).then(
      () => 'done',
      (error: unknown) => (error instanceof UserError ? error.code : error),
    );
  };
  expect(await refused({ stock: { atLeast: 1 } })).toBe('list_stock_unknown');
  expect(await refused({ boosts: [{ by: 'margin', places: 3 }] })).toBe('list_margin_unknown');
  expect(await refused({ consent: 'email' })).toBe('consent_unknown');
  await bare.close();
  await (await bare.store()).close();
}, 60_000);

// Each order of this shop is one line, so nothing stands together; listKinds.test.ts has that kind.
it.each(kinds.slice(0, 5))('keeps the rules in a list of the kind %s', async (kind) => {
  const made = await rowsOf(kind);
  expect(made.length).toBeGreaterThan(kind === 'segment' ? 1 : 4);
  const brands = new Map<string, string[]>();
  for (const row of made) {
    expect(row.item).not.toBe('tea-3');
    expect(item(numberOf(row)).stock).toBeGreaterThan(0);
    const subject = row.user ?? row.for_item ?? row.audience;
    brands.set(subject, [...(brands.get(subject) ?? []), item(numberOf(row)).brand]);
    if (row.user) expect(Number(row.user) % 3).not.toBe(0);
  }
  for (const own of brands.values()) expect(new Set(own).size).toBe(own.length);
});

it('says what stands beside a row of the row that was chosen', async () => {
  for (const row of await rowsOf('up-sell')) expect(Number(row.price)).toBe(item(numberOf(row)).price);
  for (const row of await rowsOf('bought-together')) expect(Number(row.lift)).toBeCloseTo(Number(row.score), 5);
  for (const row of await rowsOf('next-best-offer')) expect([row.reason !== '', row.weekday !== '']).toEqual([true, true]);
});

it('says before anything is made which rules a kind of list cannot keep', () => {
  const plan = readPlan(planText, 'plan.yaml').plan;
  const problemsOf = (kind: PlanList['kind'], given: PlanList['policies']) =>
    referenceProblems({ ...plan, lists: plan.lists.map((list) => (list.id === 'segment' ? { ...list, kind, policies: given } : list)) });
  expect(referenceProblems(plan)).toEqual([]);
  expect(problemsOf('similar-items', { consent: 'email', caps: [], slots: [] })).toMatchObject([
    { code: 'list_policy_not_kept', values: { policies: 'consent, slots' } },
  ]);
  expect(problemsOf('bought-together', { diversity: { method: 'mmr', amount: 0.3, likeness: 'taste' } })).toMatchObject([
    { values: { policies: 'taste' } },
  ]);
  expect(policiesOfKind('bought-together', { consent: 'email', diversity: { method: 'mmr', amount: 0.3, likeness: 'taste' } })).toEqual({
    diversity: { method: 'mmr', amount: 0.3, likeness: 'category' },
  });
});
