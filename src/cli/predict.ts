import { UserError } from '../lib/core/base/errors';
import type { ExportTable } from '../lib/core/exports/table';
import { readSeed } from './evaluate';
import type { Arguments, Command, CommandIo } from './command';

const largestFolds = 50;

export const predict: Command = {
  name: 'predict',
  summary: 'Cross-validate a learner on a table, for people who reproduce published figures.',
  words: [],
  options: [
    {
      name: 'table',
      kind: 'text',
      value: 'FILE',
      required: true,
      what: 'One row a case: CSV in any encoding, or what else the import reads.',
    },
    { name: 'target', kind: 'text', value: 'COLUMN', required: true, what: 'The column that is to be predicted.' },
    {
      name: 'positive',
      kind: 'text',
      value: 'VALUE',
      what: 'Its value that counts as yes. Without it numbers are predicted as numbers, and of two values that say yes and no the one that says yes.',
    },
    { name: 'model', kind: 'text', value: 'NAME', required: true, what: 'A learner of the catalogue; "muster models" lists them.' },
    { name: 'options', kind: 'pairs', value: 'KEY=VALUE', what: 'Options of the learner; the others keep the catalogue’s defaults.' },
    {
      name: 'folds',
      kind: 'number',
      value: 'K',
      default: 5,
      what: 'Parts of the rows, each of which is predicted by a model that learnt from the others; each has its share of both classes.',
    },
    { name: 'repeats', kind: 'number', value: 'N', default: 1, what: 'How often the rows are dealt out anew.' },
    { name: 'seed', kind: 'text', value: 'SEED', default: '1', what: 'Seed of everything random.' },
    { name: 'leave-out', kind: 'text', value: 'A,B', what: 'Columns that are no inputs, such as ids.' },
    { name: 'categories', kind: 'text', value: 'A,B', what: 'Columns whose numbers are names of kinds.' },
    {
      name: 'out',
      kind: 'text',
      value: 'FILE',
      what: 'Write there, as CSV, what each row was predicted to be by the model that had not seen it.',
    },
    { name: 'json', kind: 'flag', what: 'Print one JSON object.' },
  ],
  examples: [
    'predict --table Telco-Customer-Churn.csv --target Churn --positive Yes --model logistic --leave-out customerID --folds 5 --json',
    'predict --table houses.csv --target price --model linear --repeats 3',
  ],
  run: runPredict,
};

async function runPredict(args: Arguments, io: CommandIo): Promise<number> {
  const [{ predictTable }, { openFile }, { nodePlatform }] = await Promise.all([
    import('../lib/core/predictions/table/predictTable'),
    import('../lib/platform/node/files'),
    import('../lib/platform/node/platform'),
  ]);
  const platform = nodePlatform();
  const tools = { tensors: () => platform.openTensors(), kernels: () => platform.openKernels() };
  const result = await predictTable(
    {
      file: await openFile(io.path(args.text('table'))),
      target: { column: args.text('target'), positive: args.optionalText('positive') },
      learner: args.text('model'),
      options: args.pairs('options'),
      folds: wholeNumber(args, 'folds', 2, largestFolds),
      repeats: wholeNumber(args, 'repeats', 1, 1000),
      seed: readSeed(args.text('seed')),
      leaveOut: columnsOf(args.optionalText('leave-out')),
      categories: columnsOf(args.optionalText('categories')),
    },
    tools,
    io.run,
  );
  const out = args.optionalText('out');
  if (out !== undefined) await writeFoldPredictions(io.path(out), result, io);
  const { report } = result;
  for (const { message } of report.findings) io.note(message);
  io.print(args.flag('json') ? JSON.stringify(report, null, 2) : asText(report));
  return 0;
}

type Predicted = Awaited<ReturnType<typeof import('../lib/core/predictions/table/predictTable').predictTable>>;

async function writeFoldPredictions(path: string, predicted: Predicted, io: CommandIo): Promise<void> {
  const [{ writeFile }, { csvFormat }, { machineStyle }] = await Promise.all([
    import('node:fs/promises'),
    import('../lib/core/exports/formats/csv'),
    import('../lib/core/exports/formats/csvStyle'),
  ]);
  await writeFile(path, csvFormat(machineStyle).write(outOfFoldTable(predicted), io.run));
}

/** Row (1-based, the header not counted) and label, then of each repeat the fold and what was predicted. */
function outOfFoldTable({ labeled: { rowNumbers, labels }, found: { outOfFold, foldOf } }: Predicted): ExportTable {
  const repeats = outOfFold.length;
  const name = (word: string, repeat: number) => (repeats === 1 ? word : `${word} ${repeat + 1}`);
  return {
    columns: [
      { name: 'row', type: 'integer' },
      { name: 'label', type: 'number' },
      ...outOfFold.flatMap((_, repeat) => [
        { name: name('fold', repeat), type: 'integer' as const },
        { name: name('prediction', repeat), type: 'number' as const },
      ]),
    ],
    *blocks() {
      yield {
        rows: rowNumbers.length,
        cells: [
          Array.from(rowNumbers, (row) => row + 1),
          Array.from(labels.values),
          ...outOfFold.flatMap((values, repeat) => [Array.from(foldOf[repeat], (fold) => fold + 1), Array.from(values)]),
        ],
      };
    },
  };
}

export function wholeNumber(args: Arguments, name: string, least: number, most: number): number {
  const value = args.number(name);
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new UserError('argument_range', `--${name} is ${value}.`, `Give a whole number from ${least} to ${most}.`, {
    name,
    value,
    least,
    most,
  });
}

export function columnsOf(text: string | undefined): string[] {
  return (text ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

const shownMeasures: Record<string, string> = {
  auc: 'AUC',
  prAuc: 'PR-AUC',
  logLoss: 'log loss',
  brier: 'Brier',
  rmse: 'RMSE',
  mae: 'MAE',
  r2: 'R²',
};

function asText({
  learner,
  table,
  target,
  positive,
  rows,
  folds,
  repeats,
  mean,
  deviation,
  backend,
  seconds,
}: Predicted['report']): string {
  const times = repeats === 1 ? '' : ` ${repeats} times`;
  return [
    `${learner}, "${target}"${positive === undefined ? '' : ` = "${positive}"`} of ${rows} rows of ${table}, ${folds.length / repeats} folds${times}`,
    ...Object.entries(mean).map(([name, value]) => {
      const spread = deviation[name as keyof typeof deviation] as number;
      return `  ${shownMeasures[name].padEnd(8)}  ${Number(value).toFixed(4)}  (± ${spread.toFixed(4)} between folds)`;
    }),
    `${seconds.toFixed(1)} s, ${backend}`,
  ].join('\n');
}
