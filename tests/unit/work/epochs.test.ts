import { afterEach, describe, expect, it } from 'vitest';
import { Cancelled } from '$lib/core/base/errors';
import { createRunContext, quietContext, type RunContext } from '$lib/core/base/run';
import type { PredictionSpec } from '$lib/core/plan/schema';
import type { FileSource } from '$lib/core/schema/files';
import { sql } from '$lib/core/store/sql';
import { nodePlatform } from '$lib/platform/node/platform';
import { Desk } from '$lib/work/desk';
import { operations, type OperationContext } from '$lib/work/operations';
import { teaShopCsv } from '../../support/teaShop';

/** A file whose second half comes when it is let through. */
function slowFile(text: string, name = 'orders.csv'): { file: FileSource; reading: Promise<void>; letThrough: () => void } {
  const bytes = new TextEncoder().encode(text);
  const half = bytes.indexOf(10, bytes.length / 2) + 1;
  let letThrough = () => {};
  let begun = () => {};
  const gate = new Promise<void>((resolve) => (letThrough = resolve));
  const reading = new Promise<void>((resolve) => (begun = resolve));
  return {
    reading,
    letThrough,
    file: {
      name,
      size: bytes.length,
      async *stream(start = 0, end = bytes.length) {
        yield bytes.slice(start, Math.min(half, end));
        begun();
        await gate;
        yield bytes.slice(half, end);
      },
    },
  };
}

const quickFile = (text: string, name = 'orders.csv') => {
  const { file, letThrough } = slowFile(text, name);
  letThrough();
  return file;
};

const desks: Desk[] = [];
async function newShop(name = 'Tea'): Promise<OperationContext> {
  const desk = new Desk(nodePlatform({ threads: 1 }));
  desks.push(desk);
  const context = { ...quietContext(), desk };
  await operations.workspaceCreate({ name, timeZone: 'Asia/Shanghai', currency: 'CNY' }, context);
  return context;
}
const mappingOf = async (context: OperationContext, text: string) =>
  (await operations.sourceInspect({ file: quickFile(text) }, context)).mapping;
async function add(context: OperationContext, text: string, sourceId = 'orders') {
  const mapping = await mappingOf(context, text);
  return operations.sourceImport({ file: quickFile(text, `${sourceId}.csv`), sourceId, mapping, mode: 'add' }, context);
}
const tablesOf = async ({ desk }: OperationContext) =>
  (
    await (
      await desk.store()
    ).query(sql`SELECT table_name AS n FROM duckdb_tables() UNION SELECT view_name FROM duckdb_views() WHERE NOT internal`)
  )
    .toArray()
    .map(({ n }) => String(n));
const march =
  'customer_id,product_id,event_name,timestamp,quantity,price,order_id\n0001,tea-1,order_completed,2026-03-02 10:00:00,1,9.00,m1\nnew,tea-2,order_completed,2026-03-03 10:00:00,2,4.00,m2\n';

afterEach(async () => {
  for (const desk of desks.splice(0)) {
    await desk.close();
    (await desk.opened()).kernels?.close();
    await (await desk.store()).close();
  }
});

describe('one writer, readers on an epoch', () => {
  it('an import does not follow into another workspace that is opened meanwhile', async () => {
    const context = await newShop();
    const { file, reading, letThrough } = slowFile(teaShopCsv());
    const mapping = await mappingOf(context, teaShopCsv());
    const importing = operations.sourceImport({ file, sourceId: 'orders', mapping, mode: 'add' }, context);
    importing.catch(() => {});
    await reading;
    const opening = operations.workspaceCreate({ name: 'Books', timeZone: 'UTC', currency: 'EUR' }, context);
    letThrough();
    await expect(importing).rejects.toBeInstanceOf(Cancelled);
    expect(await opening).toMatchObject({ facts: null, plan: { name: 'Books', sources: [] } });
    expect(await tablesOf(context)).toEqual([]);
  });

  it('two imports at once are one after the other, and both are there', async () => {
    const context = await newShop();
    const { file, reading, letThrough } = slowFile(teaShopCsv());
    const mapping = await mappingOf(context, teaShopCsv());
    const first = operations.sourceImport({ file, sourceId: 'orders', mapping, mode: 'add' }, context);
    await reading;
    const second = add(context, march, 'march');
    letThrough();
    await first;
    const { view } = await second;
    expect(view.plan.sources.map(({ id }) => id)).toEqual(['orders', 'march']);
    expect(view.facts).toMatchObject({ events: 242, users: 25 });
  });

  it('edits made during an import are kept, and what belongs to the data is the data’s', async () => {
    const context = await newShop();
    const { file, reading, letThrough } = slowFile(teaShopCsv());
    const mapping = await mappingOf(context, teaShopCsv());
    const importing = operations.sourceImport({ file, sourceId: 'orders', mapping, mode: 'add' }, context);
    await reading;
    const plan = { ...context.desk.state.plan, segments: [{ id: 'loyal', rule: { trait: 'orders', atLeast: 6 } }] };
    await operations.workspaceSavePlan({ plan }, context);
    letThrough();
    await importing;
    // An older plan that a screen still holds must not take the data's sources and zone away.
    const { view } = await operations.workspaceSavePlan({ plan: { ...plan, timeZone: 'Europe/London', currency: 'GBP' } }, context);
    expect(view.plan).toMatchObject({
      timeZone: 'Asia/Shanghai',
      currency: 'CNY',
      sources: [{ id: 'orders' }],
      segments: [{ id: 'loyal' }],
    });
  });

  it('files, plan and manifest of an export are of one moment, whatever is imported and edited while it runs', async () => {
    const context = await newShop();
    await add(context, teaShopCsv());
    const plan = {
      ...context.desk.state.plan,
      segments: [{ id: 'loyal', rule: { trait: 'orders', atLeast: 6 } }],
      models: [{ id: 'tastes', kind: 'recommender' as const, algorithm: 'ials', options: { factors: 8, epochs: 4 } }],
      audiences: [{ id: 'mail', from: 'loyal', columns: ['orders', 'revenue'] }],
      lists: [{ id: 'picks', for: 'mail', model: 'tastes', size: 3, exclude: ['bought' as const] }],
      exports: [
        { audience: 'mail', destination: 'csv' },
        { list: 'picks', destination: 'csv' },
      ],
    };
    await operations.workspaceSavePlan({ plan }, context);
    const undisturbed = await operations.exportsRun(undefined, context);

    let disturbed: Promise<unknown> | undefined;
    const meanwhile = async () => {
      await add(context, march, 'march');
      await operations.workspaceSavePlan(
        { plan: { ...plan, segments: [{ id: 'loyal', rule: { trait: 'orders', atLeast: 1 } }] } },
        context,
      );
    };
    const run: RunContext = createRunContext(new AbortController().signal, ({ stage }) => {
      if (stage.startsWith('write:')) disturbed ??= meanwhile();
    });
    const { manifest } = await operations.exportsRun(undefined, {
      ...run,
      breathe: async () => {
        await disturbed;
        await run.breathe();
      },
      desk: context.desk,
    });
    expect(disturbed).toBeDefined();
    const { createdAt: _then, backends: _engines, ...same } = undisturbed.manifest;
    expect(manifest).toMatchObject(same);
    expect(context.desk.state.data!.version.facts.events).toBe(242);
    // What the export read is dropped once it has ended.
    const tables = await tablesOf(context);
    expect(
      tables.filter((name) => name.startsWith('events_') && name.includes(context.desk.state.data!.version.key)).length,
    ).toBeLessThanOrEqual(1);
  });

  it('scores belong to the data they were made from, and stay when a month is added', async () => {
    const context = await newShop();
    await add(context, teaShopCsv());
    const model: PredictionSpec = {
      id: 'will-buy',
      kind: 'prediction',
      task: 'propensity',
      learner: 'logistic',
      options: {},
      target: { event: 'order_completed', withinDays: 7 },
    };
    let added: Promise<unknown> | undefined;
    const run = createRunContext(new AbortController().signal, ({ stage }) => {
      if (stage === 'train') added ??= add(context, march, 'march');
    });
    const before = context.desk.state.data!.version.facts.dataHash;
    const report = await operations.predictionTrain({ model }, { ...run, desk: context.desk });
    await added;
    expect(report.protocol.dataHash).toBe(before);
    const { data, predictions } = context.desk.state;
    expect(data!.version.facts.dataHash).not.toBe(before);
    expect(predictions.get('will-buy')!.report).toEqual(report);
    // People keep their number, so the scores are still theirs; whoever came in March has none.
    const scored = await operations.segmentCount({ rule: { trait: 'score:will-buy', exists: true } }, context);
    expect(scored.count).toBe(24);
  });

  it('a table for each instant: an as-of date in the past and back again', async () => {
    const context = await newShop();
    await add(context, teaShopCsv());
    const orders = async (asOf: string) => {
      await operations.workspaceSavePlan({ plan: { ...context.desk.state.plan, asOf } }, context);
      const { columns, rows } = await operations.itemsPage({ offset: 0, limit: 100 }, context);
      return rows.reduce((sum, row) => sum + Number(row[columns.indexOf('orders')]), 0);
    };
    const [all, january, again] = [await orders('latest'), await orders('2026-02-01'), await orders('latest')];
    expect(january).toBeLessThan(all);
    expect(again).toBe(all);
  });
});
