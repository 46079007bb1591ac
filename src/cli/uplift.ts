import { UserError } from '../lib/core/base/errors';
import type { ExportTable } from '../lib/core/exports/table';
import type { RandomisationCheck } from '../lib/core/predictions/uplift/measures/randomisation';
import type { Repeated, RowScores, UpliftTableReport } from '../lib/core/predictions/uplift/table/upliftTable';
import type { TableTrial } from '../lib/core/predictions/uplift/table/readTrial';
import type { Arguments, Command, CommandIo } from './command';
import { readSeed } from './evaluate';
import { columnsOf, wholeNumber } from './predict';

export const uplift: Command = {
  name: 'uplift',
  summary: 'Learn from a table of a randomised campaign whom the message changes, and measure it on rows kept apart.',
  words: [],
  options: [
    {
      name: 'table',
      kind: 'text',
      value: 'FILE',
      required: true,
      what: 'One row a person: CSV in any encoding, or what else the import reads.',
    },
    { name: 'treatment', kind: 'text', value: 'COLUMN', required: true, what: 'The column that says who was addressed.' },
    { name: 'treated', kind: 'text', value: 'VALUE', what: 'Its value of those who were. Needed where it has more than two values.' },
    {
      name: 'control',
      kind: 'text',
      value: 'VALUE',
      what: 'Its value of those who were held out. Without it 0, false, no, control or the like. Rows with a third value are left out.',
    },
    { name: 'outcome', kind: 'text', value: 'COLUMN', required: true, what: 'What came of it: 0 and 1, yes and no, or amounts.' },
    {
      name: 'features',
      kind: 'text',
      value: 'A,B',
      what: 'The columns that the uplift may depend on. Without it all others, but those that know the outcome.',
    },
    { name: 'leave-out', kind: 'text', value: 'A,B', what: 'Columns that are no features, such as ids.' },
    { name: 'categories', kind: 'text', value: 'A,B', what: 'Columns whose numbers are names of kinds.' },
    {
      name: 'learner',
      kind: 'text',
      value: 'NAME',
      what: 'uplift-forest (the default), dr-learner, r-learner, x-learner, t-learner, s-learner or class-transformation.',
    },
    { name: 'options', kind: 'pairs', value: 'KEY=VALUE', what: 'Options of the learner; the others keep their defaults.' },
    { name: 'test', kind: 'number', value: 'PERCENT', default: 30, what: 'Share of the rows that is kept apart and measured on.' },
    { name: 'repeats', kind: 'number', value: 'N', default: 1, what: 'How often the rows are split anew.' },
    {
      name: 'planned',
      kind: 'number',
      value: 'PERCENT',
      what: 'Share that was to be addressed: a sample ratio that does not fit it is said.',
    },
    { name: 'seed', kind: 'text', value: 'SEED', default: '1', what: 'Seed of everything random.' },
    {
      name: 'out',
      kind: 'text',
      value: 'FILE',
      what: 'Write there, as CSV, each row’s uplift, outcome with and without, and segment, by models that have not seen it.',
    },
    { name: 'uplift-from', kind: 'number', value: 'AMOUNT', default: 0.01, what: 'Segments: an uplift of so much is persuadable.' },
    { name: 'json', kind: 'flag', what: 'Print one JSON object.' },
  ],
  examples: [
    'uplift --table hillstrom.csv --treatment segment --treated "Mens E-Mail" --control "No E-Mail" --outcome visit --repeats 20 --json',
    'uplift --table campaign.csv --treatment sent --outcome spend --learner x-learner --out scores.csv',
  ],
  run: runUplift,
};

async function runUplift(args: Arguments, io: CommandIo): Promise<number> {
  const [{ readTable }, { scoreRows, upliftTable }, { openFile }, { nodePlatform }] = await Promise.all([
    import('../lib/core/predictions/table/readTable'),
    import('../lib/core/predictions/uplift/table/upliftTable'),
    import('../lib/platform/node/files'),
    import('../lib/platform/node/platform'),
  ]);
  const platform = nodePlatform();
  const tools = { tensors: () => platform.openTensors(), kernels: () => platform.openKernels() };
  const learner = args.optionalText('learner');
  const question = {
    treatment: args.text('treatment'),
    treated: args.optionalText('treated'),
    control: args.optionalText('control'),
    outcome: args.text('outcome'),
    ...(args.has('features') && { features: columnsOf(args.text('features')) }),
    leaveOut: columnsOf(args.optionalText('leave-out')),
    options: { ...args.pairs('options'), ...(learner !== undefined && { metaLearner: learner }) },
    testShare: wholeNumber(args, 'test', 5, 80) / 100,
    repeats: wholeNumber(args, 'repeats', 1, 1000),
    planned: args.has('planned') ? plannedShare(args.number('planned')) : null,
    seed: readSeed(args.text('seed')),
  };
  const file = await openFile(io.path(args.text('table')));
  const table = await readTable(file, { categories: columnsOf(args.optionalText('categories')) }, io.run);
  const { report, trial } = await upliftTable(table, question, tools, io.run);
  const out = args.optionalText('out');
  if (out !== undefined) {
    const scores = await scoreRows(trial, { ...question, thresholds: { uplift: args.number('uplift-from') } }, tools, io.run);
    await writeScores(io.path(out), trial, scores, io);
  }
  for (const { message } of report.findings) io.note(message);
  io.print(args.flag('json') ? JSON.stringify(report, null, 2) : asText(report));
  return 0;
}

function plannedShare(percent: number): number {
  if (percent > 0 && percent < 100) return percent / 100;
  throw new UserError('argument_range', `--planned is ${percent}.`, 'Give a whole number from 1 to 99.', {
    name: 'planned',
    value: percent,
    least: 1,
    most: 99,
  });
}

async function writeScores(path: string, trial: TableTrial, scores: RowScores, io: CommandIo): Promise<void> {
  const [{ writeFile }, { csvFormat }, { machineStyle }] = await Promise.all([
    import('node:fs/promises'),
    import('../lib/core/exports/formats/csv'),
    import('../lib/core/exports/formats/csvStyle'),
  ]);
  await writeFile(path, csvFormat(machineStyle).write(scoreTable(trial, scores), io.run));
}

/** Row (1-based, the header not counted), arm and outcome, then what was predicted. */
function scoreTable({ rowNumbers, treated, outcome }: TableTrial, scores: RowScores): ExportTable {
  return {
    columns: [
      { name: 'row', type: 'integer' },
      { name: 'addressed', type: 'integer' },
      { name: 'outcome', type: 'number' },
      { name: 'uplift', type: 'number' },
      { name: 'if addressed', type: 'number' },
      { name: 'if not', type: 'number' },
      { name: 'segment', type: 'text' },
    ],
    *blocks() {
      const { uplift, treated: ifTreated, control, segment } = scores;
      const numbers = [rowNumbers.map((row) => row + 1), treated, outcome, uplift, ifTreated, control];
      yield { rows: rowNumbers.length, cells: [...numbers.map((values) => Array.from(values)), segment] };
    },
  };
}

const presetNames: Record<string, string> = {
  skliftQini: 'Qini as scikit-uplift has it',
  skliftAuuc: 'AUUC as scikit-uplift has it',
  causalmlQini: 'Qini as causalml has it',
  causalmlAuuc: 'AUUC as causalml has it',
};

function asText(report: UpliftTableReport): string {
  const { kind, repeats } = report;
  const digits = kind === 'binary' ? 4 : 3;
  const line = (name: string, { mean, deviation, low, high }: Repeated) =>
    `  ${name.padEnd(34)}  ${mean.toFixed(digits)}` +
    (low === null ? '' : `  (95 %: ${low.toFixed(digits)} to ${high!.toFixed(digits)})`) +
    (deviation === null ? '' : `  ± ${deviation.toFixed(digits)} between splits`);
  return [
    `${String(report.options.metaLearner)}, "${report.treatment}" = "${report.treated}" (${report.treatedRows}) against "${report.control}" (${report.controlRows}), outcome "${report.outcome}"`,
    `tested on ${report.testRows} of ${report.rows} rows, ${repeats === 1 ? 'one split' : `${repeats} splits`}`,
    line('uplift of everybody', report.average),
    ...report.upliftAt.flatMap(({ share, overall, byGroup }) => [
      line(`uplift of the first ${share * 100} %`, overall),
      line(`  of each arm's first ${share * 100} %`, byGroup),
    ]),
    line('Qini, a person', report.qini),
    line('AUUC, a person', report.auuc),
    ...Object.entries(report.presets).flatMap(([name, value]) => (value ? [line(presetNames[name], value)] : [])),
    ...randomisationLines(report.randomisation),
    `${report.seconds.toFixed(1)} s, ${report.backend}`,
  ].join('\n');
}

const verdicts = {
  random: 'The arms look drawn by lot',
  doubtful: 'The arms differ more than lots would have them',
  'not-random': 'The arms were not drawn by lot: what differs between them is no effect of the message alone',
};

function randomisationLines({ verdict, guess, ratio, beyond, inputs, balance, imbalances }: RandomisationCheck): string[] {
  const said = [
    ...(ratio ? [`planned share ${ratio.planned * 100} %: p = ${ratio.p.toPrecision(2)}`] : []),
    ...(guess
      ? [`a model guesses the arm with AUC ${guess.auc.toFixed(3)} (by chance ${guess.low.toFixed(3)} to ${guess.high.toFixed(3)})`]
      : []),
    ...(balance ? [`all ${inputs} inputs at once: p = ${balance.p.toPrecision(2)}`] : []),
    `${beyond} of ${inputs} inputs differ by more than a tenth of a deviation and more than lots explain${beyond > 0 ? `, most ${imbalances[0].input}` : ''}`,
  ];
  return [`${verdicts[verdict]}: ${said.join('; ')}.`];
}
