import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { quietContext } from '$lib/core/base/run';
import { Random } from '$lib/core/base/random';
import { readFeatures } from '$lib/core/predictions/features';
import { nodePlatform } from '$lib/platform/node/platform';
import { Desk } from '$lib/work/desk';
import { operations, type OperationContext } from '$lib/work/operations';
import { fileOf } from '../import/support';

/** Sixty members with all that a shop should not learn from. */
function members(): string {
  const random = new Random(5);
  const lines = ['user_id,email,phone,身份证号,民族,备注,生日,city,level'];
  for (let i = 0; i < 60; i++) {
    const birth = `19${70 + (i % 30)}-0${1 + (i % 9)}-1${i % 10}`;
    const card = `310101${birth.replaceAll('-', '')}${String(1000 + i)}`;
    const ethnicity = ['汉族', '回族', '满族'][i % 3];
    lines.push(
      `m${i},m${i}@example.com,1380013${String(8000 + i)},${card},${ethnicity},第${i}位客人说下次要早点送到门口,${birth},${['上海', '苏州'][random.below(2)]},${random.below(4)}`,
    );
  }
  return `${lines.join('\n')}\n`;
}
const orders = (): string => {
  const random = new Random(9);
  const lines = ['user_id,item_id,event,timestamp,price,quantity,order_id,备注'];
  for (let i = 0; i < 400; i++) {
    const day = new Date(Date.UTC(2026, 0, 1 + random.below(90))).toISOString().slice(0, 10);
    lines.push(`m${random.below(60)},tea-${random.below(5)},order_completed,${day} 10:00:00,9.00,1,o${i},${i % 3 ? '' : `礼物${i}`}`);
  }
  return `${lines.join('\n')}\n`;
};

let context: OperationContext;
beforeAll(async () => {
  const desk = new Desk(nodePlatform({ threads: 1 }));
  context = { ...quietContext(), desk };
  await operations.workspaceCreate({ name: 'Tea', timeZone: 'Asia/Shanghai', currency: 'CNY' }, context);
  for (const [sourceId, text] of [
    ['orders', orders()],
    ['members', members()],
  ]) {
    const file = fileOf(text, `${sourceId}.csv`);
    const { mapping, columns } = await operations.sourceInspect({ file }, context);
    const keep = columns.map(({ name }) => name).filter((name) => !Object.values(mapping.roles).includes(name));
    await operations.sourceImport({ file, sourceId, mapping: { ...mapping, keep }, mode: 'add' }, context);
  }
});
afterAll(async () => {
  await context.desk.close();
  await (await context.desk.store()).close();
});

const featuresWith = async (part: object) => {
  const { desk } = context;
  await operations.workspaceSavePlan({ plan: { ...desk.state.plan, traits: [], privacy: undefined, ...part } }, context);
  return desk.read(context, async (epoch) => readFeatures(await epoch.data(), '2026-04-01T00:00:00'));
};
const ids = ({ features }: Awaited<ReturnType<typeof readFeatures>>) => features.map(({ id }) => id);
const personalColumns = ['email', 'phone', '身份证号', '民族', '备注', '生日'];

describe('columns that say who somebody is', () => {
  it('are never features: contact data, documents, origin, birth dates, notes', async () => {
    const table = await featuresWith({});
    expect(ids(table)).toEqual(expect.arrayContaining(['city', 'level', 'orders']));
    for (const column of personalColumns) expect(ids(table)).not.toContain(column);
    expect(Object.fromEntries(table.personal.map(({ id, of }) => [id, of[0].class]))).toEqual({
      email: 'contact',
      phone: 'contact',
      身份证号: 'sensitive',
      民族: 'sensitive',
      备注: 'free-text',
      生日: 'sensitive',
    });
  });

  it('are where somebody says so, and a column can be called personal or not', async () => {
    expect(ids(await featuresWith({ privacy: { allowFeatures: ['民族', 'email'] } }))).toEqual(expect.arrayContaining(['民族', 'email']));
    const turned = ids(await featuresWith({ privacy: { columns: { city: 'sensitive', 备注: 'none' } } }));
    expect(turned).toContain('备注');
    expect(turned).not.toContain('city');
  });

  it('that keep a trait from models are named while it is made, with the class and the reason', async () => {
    await featuresWith({});
    const keptBy = async (trait: object) =>
      (await operations.traitPreview({ trait: { id: 'preview', feature: true, ...trait } as never, bins: 5 }, context)).keptBy;
    const named = { code: 'header', values: { about: 'ethnicity', header: '民族' } };
    expect(await keptBy({ attribute: '民族' })).toEqual([{ column: '民族', class: 'sensitive', reason: named }]);
    expect(await keptBy({ measure: { aggregate: 'distinct', of: 'event.备注' } })).toMatchObject([
      { column: 'event.备注', class: 'free-text', reason: { code: 'header' } },
    ]);
    expect(await keptBy({ formula: 'level / 2' })).toEqual([]);
    await featuresWith({ privacy: { columns: { level: 'sensitive' }, allowFeatures: ['event.备注'] } });
    expect(await keptBy({ formula: 'level / 2' })).toEqual([{ column: 'level', class: 'sensitive', reason: { code: 'chosen', values: {} } }]);
    expect(await keptBy({ measure: { aggregate: 'distinct', of: 'event.备注' } })).toEqual([]);
  });

  it('stay out under another name and behind a formula, and the report says so', async () => {
    const traits = [
      { id: 'post', attribute: 'email', feature: true },
      { id: 'older', rank: { of: '生日', as: 'percent' }, feature: true },
      { id: 'half', formula: 'level / 2', feature: true },
    ];
    const table = await featuresWith({ traits });
    expect(ids(table)).toContain('half');
    expect(ids(table)).not.toContain('post');
    expect(table.personal).toEqual(expect.arrayContaining([{ id: 'post', of: [{ column: 'email', class: 'contact' }] }]));
    // A property of events is told by its name.
    const remark = { id: 'said', measure: { aggregate: 'distinct', of: 'event.备注' }, feature: true };
    expect((await featuresWith({ traits: [remark] })).personal).toContainEqual({
      id: 'said',
      of: [{ column: 'event.备注', class: 'free-text' }],
    });
    expect(ids(await featuresWith({ traits: [remark], privacy: { allowFeatures: ['event.备注'] } }))).toContain('said');
    await featuresWith({ traits });

    const model = {
      id: 'soon',
      kind: 'prediction' as const,
      task: 'propensity',
      learner: 'logistic',
      target: { event: 'order_completed', withinDays: 14 },
      options: {},
    };
    const report = await operations.predictionTrain({ model }, context);
    const section = report.sections.find(({ kind }) => kind === 'diagnostics');
    expect(section).toMatchObject({
      findings: expect.arrayContaining([
        expect.objectContaining({ code: 'personal_left_out', feature: 'post', values: { columns: 'email', classes: 'contact' } }),
        expect.objectContaining({ code: 'personal_left_out', feature: '备注' }),
      ]),
    });
    expect(JSON.stringify(report)).not.toContain('example.com');
  });
});
