import { UserError } from '../lib/core/base/errors';
import type { Arguments, Command, CommandIo } from './command';
import { columnsOf } from './predict';

const methods = ['before-after', 'difference-in-differences', 'synthetic-control'] as const;

export const effect: Command = {
  name: 'effect',
  summary: 'What something brought where no lots were drawn, with what has to hold for that tested; exit code 1 where it does not.',
  words: [],
  options: [
    {
      name: 'table',
      kind: 'text',
      value: 'FILE',
      required: true,
      what: 'Rows with a date or a period and a value; several of one day are added up.',
    },
    {
      name: 'method',
      kind: 'choice',
      choices: methods,
      value: 'METHOD',
      required: true,
      what: 'before-after: days against trend, week and year. difference-in-differences: shops, cities or groups with it against others. synthetic-control: one of them against a mixture of others.',
    },
    { name: 'value', kind: 'text', value: 'COLUMN', required: true, what: 'What is compared.' },
    { name: 'date', kind: 'text', value: 'COLUMN', what: 'Before and after: the column of days.' },
    { name: 'from', kind: 'text', value: 'DATE', what: 'Before and after: the first day of it.' },
    { name: 'to', kind: 'text', value: 'DATE', what: 'Before and after: the last day of it.' },
    {
      name: 'dip',
      kind: 'number',
      value: 'DAYS',
      default: 0,
      what: 'Before and after: days that follow and may have paid for it (pull-forward).',
    },
    { name: 'unit', kind: 'text', value: 'COLUMN', what: 'The other methods: the column of shops, cities or groups.' },
    { name: 'period', kind: 'text', value: 'COLUMN', what: 'The column of months, weeks or days.' },
    { name: 'treated', kind: 'text', value: 'A,B', what: 'Those units that got it.' },
    { name: 'after', kind: 'text', value: 'PERIOD', what: 'The first period with it.' },
    { name: 'json', kind: 'flag', what: 'Print one JSON object.' },
  ],
  examples: [
    'effect --method before-after --table sales.csv --date day --value revenue --from 2026-10-01 --to 2026-10-07 --dip 14',
    'effect --method difference-in-differences --table shops.csv --unit city --period month --value revenue --treated Suzhou,Wuxi --after 2026-09',
  ],
  run: runEffect,
};

async function runEffect(args: Arguments, io: CommandIo): Promise<number> {
  const [{ readTable }, { openFile }] = await Promise.all([
    import('../lib/core/predictions/table/readTable'),
    import('../lib/platform/node/files'),
  ]);
  const method = methods.find((each) => each === args.text('method'))!;
  const categories = method === 'before-after' ? [] : [needed(args, 'unit'), needed(args, 'period')];
  const table = await readTable(await openFile(io.path(args.text('table'))), { categories }, io.run);
  const { result, lines, holds } = await (method === 'before-after' ? beforeAfterOf(args, table) : panelResult(args, table, method, io));
  io.print(
    args.flag('json') ? JSON.stringify(result, (_, value) => (value instanceof Float64Array ? [...value] : value), 2) : lines.join('\n'),
  );
  return holds ? 0 : 1;
}

type Table = Parameters<typeof import('../lib/core/results/tableSeries').dailySeries>[0];

async function beforeAfterOf(args: Arguments, table: Table) {
  const [{ beforeAfter }, { dailySeries }, { dayNumber }] = await Promise.all([
    import('../lib/core/experiments/beforeAfter'),
    import('../lib/core/results/tableSeries'),
    import('../lib/core/schema/days'),
  ]);
  const { values, firstDay } = dailySeries(table, needed(args, 'date'), args.text('value'));
  const [from, end] = ['from', 'to'].map((name) => dayNumber(needed(args, name)));
  const dip = args.number('dip');
  const stretches = [{ id: 'campaign', from, to: end + 1 }, ...(dip > 0 ? [{ id: 'afterwards', from: end + 1, to: end + 1 + dip }] : [])];
  const result = beforeAfter(values, firstDay, stretches);
  const { placebo, independence } = result.assumptions;
  const holds = placebo === null || placebo.p >= 0.05;
  return {
    result,
    holds,
    lines: [
      ...result.effects.map(
        ({ id, perDay, low, high, p, total }) =>
          `${id}: ${figure(perDay)} a day (95 %: ${figure(low)} to ${figure(high)}), p = ${p.toPrecision(2)}; ${figure(total)} in all`,
      ),
      placebo === null
        ? 'Nobody can tell whether the season is caught: too few days lie before.'
        : `Where nothing happened: ${figure(placebo.perDay)} a day, p = ${placebo.p.toPrecision(2)}${holds ? '' : ': the season is not caught, so the effect need not be one'}.`,
      `Memory that is left in the days: p = ${independence.p.toPrecision(2)}; ${result.hasYear ? 'the time of the year is taken off' : 'no whole year lies before, so the time of the year is not taken off'}.`,
    ],
  };
}

async function panelResult(args: Arguments, table: Table, method: (typeof methods)[number], io: CommandIo) {
  const [{ panelOf }, { differenceInDifferences }, { syntheticControl }] = await Promise.all([
    import('../lib/core/results/tableSeries'),
    import('../lib/core/experiments/differenceInDifferences'),
    import('../lib/core/experiments/syntheticControl'),
  ]);
  const treated = columnsOf(needed(args, 'treated'));
  const columns = {
    unit: needed(args, 'unit'),
    period: needed(args, 'period'),
    value: args.text('value'),
    treated,
    after: needed(args, 'after'),
  };
  const panel = panelOf(table, columns);
  if (method === 'difference-in-differences') {
    const result = differenceInDifferences(panel);
    const { effect, parallelTrends } = result;
    const holds = parallelTrends === null || parallelTrends.p >= 0.05;
    return {
      result,
      holds,
      lines: [
        `${figure(effect.difference)} a period (95 %: ${figure(effect.low)} to ${figure(effect.high)}), p = ${effect.p.toPrecision(2)}`,
        parallelTrends === null
          ? 'Nobody can tell whether both sides went alike before: too few periods or units.'
          : `Both sides alike before: p = ${parallelTrends.p.toPrecision(2)}${holds ? '' : ': they did not go alike, so the effect need not be one'}.`,
      ],
    };
  }
  if (treated.length !== 1) {
    throw new UserError(
      'synthetic_treated',
      `${treated.length} units got it.`,
      'Name one, or take difference-in-differences for several.',
      { count: treated.length },
    );
  }
  const seriesOf = (unit: number) => panel.values.slice(unit * panel.periods, (unit + 1) * panel.periods);
  const own = panel.names.indexOf(treated[0]);
  const others = [...panel.names.keys()].filter((unit) => unit !== own);
  const result = await syntheticControl(seriesOf(own), others.map(seriesOf), panel.after, io.run);
  const holds = result.misfit <= mostMisfit;
  const parts = others.map((unit, i) => [panel.names[unit], result.weights[i]] as const).filter(([, weight]) => weight > 0.005);
  return {
    result: { ...result, donors: others.map((unit) => panel.names[unit]) },
    holds,
    lines: [
      `${figure(result.effect)} a period, p = ${result.placebo.p.toPrecision(2)} by ${others.length} placebos`,
      `Mixed from ${parts
        .sort(([, a], [, b]) => b - a)
        .map(([name, weight]) => `${name} ${(100 * weight).toFixed(0)} %`)
        .join(', ')}.`,
      `Before, the mixture misses by ${(100 * result.misfit).toFixed(0)} % of the unit's own spread${holds ? '' : ': the others do not make it up, so the effect need not be one'}.`,
    ],
  };
}

/** Of the treated unit's own spread before; beyond it the donors do not make it up. */
const mostMisfit = 0.5;

/** @throws UserError `effect_option` */
function needed(args: Arguments, name: string): string {
  const given = args.optionalText(name);
  if (given !== undefined) return given;
  throw new UserError('effect_option', `This method needs --${name}.`, 'See: muster effect --help.', { name });
}

function figure(value: number): string {
  return value.toLocaleString('en', { maximumSignificantDigits: 4 });
}
