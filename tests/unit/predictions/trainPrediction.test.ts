import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Cancelled, UserError } from '$lib/core/base/errors';
import { createRunContext, quietContext, type Progress } from '$lib/core/base/run';
import type { Tensors } from '$lib/core/math/tensors';
import { readFeatures, readLabels } from '$lib/core/predictions/features';
import { putScores } from '$lib/core/predictions/scoresTable';
import { sectionOf, type PredictionReport } from '$lib/core/predictions/report';
import { featureDefinitions, type PlanTrait } from '$lib/core/profiles/planTraits';
import { scoreEveryone } from '$lib/core/predictions/scoreEveryone';
import { propensity } from '$lib/core/predictions/tasks/propensity';
import { spend } from '$lib/core/predictions/tasks/spend';
import type { TaskOfLater } from '$lib/core/predictions/tasks/task';
import type { PredictionSpec } from '$lib/core/predictions/spec';
import { predictionStaleReasons } from '$lib/core/predictions/staleness';
import { trainPrediction, type PredictionResult } from '$lib/core/predictions/trainPrediction';
import { addDays } from '$lib/core/schema/asOf';
import { sql } from '$lib/core/store/sql';
import type { TableStore } from '$lib/core/store/tableStore';
import { openNativeStore } from '$lib/platform/node/nativeStore';
import { openNodeTensors } from '$lib/platform/node/tensors';
import { openTinyShop } from '../../support/tinyShop';
import { toolsOf } from '../../support/tools';
import { asOf, days, firstDay, makeShop } from './fanShop';

const spec = (over: Partial<PredictionSpec> = {}): PredictionSpec => ({
  id: 'will-buy',
  kind: 'prediction',
  task: 'propensity',
  learner: 'logistic',
  options: {},
  target: { event: 'order_completed', withinDays: 14 },
  ...over,
});

const findings = (report: PredictionReport, code: string) =>
  sectionOf(report, 'diagnostics')?.findings.filter((finding) => finding.code === code) ?? [];
const driversOf = (report: PredictionReport) => sectionOf(report, 'drivers')!.drivers.map(({ feature }) => feature);

describe('will this customer order in the next 14 days?', () => {
  let store: TableStore;
  let tensors: Tensors;
  let ids: string[];
  let scope: Awaited<ReturnType<typeof openTinyShop>>;
  const shop = makeShop();
  const train = (given = spec(), seed = 1, run = quietContext(), at = scope) =>
    trainPrediction(
      at,
      given,
      seed,
      toolsOf(async () => tensors),
      run,
    );
  const codeOf = async (asked: Promise<unknown>) => ((await asked.catch((error: unknown) => error)) as UserError).code;

  beforeAll(async () => {
    [store, tensors] = [await openNativeStore({ threads: 2 }), await openNodeTensors()];
    scope = await openTinyShop(store, shop, asOf);
    ({ ids } = scope);
  }, 60_000);
  afterAll(() => store.close());

  const meanOf = ({ outputs }: PredictionResult, kind: string) => {
    const own = Array.from(outputs.score).filter((_, user) => ids[user].startsWith(kind));
    return own.reduce((sum, score) => sum + score, 0) / own.length;
  };

  it('learns from windows and trends where it is asked to, and scores everybody again by them', async () => {
    const asked = spec({ options: { features: 'rich' } });
    const result = await train(asked);
    const inputs = (result.state!.meta.inputs as unknown as { feature: string }[]).map(({ feature }) => feature);
    expect(inputs).toEqual(expect.arrayContaining(['orders_within_30', 'orders_trend_7', 'pause_over_gap', 'activeDays_within_7']));
    expect(meanOf(result, 'fan')).toBeGreaterThan(0.6);
    const { score } = await scoreEveryone(
      scope,
      asked,
      result.state!,
      1,
      toolsOf(async () => tensors),
      quietContext(),
    );
    expect(score).toEqual(result.outputs.score);
    const basic = await train();
    expect((basic.state!.meta.inputs as unknown[]).length).toBeLessThan(inputs.length);
  });

  for (const learner of ['logistic', 'network']) {
    it(`${learner}: fans probably, the others hardly`, async () => {
      const result = await train(spec({ learner }));
      expect(meanOf(result, 'fan')).toBeGreaterThan(0.6);
      expect(meanOf(result, 'looker')).toBeLessThan(0.05);
      expect(meanOf(result, 'gone')).toBeLessThan(0.2);
      const ranking = sectionOf(result.report, 'ranking')!;
      expect(ranking.auc).toBeGreaterThan(0.9);
      expect(ranking.auc).toBeGreaterThanOrEqual(ranking.baseline.auc - 0.02);
      const { deciles } = sectionOf(result.report, 'gains')!;
      expect(ranking.positives).toBe(deciles.reduce((sum, { positives }) => sum + positives, 0));
      expect(ranking.rows).toBe(300);
      expect(sectionOf(result.report, 'losses')!.losses.length).toBeGreaterThan(0);
    });
  }

  it('is tested on the last fortnight and trained on earlier ones only', async () => {
    const { report } = await train();
    const { test, validation, train: learnt } = report.protocol.cutoffs!;
    expect(test).toBe(`${addDays(firstDay, days - 14)}T00:00:00`);
    expect(validation).toBe(`${addDays(firstDay, days - 28)}T00:00:00`);
    expect(learnt.at(-1)).toBe(`${addDays(firstDay, days - 42)}T00:00:00`);
    expect(findings(report, 'unobserved_tail')).toEqual([]);
  });

  it('takes no silence for an outcome after the data ends, and says so', async () => {
    const later = { ...scope, asOf: `${addDays(firstDay, days + 20)}T00:00:00` };
    const { report, outputs } = await train(spec(), 1, quietContext(), later);
    expect(report.protocol.cutoffs!.test).toBe(`${addDays(firstDay, days - 14)}T00:00:00`);
    expect(report.protocol).toMatchObject({ asOf: later.asOf, observedTo: asOf });
    expect(sectionOf(report, 'ranking')!.positives).toBe(sectionOf((await train()).report, 'ranking')!.positives);
    expect(findings(report, 'unobserved_tail')).toEqual([
      expect.objectContaining({ values: { days: 20, observedTo: asOf, asOf: later.asOf } }),
    ]);
    // Today's features are as of the later day all the same.
    expect(outputs.score).not.toEqual((await train()).outputs.score);
    // A past asOf is observed to its very end: the data went on.
    const { report: earlier } = await train(spec(), 1, quietContext(), { ...scope, asOf: `${addDays(firstDay, 110)}T00:00:00` });
    expect(earlier.protocol.observedTo).toBe(earlier.protocol.asOf);
  });

  it('is calibrated on the validation window where that helps, and shows both', async () => {
    const { report, outputs } = await train();
    const calibration = sectionOf(report, 'calibration')!;
    expect(calibration.candidates.map(({ method }) => method)).toEqual(['none', 'platt', 'isotonic']);
    expect(calibration.method).not.toBe('none');
    expect(calibration.after!.logLoss).not.toBe(calibration.before.logLoss);
    const plain = await train(spec({ options: { calibrate: 'none' } }));
    expect(sectionOf(plain.report, 'calibration')).toMatchObject({
      method: 'none',
      candidates: [],
      after: null,
      before: calibration.before,
    });
    expect(plain.outputs.score).not.toEqual(outputs.score);
  });

  for (const [learner, calibrate] of [
    ['logistic', 'auto'],
    ['network', 'none'],
  ]) {
    it(`scores again from what was saved of ${learner}, without training`, async () => {
      const { outputs, state } = await train(spec({ learner, options: { epochs: 5, calibrate } }));
      const saved = { ...structuredClone(state!), meta: JSON.parse(JSON.stringify(state!.meta)) as NonNullable<typeof state>['meta'] };
      expect(
        await scoreEveryone(
          scope,
          spec(),
          saved,
          1,
          toolsOf(async () => tensors),
          quietContext(),
        ),
      ).toEqual(outputs);
      const lastMonth = { ...scope, asOf: `${addDays(firstDay, 110)}T00:00:00` };
      const before = await scoreEveryone(
        lastMonth,
        spec(),
        saved,
        1,
        toolsOf(async () => tensors),
        quietContext(),
      );
      expect(before.score).toHaveLength(300);
      expect(before).not.toEqual(outputs);
    });
  }

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

  it('asks nothing of the days of the gap, and knows every outcome that it learns from at the next date', async () => {
    const gapDays = 10;
    const cutoff = `${addDays(firstDay, 100)}T00:00:00`;
    const table = await readFeatures(scope, cutoff);
    const labels = await readLabels(scope, table, 'order_completed', 14, undefined, { gapDays });
    const [from, to] = [110, 124].map((day) => `${addDays(firstDay, day)}T00:00:00`);
    const buyers = new Set(
      shop.events.filter(({ event, at }) => event === 'order_completed' && at >= from && at < to).map(({ user }) => user),
    );
    expect(Array.from(table.userIndexes, (user) => ids[user]).filter((_, row) => labels[row])).toEqual([...buyers].sort());
    const observed = { firstDay, to: `${addDays(firstDay, 140)}T00:00:00`, times: 1 };
    for (const task of [propensity, spend] as TaskOfLater[]) {
      const { train, validation, test } = task.cutoffs(observed, { event: 'order_completed', withinDays: 14, gapDays });
      const all = [...train, validation, test, observed.to];
      for (let at = 0; at + 1 < all.length; at++) expect(`${addDays(all[at].slice(0, 10), 24)}T00:00:00`).toBe(all[at + 1]);
    }
  });

  it('learns from a trait of the plan as of each cut-off, and scores with it as it was defined', async () => {
    // Fans order about every twelve days, so who ordered lately says less than who ordered often of late.
    const often: PlanTrait = {
      id: 'ordersOfLate',
      feature: true,
      measure: { events: 'order_completed', window: { withinDays: 60 }, aggregate: 'count' },
    };
    const withTrait = { ...scope, planTraits: [often] };
    const { report, outputs, state } = await train(spec(), 1, quietContext(), withTrait);
    expect(driversOf(report)).toContain('ordersOfLate');
    // On the first of its dates the data was 56 days old.
    expect(findings(report, 'window_not_covered')).toMatchObject([{ feature: 'ordersOfLate', values: { days: 60, known: 56 } }]);
    expect(driversOf((await train()).report)).not.toContain('ordersOfLate');
    const now = { dataHash: scope.dataHash, asOf: scope.asOf, seed: 1 };
    expect(predictionStaleReasons(report, spec(), { ...now, features: featureDefinitions([{ ...often, name: 'Often' }]) })).toEqual([]);
    expect(predictionStaleReasons(report, spec(), now)).toEqual(['traits']);
    // The plan has forgotten the trait; the model has not.
    expect(
      await scoreEveryone(
        scope,
        spec(),
        structuredClone(state!),
        1,
        toolsOf(async () => tensors),
        quietContext(),
      ),
    ).toEqual(outputs);
  });

  it('leaves out a column that knows the future, and names those without history', async () => {
    const { report: plain } = await train();
    expect(findings(plain, 'attribute_without_history')).toContainEqual(expect.objectContaining({ feature: 'country' }));
    expect(driversOf(plain).some((feature) => feature.startsWith('consentEmail'))).toBe(true);
    expect(JSON.stringify(plain)).not.toContain('@example.com');

    await store.execute(sql`CREATE TABLE kept AS SELECT * FROM users`);
    await store.execute(
      sql`UPDATE users SET consent_email = user_index IN (
        SELECT user_index FROM events WHERE event = 'order_completed'
          AND local_ts >= ${plain.protocol.cutoffs!.train.at(-1)!}::TIMESTAMP AND local_ts < ${plain.protocol.cutoffs!.validation}::TIMESTAMP)`,
    );
    await store.execute(sql`UPDATE users SET created_at = ${asOf}::TIMESTAMP`);
    const { report } = await train();
    await store.execute(sql`CREATE OR REPLACE TABLE users AS SELECT * FROM kept`);
    await store.execute(sql`DROP TABLE kept`);
    expect(findings(report, 'suspiciously_good')).toContainEqual(expect.objectContaining({ feature: 'consentEmail' }));
    expect(findings(report, 'date_after_cutoff')).toContainEqual(expect.objectContaining({ feature: 'createdAt' }));
    expect(driversOf(report).some((feature) => /^(consentEmail|createdAt)/.test(feature))).toBe(false);
  });

  it('gives the same scores for the same seed, tells how far it is, and hears a cancel', async () => {
    const told: Progress[] = [];
    const run = createRunContext(new AbortController().signal, (progress) => told.push(progress));
    const network = spec({ learner: 'network', options: { epochs: 3 } });
    const [first, second] = [await train(network, 5, run), await train(network, 5)];
    expect(second.outputs).toEqual(first.outputs);
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
    expect(await codeOf(train(spec({ learner: 'oracle' })))).toBe('learner_unknown');
    expect(await codeOf(train(spec({ learner: undefined })))).toBe('learner_needed');
    expect(await codeOf(train(spec({ task: 'weather' })))).toBe('task_unknown');
    expect(await codeOf(train(spec({ task: 'clv-inputs' })))).toBe('learner_not_needed');
    expect(await codeOf(train(spec({ target: { event: 'order_completed' } })))).toBe('prediction_target_missing');
    expect(await codeOf(train(spec({ options: { depth: 3 } })))).toBe('option_unknown');
    await store.execute(sql`UPDATE events SET event = 'product_reviewed' WHERE user_index = 0`);
    await expect(asking('product_reviewed', 14)).rejects.toThrow(
      /Of \d+ customers at the training cut-offs, \d+ did "product_reviewed" within 14 days/,
    );
    await store.execute(sql`UPDATE events SET event = 'order_completed' WHERE event = 'product_reviewed'`);
  });
});
