import { unzipSync } from 'fflate';
import { expect, it } from 'vitest';
import { sha256Hex } from '$lib/core/base/hash';
import { Random } from '$lib/core/base/random';
import { quietContext } from '$lib/core/base/run';
import { parquetFormat } from '$lib/core/exports/formats/parquet';
import { auc } from '$lib/core/predictions/metrics';
import { sectionOf } from '$lib/core/predictions/report';
import type { PredictionSpec } from '$lib/core/predictions/spec';
import { nodePlatform } from '$lib/platform/node/platform';
import { Desk } from '$lib/work/desk';
import { operations, type OperationContext } from '$lib/work/operations';
import { regularsCsv } from '../../support/regulars';
import { fileOf } from '../import/support';

const model: PredictionSpec = {
  id: 'will-buy',
  kind: 'prediction',
  task: 'propensity',
  learner: 'logistic',
  options: {},
  target: { event: 'order_completed', withinDays: 14 },
};
const habits: PredictionSpec = { id: 'habits', kind: 'prediction', task: 'contact-time', options: {} };

async function openRegulars(csv = regularsCsv()): Promise<OperationContext> {
  const context: OperationContext = { ...quietContext(), desk: new Desk(nodePlatform({ threads: 1 })) };
  await operations.workspaceCreate({ name: 'Tea', timeZone: 'UTC', currency: 'EUR' }, context);
  await operations.workspaceSavePlan({ plan: { ...context.desk.state.plan, models: [model, habits] } }, context);
  await add(context, csv, 'orders');
  return context;
}

async function add(context: OperationContext, csv: string, sourceId: string): Promise<void> {
  const file = fileOf(csv);
  const { mapping } = await operations.sourceInspect({ file }, context);
  await operations.sourceImport({ file, sourceId, mapping: { ...mapping, defaultEvent: 'order_completed' }, mode: 'add' }, context);
}

it('takes away the rows, labels and scores that the report was made of', async () => {
  const context = await openRegulars();
  const report = await operations.predictionTrain({ model }, context);
  const { fileName, bytes } = await operations.predictionTake({ model: model.id }, context);
  const files = unzipSync(bytes);
  expect([fileName, Object.keys(files)]).toEqual(['will-buy.zip', ['matrix.parquet', 'matrix.json', 'reproduce.py']]);
  const document = JSON.parse(new TextDecoder().decode(files['matrix.json'])) as {
    columns: { name: string; type: 'text' | 'number' }[];
    rows: Record<string, number>;
    inputs: { columns: { feature: string }[] };
    protocol: Record<string, unknown>;
  };
  const table = new Map<string, unknown[]>(document.columns.map(({ name }) => [name, []]));
  for await (const { names, cells } of parquetFormat.read(files['matrix.parquet'], document.columns, quietContext()))
    names.forEach((name, c) => table.get(name)!.push(...cells[c]));
  const test = table.get('part')!.flatMap((part, row) => (part === 'test' ? [row] : []));
  const of = (column: string) => test.map((row) => table.get(column)![row] as number);
  const ranking = sectionOf(report, 'ranking')!;
  expect(auc(of('score'), of('label'))).toBe(ranking.auc);
  const baseline = of('baseline').map((value) => value ?? -Infinity);
  expect(auc(baseline, of('label'))).toBe(ranking.baseline.auc);
  expect(document.rows).toEqual({ ...report.protocol.rows, today: 60 });
  // All that inputs are made of is there, once; nothing says when or where it was made.
  for (const { feature } of document.inputs.columns) expect(table.get(feature)).toHaveLength(table.get('part')!.length);
  expect(document.protocol).not.toHaveProperty('seconds');
});

it('takes the same away of events whose dates are not in order', async () => {
  const [header, ...lines] = regularsCsv().trim().split('\n');
  const places = new Random(5).shuffle(Int32Array.from(lines, (_, line) => line));
  const taken = async (csv: string) => {
    const context = await openRegulars(csv);
    await operations.predictionTrain({ model }, context);
    const files = unzipSync((await operations.predictionTake({ model: model.id }, context)).bytes);
    return [sha256Hex(files['matrix.parquet']), sha256Hex(files['matrix.json'])];
  };
  const shuffled = Array.from(places, (place) => lines[place]);
  expect(shuffled).not.toEqual(lines);
  expect(await taken([header, ...shuffled, ''].join('\n'))).toEqual(await taken(regularsCsv()));
});

it('refuses what the rows would not be those of the report of', async () => {
  const context = await openRegulars();
  await expect(operations.predictionTake({ model: model.id }, context)).rejects.toMatchObject({ code: 'prediction_not_kept' });
  await operations.predictionTrain({ model }, context);
  await operations.predictionTrain({ model: habits }, context);
  await expect(operations.predictionTake({ model: habits.id }, context)).rejects.toMatchObject({ code: 'matrix_nothing_learnt' });
  await add(context, 'user,item,time,price\na00,tea,2026-03-01 10:00:00,5\n', 'more');
  await expect(operations.predictionTake({ model: model.id }, context)).rejects.toMatchObject({ code: 'matrix_other_data' });
  // Scored again on the data of today its report speaks of both.
  await operations.predictionScore({ model }, context);
  await expect(operations.predictionTake({ model: model.id }, context)).rejects.toMatchObject({ code: 'matrix_other_data' });
});
