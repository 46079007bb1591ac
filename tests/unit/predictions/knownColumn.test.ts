import { unzipSync } from 'fflate';
import { beforeAll, expect, it } from 'vitest';
import { quietContext } from '$lib/core/base/run';
import { saltedShare } from '$lib/core/base/saltedShare';
import { sectionOf, type PredictionReport } from '$lib/core/predictions/report';
import type { PredictionSpec, PredictionTarget } from '$lib/core/predictions/spec';
import { nodePlatform } from '$lib/platform/node/platform';
import { Desk } from '$lib/work/desk';
import { operations, type OperationContext } from '$lib/work/operations';
import { subscribersCsv } from '../../support/subscribers';
import { fileOf } from '../import/support';

let context: OperationContext;
beforeAll(async () => {
  context = { ...quietContext(), desk: new Desk(nodePlatform({ threads: 1 })) };
  await operations.workspaceCreate({ name: 'Subscribers', timeZone: 'UTC', currency: 'EUR' }, context);
  const file = fileOf(subscribersCsv());
  const { mapping } = await operations.sourceInspect({ file }, context);
  await operations.sourceImport(
    {
      file,
      sourceId: 'subscribers',
      mapping: { ...mapping, kind: 'users', roles: { user: 'customer_id' }, keep: ['contract', 'months', 'fee', 'left', 'notice', 'code'] },
      mode: 'replace',
    },
    context,
  );
});

async function train(task: string, target: PredictionTarget, learner = 'logistic'): Promise<PredictionReport> {
  const model: PredictionSpec = { id: task, kind: 'prediction', task, learner, target, options: {} };
  const { plan } = context.desk.state;
  const models = [...plan.models.filter(({ id }) => id !== task), model];
  await operations.workspaceSavePlan({ plan: { ...plan, models } }, context);
  return operations.predictionTrain({ model }, context);
}

it('foretells who leaves from customers alone, without what gives it away', async () => {
  const report = await train('known-column', { attribute: 'left' });
  const ranking = sectionOf(report, 'ranking')!;
  expect(ranking.auc).toBeGreaterThan(0.75);
  expect(ranking.auc).toBeLessThan(0.99);
  expect(report.protocol.cutoffs).toBeNull();
  // Of those whose answer is known three fifths teach; everybody has a score.
  const rows = report.protocol.rows as { train: number; validation: number; test: number };
  expect(rows.train + rows.validation + rows.test).toBe(320);
  expect(Math.abs(rows.train - 192)).toBeLessThan(25);
  expect(sectionOf(report, 'outputs')!.outputs[0].customers).toBe(400);
  const found = sectionOf(report, 'diagnostics')!.findings.map(({ code, feature }) => [code, feature]);
  expect(found).toContainEqual(['repeats_target', 'notice']);
  const drivers = sectionOf(report, 'drivers')!.drivers.map(({ feature }) => feature);
  expect(drivers.join()).toMatch(/contract = monthly/);
  expect(drivers.filter((name) => /left|notice/.test(name))).toEqual([]);
  const { count } = await operations.segmentCount({ rule: { trait: 'score:known-column', topPercent: 10 } }, context);
  expect(count).toBe(40);
});

it('takes the other value where it is named, and another part of people for another seed', async () => {
  const stays = await train('known-column', { attribute: 'left', positive: 'No' });
  const leaves = await train('known-column', { attribute: 'left', positive: 'Yes' });
  const of = (report: PredictionReport) => sectionOf(report, 'ranking')!;
  expect(of(stays).rows).toBe(of(leaves).rows);
  expect(of(stays).positives + of(leaves).positives).toBe(of(stays).rows);
  expect(of(stays).auc).toBeCloseTo(of(leaves).auc, 6);
  const dealt = (salt: number) => Array.from({ length: 1000 }, (_, n) => saltedShare(salt, `s${n}`));
  expect(dealt(1)).not.toEqual(dealt(2));
  for (const until of [0.2, 0.6, 0.8]) expect(dealt(1).filter((share) => share < until).length / 1000).toBeCloseTo(until, 1);
});

it('foretells a number, and takes its rows away', async () => {
  const report = await train('known-number', { attribute: 'fee' }, 'linear');
  expect(sectionOf(report, 'amounts')!.spearman).toBeGreaterThan(0.9);
  const { bytes } = await operations.predictionTake({ model: 'known-number' }, context);
  const document = JSON.parse(new TextDecoder().decode(unzipSync(bytes)['matrix.json'])) as { rows: Record<string, number> };
  expect(document.rows).toEqual({ ...report.protocol.rows, today: 400 });
});

it('refuses what is no answer, with a sentence', async () => {
  await expect(train('known-column', { attribute: 'height' })).rejects.toMatchObject({ code: 'label_attribute_unknown' });
  await expect(train('known-column', { attribute: 'months' })).rejects.toMatchObject({ code: 'label_positive_needed' });
  await expect(train('known-column', { attribute: 'contract' })).rejects.toMatchObject({ code: 'target_positive_needed' });
  await expect(train('known-column', { attribute: 'contract', positive: 'weekly' })).rejects.toMatchObject({
    code: 'target_positive_unknown',
  });
  await expect(train('known-number', { attribute: 'left' }, 'linear')).rejects.toMatchObject({ code: 'label_no_number' });
});
