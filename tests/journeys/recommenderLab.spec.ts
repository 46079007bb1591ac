import { readFileSync } from 'node:fs';
import { unzipSync } from 'fflate';
import { readTravelling } from '../../src/lib/core/recommenders/state/npz';
import { expect, expectAccessible, expectFits, hasSharedData, importRows, pattern, prefer, say, sharedData, test, visit } from './support';

test.skip(!hasSharedData, 'the real data sets are not beside this checkout');

/** As recommend.py scores for EASE: the weights of what somebody has, summed; what they bought is struck out. */
function tenBest(zip: Uint8Array, userId: string): string[] {
  const files = unzipSync(zip);
  const [model, data] = [readTravelling(files['model.npz']), readTravelling(files['data.npz'])];
  const items = model.ids!.items!;
  const { weights } = model.state.arrays;
  const user = data.ids!.users!.indexOf(userId);
  const rowOf = (name: string) => {
    const starts = data.state.arrays[`${name}Starts`].data;
    return data.state.arrays[`${name}Items`].data.subarray(starts[user], starts[user + 1]);
  };
  const scores = new Float32Array(items.length);
  for (const item of rowOf('history')) scores.forEach((score, to) => (scores[to] = score + weights.data[item * items.length + to]));
  for (const item of rowOf('bought')) scores[item] = -Infinity;
  const order = Array.from(scores.keys()).sort((a, b) => scores[b] - scores[a] || a - b);
  return order.slice(0, 10).map((item) => items[item]!);
}

/** What others say of themselves names it, too. */
const startingWith = (name: string) => new RegExp(`^${pattern(name).source}`);

test('a data scientist compares models on MovieLens 100K, sees why one film is listed, and takes the model to Python', async ({ page }) => {
  const t = say('en');
  await prefer(page, 'en');
  await page.goto('/');
  await page.locator('input[type=file]').first().setInputFiles(`${sharedData}ml-100k/u.data`);
  await importRows(page, 'en').click();
  await expect(page.getByText(t('data_done_title', { file: 'u.data' }))).toBeVisible();
  await page
    .getByRole('link', { name: t('shell_nav_recommenders') })
    .first()
    .click();

  // Two models are put in at once; the slower one gives way to two quick ones.
  await page.getByRole('button', { name: t('models_begin') }).click();
  await page
    .getByRole('main')
    .getByRole('button', { name: t('shell_cancel') })
    .click();
  await page.getByRole('button', { name: /^mult-dae/ }).click();
  await page.getByRole('button', { name: t('models_delete'), exact: true }).click();
  for (const algorithm of ['ease', 'rp3beta']) {
    await page.getByRole('button', { name: t('models_add'), exact: true }).click();
    await page.getByRole('menuitem', { name: startingWith(t(`models_algorithm_${algorithm}`)) }).click();
    await page.keyboard.press('Escape');
  }
  await page.getByRole('button', { name: t('models_compare'), exact: true }).click();

  // The leaderboard: best first, each with its interval, and whether the lead is more than chance.
  const board = page.getByRole('table', { name: t('models_comparison_title'), exact: true });
  await expect(board).toBeVisible();
  await expect(board.getByRole('row')).toHaveCount(5);
  const column = (await board.getByRole('columnheader').allInnerTexts()).findIndex((words) => words.includes('NDCG@20'));
  const cells = await board.locator(`tbody tr > :nth-child(${column + 1})`).allInnerTexts();
  const found = cells.map((cell) => Number(/0\.\d{4}/.exec(cell)![0]));
  expect(found).toEqual(found.toSorted((a, b) => b - a));
  expect(cells.every((cell) => /± 0\.\d{4}/.test(cell))).toBe(true);
  await expect(page.getByText(t('models_lead'))).toBeVisible();
  await expect(page.getByText(t('models_fresh'), { exact: true })).toBeVisible();
  // Every model is named in the plot.
  const names = page.locator('figure', { hasText: t('models_plot_title', { metric: 'NDCG@20' }) }).locator('text.name');
  await expect(names).toHaveCount(4);

  // Why one person has one film.
  const who = page.getByRole('combobox', { name: t('models_pick_customer') });
  await who.fill('196');
  await page.getByRole('option', { name: /^196/ }).click();
  const list = page.getByRole('region', { name: 'ease', exact: true });
  await expect(list.getByRole('listitem')).toHaveCount(10);
  const shown = await list.locator('.title').allInnerTexts();
  await list.getByRole('button').first().click();
  await expect(list.getByRole('row', { name: new RegExp(`^${t('reasons_sum')}`) })).toBeVisible();
  await expectFits(page, 'recommenders with a reason');
  await expectAccessible(page, 'recommenders with a reason');

  // Whoever comes from the customer sees the lists, and not the top of the screen; nothing is trained for it.
  await visit(page, '/customers/?customer=196');
  await page.getByRole('link', { name: t('profiles_recommend') }).click();
  await expect(page.getByRole('heading', { name: t('models_picks_title') })).toBeInViewport();
  await expect(list.getByRole('listitem')).toHaveCount(10);

  // The winner goes away, and its files say the same of the same person.
  await page
    .getByRole('table', { name: t('registry_title') })
    .getByRole('button', { name: 'ease', exact: true })
    .click();
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: t('registry_take') }).click()]);
  const zip = new Uint8Array(readFileSync(await download.path()));
  expect(Object.keys(unzipSync(zip))).toEqual(expect.arrayContaining(['MODEL_CARD.md', 'model.npz', 'data.npz', 'recommend.py']));
  expect(tenBest(zip, '196')).toEqual(shown);

  // After a reload everything is there, and nothing is trained: a training would leave another time in the library.
  const library = page.getByRole('table', { name: t('registry_title') }).getByRole('row', { name: /^ease/ });
  await page.keyboard.press('Escape');
  const kept = await library.innerText();
  await page.reload();
  await expect(list.getByRole('listitem')).toHaveCount(10);
  expect(await list.locator('.title').allInnerTexts()).toEqual(shown);
  await expect(board.getByRole('row')).toHaveCount(5);
  expect(await library.innerText()).toBe(kept);
});
