import { afterAll, beforeAll, expect, it } from 'vitest';
import { quietContext } from '$lib/core/base/run';
import { readPlan } from '$lib/core/plan/read';
import { toFileSource } from '$lib/core/schema/files';
import { nodePlatform } from '$lib/platform/node/platform';
import { Desk } from '$lib/work/desk';
import { makeExports } from '$lib/work/exports';
import { openPlan } from '$lib/work/openPlan';
import { operations } from '$lib/work/operations';
import { teaShopCsv, teaShopPlan } from '../../support/teaShop';

const planText = teaShopPlan
  .replace('models:', 'models:\n  - { id: again, kind: recommender, algorithm: buy-again }')
  .replace(
    '  - { id: loyal-picks, for: loyal-mail, model: tastes, size: 3 }',
    `  - { id: loyal-picks, for: loyal-mail, model: tastes, size: 3 }
  - { id: due-picks, for: loyal-mail, model: again, size: 3 }
  - { id: due-served, for: loyal-mail, model: again, size: 9, policies: { models: [tastes] } }
  - { id: due-offers, for: loyal-mail, model: again, size: 3, kind: next-best-offer }`,
  )
  .replace('{ list: loyal-picks, destination: [csv, parquet, jsonl] }', '{ list: due-picks, destination: csv }\n  - { list: due-served, destination: csv }\n  - { list: due-offers, destination: csv }\n  - { list: loyal-picks, destination: csv }'); // prettier-ignore

let desk: Desk;
const files = new Map<string, Record<string, string>[]>();
beforeAll(async () => {
  desk = new Desk(nodePlatform({ threads: 1 }));
  const { plan } = readPlan(planText, 'plan.yaml');
  const source = async (name: string) => toFileSource(Object.assign(new Blob([teaShopCsv()]), { name }));
  await openPlan(desk, plan, source, quietContext());
  for (const { name, read } of (await desk.read(quietContext(), makeExports)).files) {
    const [header, ...lines] = new TextDecoder()
      .decode(await read())
      .trimEnd()
      .split('\n');
    files.set(name, lines.map((line) => Object.fromEntries(line.split(',').map((cell, c) => [header.split(',')[c], cell])))); // prettier-ignore
  }
}, 60_000);
afterAll(async () => {
  await desk.close();
  await (await desk.store()).close();
});

it('says in files on which day something is due, and only where the model knows', async () => {
  const rows = files.get('due-picks.csv')!;
  const dated = rows.filter(({ due }) => due !== '');
  expect(dated.length).toBeGreaterThan(10);
  for (const { due } of dated) expect(due).toMatch(/^20\d\d-\d\d-\d\d$/);
  // The same days as on screen, in the plan's zone.
  const [{ user, item, due }] = dated;
  const model = desk.state.plan.models.find(({ id }) => id === 'again') as never;
  const { lists } = await operations.recommendersForUser({ models: [model], userId: user, size: 3 }, { ...quietContext(), desk });
  const shown = lists[0].items.find(({ itemId }) => itemId === item)!;
  expect(new Date(Date.parse(shown.due!) + 8 * 3_600_000).toISOString().slice(0, 10)).toBe(due);
  expect(files.get('due-offers.csv')!.some((row) => row.due.length === 10)).toBe(true);
  expect(Object.keys(files.get('loyal-picks.csv')![0])).not.toContain('due');
});

it('dates, in a list of several models, the rows of the one that knows', () => {
  const rows = files.get('due-served.csv')!;
  expect(rows.some(({ model, due }) => model === 'again' && due !== '')).toBe(true);
  expect(rows.filter(({ model, due }) => model === 'tastes' && due !== '')).toEqual([]);
});
