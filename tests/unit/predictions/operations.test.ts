import { expect, it } from 'vitest';
import { quietContext } from '$lib/core/base/run';
import { bestDepth, pointAtShare } from '$lib/core/predictions/depth';
import { sectionOf } from '$lib/core/predictions/report';
import type { PredictionSpec } from '$lib/core/predictions/spec';
import { predictionNow, predictionStaleReasons } from '$lib/core/predictions/staleness';
import { nodePlatform } from '$lib/platform/node/platform';
import { Desk } from '$lib/work/desk';
import { operations, type OperationContext } from '$lib/work/operations';
import { regularsCsv } from '../../support/regulars';
import { fileOf } from '../import/support';

/** A workspace with the regulars' orders. */
async function openOrders(): Promise<OperationContext> {
  const context: OperationContext = { ...quietContext(), desk: new Desk(nodePlatform({ threads: 1 })) };
  await operations.workspaceCreate({ name: 'Tea', timeZone: 'UTC', currency: 'EUR' }, context);
  const file = fileOf(regularsCsv());
  const { mapping } = await operations.sourceInspect({ file }, context);
  await operations.sourceImport(
    { file, sourceId: 'orders', mapping: { ...mapping, defaultEvent: 'order_completed' }, mode: 'replace' },
    context,
  );
  return context;
}

const model: PredictionSpec = {
  id: 'will-buy',
  kind: 'prediction',
  task: 'propensity',
  learner: 'logistic',
  options: {},
  target: { event: 'order_completed', withinDays: 14 },
};

it('makes the score a trait that finds the best tenth, and keeps it when a month is added', async () => {
  const context: OperationContext = { ...quietContext(), desk: new Desk(nodePlatform({ threads: 1 })) };
  await operations.workspaceCreate({ name: 'Tea', timeZone: 'UTC', currency: 'EUR' }, context);
  const file = fileOf(regularsCsv());
  const { mapping } = await operations.sourceInspect({ file }, context);
  const events = { ...mapping, defaultEvent: 'order_completed' };
  await operations.sourceImport({ file, sourceId: 'orders', mapping: events, mode: 'replace' }, context);

  const report = await operations.predictionTrain({ model }, context);
  expect(sectionOf(report, 'ranking')!.auc).toBeGreaterThan(0.8);
  expect(context.desk.state.predictions.get('will-buy')!.report).toBe(report);
  const best = await operations.profilesPage({ rule: { trait: 'score:will-buy', topPercent: 10 }, offset: 0, limit: 60 }, context);
  expect(best.total).toBe(6);
  const ids = best.rows.map((row) => String(row[best.columns.indexOf('user_id')]));
  expect(ids.every((id) => Number(id.slice(1)) % 2 === 0)).toBe(true);

  const more = fileOf('user,item,time,price\na00,tea,2026-03-01 10:00:00,5\n');
  const { view } = await operations.sourceImport({ file: more, sourceId: 'more', mapping: events, mode: 'add' }, context);
  // People keep their number, and so their score; it says of which data it is.
  expect(view.predictionReports).toEqual([report]);
  expect(view.facts!.dataHash).not.toBe(report.protocol.dataHash);
  const { count } = await operations.segmentCount({ rule: { trait: 'score:will-buy', topPercent: 10 } }, context);
  expect(count).toBe(6);

  // The model scores again without training, whoever came since too; what it learnt is what it was.
  const again = await operations.predictionScore({ model }, context);
  expect(again.protocol.scored!.dataHash).toBe(view.facts!.dataHash);
  expect(sectionOf(again, 'ranking')).toEqual(sectionOf(report, 'ranking'));
  expect(sectionOf(again, 'outputs')!.outputs[0].customers).toBe(61);
  const scored = await operations.segmentCount({ rule: { trait: 'score:will-buy', exists: true } }, context);
  expect(scored.count).toBe(61);
  const never = operations.predictionScore({ model: { ...model, id: 'never-trained' } }, context);
  await expect(never).rejects.toMatchObject({ code: 'prediction_not_kept' });
});

it('gives four traits of what lifetime value starts from, usable in a rule', async () => {
  const context: OperationContext = { ...quietContext(), desk: new Desk(nodePlatform({ threads: 1 })) };
  await operations.workspaceCreate({ name: 'Tea', timeZone: 'UTC', currency: 'EUR' }, context);
  const file = fileOf(regularsCsv());
  const { mapping } = await operations.sourceInspect({ file }, context);
  const events = { ...mapping, defaultEvent: 'order_completed' };
  await operations.sourceImport({ file, sourceId: 'orders', mapping: events, mode: 'replace' }, context);
  const clv: PredictionSpec = { id: 'clv', kind: 'prediction', task: 'clv-inputs', target: { event: 'order_completed' }, options: {} };
  await operations.predictionTrain({ model: clv }, context);
  // Every other customer came back, the rest once.
  const { count } = await operations.segmentCount({ rule: { trait: 'score:clv.frequency', atLeast: 1 } }, context);
  expect(count).toBe(30);
  const traits = await operations.traitsList(undefined, context);
  expect(traits.filter(({ origin }) => origin === 'score').map(({ id, kind }) => [id, kind])).toEqual([
    ['score:clv.frequency', 'count'],
    ['score:clv.recency', 'days'],
    ['score:clv.T', 'days'],
    ['score:clv.monetary', 'money'],
  ]);
});

it('trains what lookalikes are made from first, and gives the files the members that the screen counts', async () => {
  const context = await openOrders();
  const alike = { all: [{ trait: 'score:like', topPercent: 50 }, { not: { segment: 'likely' } }] };
  const plan = {
    ...context.desk.state.plan,
    segments: [
      { id: 'likely', rule: { trait: 'score:will-buy', topPercent: 35 } },
      { id: 'alike', rule: alike },
    ],
    // The seed's model stands after the one that needs it.
    models: [{ id: 'like', kind: 'prediction' as const, task: 'lookalike', target: { segment: 'likely' }, options: {} }, model],
    audiences: [{ id: 'new', from: 'alike', columns: ['score:like'] }],
    exports: [{ audience: 'new', destination: 'csv' as const }],
  };
  await operations.workspaceSavePlan({ plan }, context);
  const { manifest } = await operations.exportsRun(undefined, context);
  expect([...context.desk.state.predictions.keys()]).toEqual(['will-buy', 'like']);
  const { count } = await operations.segmentCount({ rule: alike }, context);
  expect(count).toBeGreaterThan(0);
  expect(manifest.files.map(({ rows }) => rows)).toEqual([count]);

  // The seed's people are others once its model is trained anew with other options: then who is like them is old.
  const like = plan.models[0];
  const staleNow = () => {
    const reports = [...context.desk.state.predictions.values()].map(({ report }) => report);
    const { dataHash } = context.desk.state.data!.version.facts;
    const now = predictionNow(context.desk.state.plan, { dataHash, asOf: reports[0].protocol.asOf, reports });
    return predictionStaleReasons(
      reports.find(({ modelId }) => modelId === 'like')!,
      like,
      now,
    );
  };
  expect(staleNow()).toEqual([]);
  await operations.predictionTrain({ model: { ...model, options: { regularization: 500 } } }, context);
  expect(staleNow()).toEqual(['segment']);
  await operations.predictionTrain({ model: like }, context);
  expect(staleNow()).toEqual([]);
});

it('says who is worth a contact, makes exactly this segment, and reads segments and models against each other', async () => {
  const context = await openOrders();
  const blind = { ...model, id: 'blind', leaveOut: ['daysSinceLastOrder', 'daysSinceLastEvent'] };
  const regulars = { id: 'regulars', rule: { trait: 'orders', atLeast: 2 } };
  const plan = {
    ...context.desk.state.plan,
    segments: [regulars, { id: 'likely', rule: { trait: 'score:will-buy', atLeast: 0.5 } }],
    models: [model, blind],
  };
  await operations.workspaceSavePlan({ plan }, context);
  const report = await operations.predictionTrain({ model }, context);
  await operations.predictionTrain({ model: blind }, context);

  const { today, test } = sectionOf(report, 'depth')!;
  const best = bestDepth(today, { costPerContact: 2, marginPerOutcome: 10 })!;
  const { count } = await operations.segmentCount({ rule: { all: [{ trait: 'score:will-buy', atLeast: best.threshold }] } }, context);
  expect(count).toBe(best.customers);
  expect(count).toBeLessThan(today.at(-1)!.customers);
  expect(pointAtShare(test, count / 60)!.happened).toBeGreaterThan(10);

  // Regulars of the test's day; who is likely by a score has no past.
  const { segments } = sectionOf(report, 'segment-quality')!;
  expect(segments.map(({ segment }) => segment)).toEqual(['regulars']);
  const then = await operations.segmentCount({ rule: regulars.rule }, context);
  expect(segments[0].rows).toBeLessThanOrEqual(then.count);
  expect(segments[0].observed).toBeGreaterThan(0.5);

  const compared = await operations.predictionsCompare({ models: ['will-buy', 'blind'] }, context);
  expect(compared.models.map(({ id }) => id).sort()).toEqual(['blind', 'will-buy']);
  expect(compared.rows).toBe(sectionOf(report, 'ranking')!.rows);
  await expect(operations.predictionsCompare({ models: ['will-buy', 'gone'] }, context)).rejects.toMatchObject({
    code: 'prediction_not_kept',
  });
});
