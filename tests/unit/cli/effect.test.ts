import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { quietContext } from '$lib/core/base/run';
import { dateOfDay } from '$lib/core/schema/days';
import { parseArguments } from '../../../src/cli/arguments';
import { effect } from '../../../src/cli/effect';
import reference from '../../fixtures/results.json';

const folder = mkdtempSync(join(tmpdir(), 'muster-effect-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function run(...words: string[]) {
  const printed: string[] = [];
  const io = { print: (line: string) => void printed.push(line), note: () => {}, run: quietContext() };
  const code = await effect.run(parseArguments(effect, words), { ...io, path: (given) => join(folder, given) });
  return { code, text: printed.join('\n') };
}

describe('muster effect', () => {
  const { values, firstDay, stretches, effects } = reference.beforeAfter;
  const days = values.map((value, i) => `${dateOfDay(firstDay + i)},${value}`);
  writeFileSync(join(folder, 'days.csv'), `day,revenue\n${days.join('\n')}\n`);
  const [from, to] = [dateOfDay(Number(stretches[0][1])), dateOfDay(Number(stretches[0][2]) - 1)];
  const series = [
    '--method',
    'before-after',
    '--table',
    'days.csv',
    '--date',
    'day',
    '--value',
    'revenue',
    '--from',
    from,
    '--to',
    to,
    '--dip',
    '21',
  ];

  const did = reference.differenceInDifferences;
  const rows = did.values.map((value, i) => `shop ${Math.floor(i / did.periods)},2026-0${1 + (i % did.periods)},${value}`);
  writeFileSync(join(folder, 'shops.csv'), `shop,month,revenue\n${rows.join('\n')}\n`);
  const treated = did.treated.flatMap((got, unit) => (got ? [`shop ${unit}`] : [])).join(',');
  const panel = ['--table', 'shops.csv', '--unit', 'shop', '--period', 'month', '--value', 'revenue', '--after', '2026-06'];

  it('compares days before and after, with the dip that follows', async () => {
    const { code, text } = await run(...series, '--json');
    const { effect, pullForward } = JSON.parse(text).effect;
    expect([effect.perPeriod, pullForward.amount.perPeriod]).toEqual(effects.map(({ perDay }) => expect.closeTo(perDay, 8)));
    expect([0, 1]).toContain(code);
    expect((await run(...series)).text).toMatch(
      /^effect: [\d.]+ a day .*\nafterwards: -[\d.]+ a day .* % of the gain .*\n(pass|warn|fail): /,
    );
  });

  it('compares shops with it to those without', async () => {
    const { code, text } = await run('--method', 'difference-in-differences', ...panel, '--treated', treated, '--json');
    expect(JSON.parse(text).effect.effect.perPeriod).toBeCloseTo(did.twoWayFixedEffects, 9);
    expect(code).toBe(did.trends.p < 0.05 ? 1 : 0);
  });

  it('mixes one shop from the others', async () => {
    const { text } = await run('--method', 'synthetic-control', ...panel, '--treated', 'shop 0');
    expect(text).toMatch(/^effect: -?[\d.]+ a period, p = .*\nMixed from shop \d+/);
  });

  it('says what is missing or wrong', async () => {
    const code = (name: string) => ({ code: name });
    await expect(run('--method', 'before-after', '--table', 'days.csv', '--value', 'revenue')).rejects.toMatchObject(code('effect_option'));
    await expect(run('--method', 'difference-in-differences', ...panel, '--treated', 'shop 99')).rejects.toMatchObject(
      code('table_value_unknown'),
    );
    await expect(run('--method', 'synthetic-control', ...panel, '--treated', 'shop 1,shop 2')).rejects.toMatchObject(
      code('synthetic_treated'),
    );
    writeFileSync(join(folder, 'hole.csv'), `shop,month,revenue\n${rows.slice(1).join('\n')}\n`);
    const holed = panel.map((word) => (word === 'shops.csv' ? 'hole.csv' : word));
    await expect(run('--method', 'difference-in-differences', ...holed, '--treated', treated)).rejects.toMatchObject(code('panel_hole'));
    await expect(run(...series.map((word) => (word === 'revenue' ? 'sales' : word)))).rejects.toMatchObject(code('table_column_unknown'));
  });
});
