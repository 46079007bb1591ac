import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Cancelled, UserError } from '$lib/core/base/errors';
import { Random } from '$lib/core/base/random';
import { createRunContext, quietContext, type Progress } from '$lib/core/base/run';
import type { Tensors } from '$lib/core/math/tensors';
import type { PropensitySpec } from '$lib/core/plan/schema';
import { readFeatures, readLabels } from '$lib/core/predictions/features';
import { putScores } from '$lib/core/predictions/scoresTable';
import { trainPropensity, type PropensityResult } from '$lib/core/predictions/trainPropensity';
import { addDays } from '$lib/core/schema/asOf';
import { sql } from '$lib/core/store/sql';
import type { TableStore } from '$lib/core/store/tableStore';
import { openNativeStore } from '$lib/platform/node/nativeStore';
import { openNodeTensors } from '$lib/platform/node/tensors';
import { openTinyShop, type TinyEvent, type TinyShop } from '../../support/tinyShop';

const [firstDay, days] = ['2026-01-01', 140];
const asOf = `${addDays(firstDay, days)}T00:00:00`;
const kinds = ['fan', 'looker', 'gone'] as const;

/**
 * 100 fans, who order about every twelve days to the end; 100 who only look; and 100 who ordered as eagerly until day 50
 * and never came back. Nobody's consent or country says anything.
 */
function makeShop(): TinyShop {
  const random = new Random(4);
  const events: TinyEvent[] = [];
  const users: TinyShop['users'] = {};
  for (let n = 0; n < 300; n++) {
    const kind = kinds[n % 3];
    const user = `${kind}-${String(n).padStart(3, '0')}`;
    users[user] = { country: n % 2 ? 'CN' : 'DE', consentEmail: random.uniform() < 0.5, email: `${user}@example.com` };
    const end = kind === 'gone' ? 50 : days;
    for (let day = random.below(8); day < end; day += 1 + Math.floor(random.exponential(1 / 11))) {
      const event = kind === 'looker' ? 'product_viewed' : 'order_completed';
      const value = event === 'order_completed' ? 10 + random.below(50) : undefined;
      events.push({
        user,
        event,
        at: `${addDays(firstDay, day)}T12:00:00`,
        value,
        quantity: value && 1,
        order: value ? `${user}-${day}` : undefined,
      });
    }
  }
  return { events, users };
}

const spec = (over: Partial<PropensitySpec> = {}): PropensitySpec => ({
  id: 'will-buy',
  kind: 'propensity',
  algorithm: 'logistic',
  options: {},
  target: { event: 'order_completed', withinDays: 14 },
  ...over,
});

describe('will this customer order in the next 14 days?', () => {
  let store: TableStore;
  let tensors: Tensors;
  let ids: string[];
  let scope: Awaited<ReturnType<typeof openTinyShop>>;
  const shop = makeShop();
  const train = (given = spec(), seed = 1, run = quietContext()) => trainPropensity(scope, given, seed, tensors, run);
  const codeOf = async (asked: Promise<unknown>) => ((await asked.catch((error: unknown) => error)) as UserError).code;

  beforeAll(async () => {
    [store, tensors] = [await openNativeStore({ threads: 2 }), await openNodeTensors()];
    scope = await openTinyShop(store, shop, asOf);
    ({ ids } = scope);
  });
  afterAll(() => store.close());

  const meanOf = ({ scores }: PropensityResult, kind: string) => {
    const own = Array.from(scores).filter((_, user) => ids[user].startsWith(kind));
    return own.reduce((sum, score) => sum + score, 0) / own.length;
  };

  for (const algorithm of ['logistic', 'network']) {
    it(`${algorithm}: fans probably, the others hardly`, async () => {
      const result = await train(spec({ algorithm }));
      expect(meanOf(result, 'fan')).toBeGreaterThan(0.6);
      expect(meanOf(result, 'looker')).toBeLessThan(0.05);
      expect(meanOf(result, 'gone')).toBeLessThan(0.2);
      const { report } = result;
      expect(report.auc).toBeGreaterThan(0.9);
      expect(report.auc).toBeGreaterThanOrEqual(report.baseline.auc - 0.02);
      expect(report.testPositives).toBe(report.lift.reduce((sum, { positives }) => sum + positives, 0));
      expect(report.testRows).toBe(300);
      expect(report.losses.length).toBeGreaterThan(0);
    });
  }

  it('is tested on the last fortnight and trained on earlier ones only', async () => {
    const { report } = await train();
    expect(report.testCutoff).toBe(`${addDays(firstDay, days - 14)}T00:00:00`);
    expect(report.validationCutoff).toBe(`${addDays(firstDay, days - 28)}T00:00:00`);
    expect(report.trainCutoffs.at(-1)).toBe(`${addDays(firstDay, days - 42)}T00:00:00`);
  });

  it('does not change by a digit when the future changes', async () => {
    const cutoff = `${addDays(firstDay, 100)}T00:00:00`;
    const before = await readFeatures(scope, cutoff);
    await store.execute(sql`CREATE TABLE kept AS SELECT * FROM events`);
    await store.execute(sql`DELETE FROM events WHERE local_ts >= ${cutoff}::TIMESTAMP`);
    const after = await readFeatures(scope, cutoff);
    await store.execute(sql`CREATE OR REPLACE TABLE events AS SELECT * FROM kept`);
    await store.execute(sql`DROP TABLE kept`);
    expect(after).toEqual(before);
  });

  it('labels what happens from the cut-off on, and before the window ends', async () => {
    const cutoff = `${addDays(firstDay, 100)}T00:00:00`;
    const table = await readFeatures(scope, cutoff);
    const labels = await readLabels(scope, table, 'order_completed', 14);
    const buyers = new Set(
      shop.events
        .filter(({ event, at }) => event === 'order_completed' && at >= cutoff && at < `${addDays(firstDay, 114)}T00:00:00`)
        .map(({ user }) => user),
    );
    expect(Array.from(table.userIndexes, (user) => ids[user]).filter((_, row) => labels[row])).toEqual([...buyers].sort());
  });

  it('leaves out a column that knows the future, and names those without history', async () => {
    const { report: plain } = await train();
    expect(plain.warnings).toContainEqual(expect.objectContaining({ code: 'attribute_without_history', feature: 'country' }));
    expect(plain.importances.some(({ feature }) => feature.startsWith('consentEmail'))).toBe(true);
    expect(JSON.stringify(plain)).not.toContain('@example.com');

    await store.execute(sql`CREATE TABLE kept AS SELECT * FROM users`);
    await store.execute(
      sql`UPDATE users SET consent_email = user_index IN (
        SELECT user_index FROM events WHERE event = 'order_completed'
          AND local_ts >= ${plain.trainCutoffs.at(-1)!}::TIMESTAMP AND local_ts < ${plain.validationCutoff}::TIMESTAMP)`,
    );
    await store.execute(sql`UPDATE users SET created_at = ${asOf}::TIMESTAMP`);
    const { report } = await train();
    await store.execute(sql`CREATE OR REPLACE TABLE users AS SELECT * FROM kept`);
    await store.execute(sql`DROP TABLE kept`);
    expect(report.warnings).toContainEqual(expect.objectContaining({ code: 'suspiciously_good', feature: 'consentEmail' }));
    expect(report.warnings).toContainEqual(expect.objectContaining({ code: 'date_after_cutoff', feature: 'createdAt' }));
    expect(report.importances.some(({ feature }) => /^(consentEmail|createdAt)/.test(feature))).toBe(false);
  });

  it('gives the same scores for the same seed, tells how far it is, and hears a cancel', async () => {
    const told: Progress[] = [];
    const run = createRunContext(new AbortController().signal, (progress) => told.push(progress));
    const network = spec({ algorithm: 'network', options: { epochs: 3 } });
    const [first, second] = [await train(network, 5, run), await train(network, 5)];
    expect(second.scores).toEqual(first.scores);
    expect([...new Set(told.map(({ stage }) => stage))]).toEqual(['features', 'train', 'test', 'score']);
    expect(told.filter(({ stage }) => stage === 'train').map(({ values }) => values!.epoch)).toEqual([1, 2, 3]);
    expect(told.find(({ stage }) => stage === 'train')!.values!.validationLoss).toBeGreaterThan(0);

    const controller = new AbortController();
    const cancelled = createRunContext(controller.signal, ({ stage }) => stage === 'train' && controller.abort());
    await expect(train(network, 5, cancelled)).rejects.toBeInstanceOf(Cancelled);
  });

  it('puts scores into a table of their own, without those of whom nothing is known', async () => {
    await putScores(store, 'scores_will-buy', { score: Float32Array.of(NaN, 0.75, NaN, 0.25), orders: Float32Array.of(NaN, 2, NaN, NaN) });
    const rows = await store.query(sql`SELECT * FROM "scores_will-buy" ORDER BY user_index`);
    expect(rows.toArray().map((row) => Object.values(row.toJSON() as object))).toEqual([
      [1, 0.75, 2],
      [3, 0.25, NaN],
    ]);
  });

  it('refuses what cannot be learnt, with a sentence', async () => {
    const asking = (event: string, withinDays: number) => train(spec({ target: { event, withinDays } }));
    expect(await codeOf(asking('product_reviewed', 14))).toBe('propensity_event_never');
    expect(await codeOf(asking('order_completed', 60))).toBe('propensity_history_too_short');
    expect(await codeOf(train(spec({ algorithm: 'oracle' })))).toBe('propensity_algorithm_unknown');
    expect(await codeOf(train(spec({ options: { depth: 3 } })))).toBe('option_unknown');
    await store.execute(sql`UPDATE events SET event = 'product_reviewed' WHERE user_index = 0`);
    await expect(asking('product_reviewed', 14)).rejects.toThrow(
      /Of \d+ customers at the training cut-offs, \d+ did "product_reviewed" within 14 days/,
    );
    await store.execute(sql`UPDATE events SET event = 'order_completed' WHERE event = 'product_reviewed'`);
  });
});
