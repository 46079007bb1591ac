import { describe, expect, it } from 'vitest';
import { Random } from '$lib/core/base/random';
import { quietContext } from '$lib/core/base/run';
import type { BinaryMeasures } from '$lib/core/predictions/measures';
import { predictTable, type TableQuestion } from '$lib/core/predictions/table/predictTable';
import { readTable } from '$lib/core/predictions/table/readTable';
import { labelTable } from '$lib/core/predictions/table/target';
import { openNodeTensors } from '$lib/platform/node/tensors';
import { toolsOf } from '../../support/tools';
import { fileOf } from '../import/support';
import { gbkBytes } from '../../support/gbk';

const read = (text: string | Uint8Array, categories: string[] = []) => readTable(fileOf(text), { categories }, quietContext());

const shop = ['城市,年龄,注册,备注,会员', '北京,34,2026-01-02,a,是', '上海,,2026-01-03,"b, c",否', '北京,51,,,否'].join('\n');

describe('reading a table', () => {
  it('tells numbers, dates and texts apart, and cells that are empty', async () => {
    const table = await read(shop);
    expect(table.columns.map(({ id, kind }) => [id, kind])).toEqual([
      ['城市', 'text'],
      ['年龄', 'number'],
      ['注册', 'number'],
      ['备注', 'text'],
      ['会员', 'text'],
    ]);
    expect(Array.from(table.columns[1].values as Float64Array)).toEqual([34, NaN, 51]);
    expect(Array.from(table.columns[2].values as Float64Array)).toEqual([20455, 20456, NaN]);
    expect(table.columns[3].values).toEqual(['a', 'b, c', null]);
  });

  it('reads the encodings that the import reads', async () => {
    expect((await read(gbkBytes(shop))).columns.map(({ id }) => id)).toEqual(['城市', '年龄', '注册', '备注', '会员']);
  });

  it('reads a column of numbers as texts where a word comes later, and where it is asked to', async () => {
    const rows = Array.from({ length: 3000 }, (_, row) => `${row % 7},${row === 2500 ? 'many' : row}`);
    const table = await read(`region,visits\n${rows.join('\n')}\n`, ['region']);
    expect(table.columns.map(({ kind }) => kind)).toEqual(['text', 'text']);
    expect([table.columns[1].values[0], table.columns[1].values[2500]]).toEqual(['0', 'many']);
    expect(table.rows).toBe(3000);
  });

  it('reads decimal commas', async () => {
    const { columns } = await read('a;b\n1,5;x\n2,25;y\n1.000,75;z\n');
    expect(Array.from(columns[0].values as Float64Array)).toEqual([1.5, 2.25, 1000.75]);
  });

  it('refuses a table of 100,000 columns before it reads it', async () => {
    const header = Array.from({ length: 100_000 }, (_, column) => `c${column}`).join(',');
    await expect(read(`${header}\n${'1,'.repeat(99_999)}1\n`)).rejects.toMatchObject({ code: 'file_too_many_columns' });
  });
});

describe('the target of a table', () => {
  const table = (cells: string[]) => read(`x,y\n${cells.map((cell, row) => `${row},${cell}`).join('\n')}\n`);
  const repeat = (...counts: [string, number][]) => counts.flatMap(([cell, times]) => Array<string>(times).fill(cell));
  const refusal = async (cells: string[], positive?: string, column = 'y') => {
    const read = await table(cells);
    try {
      labelTable(read, { column, positive });
    } catch (error) {
      return (error as { code: string }).code;
    }
  };

  it('is yes or no, or a number; rows without one are left out', async () => {
    const yes = labelTable(await table(repeat(['TRUE', 20], ['', 3], ['false', 20])), { column: 'y' });
    expect(yes).toMatchObject({ unlabeled: 3, positive: 'TRUE' });
    expect(Array.from(yes.labels.values).reduce((sum, value) => sum + value, 0)).toBe(20);
    expect(yes.features[0].values[20]).toBe(23);
    expect(labelTable(await table(repeat(['0', 20], ['1', 30])), { column: 'y', positive: '1.0' }).labels.kind).toBe('binary');
    expect(labelTable(await table(repeat(['2', 20], ['1', 30])), { column: 'y' }).labels.kind).toBe('number');
  });

  it('says what is wrong with it', async () => {
    expect(await refusal(repeat(['yes', 30], ['no', 30]), undefined, 'z')).toBe('table_column_unknown');
    expect(await refusal(repeat(['', 30]))).toBe('target_empty');
    expect(await refusal(repeat(['yes', 30], ['no', 30]), 'maybe')).toBe('target_positive_unknown');
    expect(await refusal(repeat(['gold', 30], ['silver', 30]))).toBe('target_positive_needed');
    expect(await refusal(repeat(['yes', 60]), 'yes')).toBe('target_one_class');
    expect(await refusal(repeat(['yes', 19], ['no', 60]), 'yes')).toBe('target_too_few');
    expect(await refusal(repeat(['yes', 20], ['no', 20]), 'yes')).toBeUndefined();
    expect(await refusal(repeat(['7', 60]))).toBe('target_constant');
    expect(await refusal(repeat(['7', 10], ['8', 9]))).toBe('target_too_few_rows');
  });
});

describe('cross-validation', () => {
  const tensors = openNodeTensors();
  const tools = toolsOf(() => tensors);
  /** Customers who stay the likelier, the longer their contract; a name a row and a column that never varies say nothing. */
  const random = new Random(4);
  const customers = ['name,months,plan,country,stays'];
  for (let row = 0; row < 400; row++) {
    const [months, plan] = [random.below(24), random.below(2)];
    customers.push(
      `n${row},${months},${plan ? 'gold' : 'plain'},NL,${random.uniform() < 1 / (1 + Math.exp(4 - months / 4 - plan)) ? 'yes' : 'no'}`,
    );
  }
  const ask = (changed: Partial<TableQuestion> = {}) =>
    predictTable(
      { file: fileOf(customers.join('\n')), target: { column: 'stays' }, learner: 'logistic', options: {}, folds: 5, repeats: 1, seed: 1, leaveOut: [], categories: [], ...changed }, // prettier-ignore
      tools,
      quietContext(),
    );

  it('predicts every row by a model that has not seen it', async () => {
    const { report, labeled, found } = await ask({ repeats: 2 });
    expect((report.mean as BinaryMeasures).auc).toBeGreaterThan(0.8);
    expect(report.folds).toHaveLength(10);
    expect(report.folds[0].rows).toEqual({ train: 320, validation: 0, test: 80 });
    // months, and plan = gold and plain: names and countries are no inputs.
    expect(report.folds[0].inputs).toBe(3);
    expect(found.outOfFold.map(({ length }) => length)).toEqual([400, 400]);
    expect(found.outOfFold[0]).not.toEqual(found.outOfFold[1]);
    for (let fold = 0; fold < 5; fold++) {
      const positives = found.foldOf[0].reduce((sum, of, row) => sum + (of === fold ? labeled.labels.values[row] : 0), 0);
      expect(Math.abs(positives - report.positives! / 5)).toBeLessThan(1);
    }
  });

  it('gives the same numbers for the same seed, and others for another', async () => {
    const areas = await Promise.all(
      [ask(), ask(), ask({ seed: 2 })].map(async (asked) => ((await asked).report.mean as BinaryMeasures).auc),
    );
    expect(areas[0]).toBe(areas[1]);
    expect(areas[0]).not.toBe(areas[2]);
  });

  it('keeps a part of train for what a learner stops by, and for calibration', async () => {
    const { report } = await ask({ options: { calibrate: 'auto' } });
    expect(report.folds[0].rows).toEqual({ train: 280, validation: 40, test: 80 });
  });

  it('names ids, columns that say nothing and columns that give the target away', async () => {
    const odd = customers.map((line, row) =>
      row === 0 ? `${line},row,refunded,words` : `${line},${row},${line.endsWith('yes') ? 'never' : 'all'},w${row % 300}`,
    );
    const { report } = await ask({ file: fileOf(odd.join('\n')) });
    expect(report.findings.map(({ code, feature }) => [feature, code])).toEqual([
      ['name', 'identifier'],
      ['country', 'constant_column'],
      ['row', 'identifier'],
      ['refunded', 'repeats_target'],
      ['words', 'too_many_values'],
    ]);
  });

  it('keeps a text of 10,000 values out, and a table of numbers that nearly are the target apart', async () => {
    const random = new Random(9);
    const rows = Array.from({ length: 10_000 }, (_, row) => `t${row},${row % 97},${(row % 97) * 2 + random.uniform()},${random.below(50)}`);
    const { report } = await ask({
      file: fileOf(`tag,spend,spend2,age\n${rows.join('\n')}`),
      target: { column: 'spend' },
      learner: 'linear',
      folds: 2,
    });
    expect(report.findings.map(({ code, feature }) => [feature, code])).toEqual([
      ['tag', 'identifier'],
      ['spend2', 'suspiciously_good'],
    ]);
    expect(report.folds[0].inputs).toBe(2);
    expect(report.mean).toMatchObject({ r2: expect.toSatisfy((r2: number) => r2 > 0.7) });
  });

  it('refuses what makes no sense', async () => {
    await expect(ask({ learner: 'guess' })).rejects.toMatchObject({ code: 'learner_unknown' });
    await expect(ask({ options: { speed: 1 } })).rejects.toMatchObject({ code: 'option_unknown' });
    await expect(ask({ leaveOut: ['stay'] })).rejects.toMatchObject({ code: 'table_column_unknown' });
    await expect(ask({ leaveOut: ['name', 'months', 'plan', 'country'] })).rejects.toMatchObject({ code: 'table_no_inputs' });
  });
});
