import type { OptionValues } from '../lib/core/base/options';
import type { GivenSplit } from '../lib/core/evaluation/splitFiles';
import type { EvaluationWarning } from '../lib/core/evaluation/types';
import { UserError } from '../lib/core/base/errors';
import type { ModelState } from '../lib/core/recommenders/modelState';
import { refuseOutFolder, writeOutFolder } from './outFolder';
import type { Arguments, Command, CommandIo } from './command';
import { readMinutes, tuneFor, tuningOptions, type TuningOutput } from './tuning';

const formats = ['pairs', 'adjacency', 'ncf'] as const;
const largestCutoff = 1000;

export const evaluate: Command = {
  name: 'evaluate',
  summary: 'Fit a recommender on a given split and measure its ranking, for people who reproduce published tables.',
  words: [],
  options: [
    { name: 'train', kind: 'text', value: 'FILE', required: true, what: 'Training interactions.' },
    { name: 'test', kind: 'text', value: 'FILE', required: true, what: 'Test interactions.' },
    {
      name: 'negatives',
      kind: 'text',
      value: 'FILE',
      what: 'Rank each test item among these items only (ncf); without it, all items that the user has not in train are ranked.',
    },
    {
      name: 'format',
      kind: 'choice',
      choices: formats,
      value: 'FORMAT',
      default: 'pairs',
      what: 'pairs: "user item [value] [time]" a line; adjacency: "user item item …" a line; ncf: test lines "user item …", negatives lines "(user,item) n1 n2 …".',
    },
    { name: 'model', kind: 'text', value: 'NAME', required: true, what: 'A recommender of the catalogue; "muster models" lists them.' },
    { name: 'set', kind: 'pairs', value: 'KEY=VALUE', what: 'Options of the model; the others keep the catalogue’s defaults.' },
    { name: 'k', kind: 'text', value: 'K,K', default: '10,20', what: 'Cut-offs of the metrics.' },
    { name: 'seed', kind: 'text', value: 'SEED', default: '1', what: 'Seed of everything random.' },
    ...tuningOptions,
    {
      name: 'out',
      kind: 'text',
      value: 'FOLDER',
      what: 'Write the trained model there: for NumPy (model.npz), as Parquet with ids, and for tfjs (model.json). A new or empty folder.',
    },
    { name: 'json', kind: 'flag', what: 'Print one JSON object.' },
  ],
  examples: [
    'evaluate --train train.txt --test test.txt --format adjacency --model ials --set factors=128 --k 20 --json',
    'evaluate --train lastfm.train.rating --test lastfm.test.rating --negatives lastfm.test.negative --format ncf --model ials --k 10',
  ],
  run: runEvaluate,
};

/** What `--json` prints. */
interface EvaluationOutput {
  model: string;
  params: OptionValues;
  seed: number;
  metrics: Record<string, number>;
  /** Users and items of the files; `testUsers` of them have test items. */
  users: number;
  items: number;
  testUsers: number;
  trainPairs: number;
  testPairs: number;
  candidates: 'all-unseen' | 'given-negatives';
  fitSeconds: number;
  scoreSeconds: number;
  peakMemoryBytes: number;
  backend: string;
  warnings: EvaluationWarning[];
  tuning?: TuningOutput;
}

async function runEvaluate(args: Arguments, io: CommandIo): Promise<number> {
  const { findRecommender } = await import('../lib/core/recommenders/catalogue');
  const { resolveOptions } = await import('../lib/core/base/options');
  const recommender = findRecommender(args.text('model'));
  const given = args.pairs('set');
  // What is wrong with the options is said before files are read.
  resolveOptions(recommender.id, recommender.options, given);
  const cutoffs = readCutoffs(args.text('k'));
  const seed = readSeed(args.text('seed'));
  const minutes = readMinutes(args);
  const out = args.optionalText('out');
  if (out !== undefined) await refuseOutFolder(io.path(out), false);
  const split = await readFiles(args, io);

  const { nodePlatform } = await import('../lib/platform/node/platform');
  const { measureRanking, meanMetrics, rankingTask } = await import('../lib/core/evaluation/evaluate');
  const { collapseWarnings } = await import('../lib/core/evaluation/collapse');
  const { trainRecommender } = await import('../lib/core/recommenders/trainRecommender');
  const platform = nodePlatform();
  const kernels = await platform.openKernels();
  const task = rankingTask(split.train, split.test, { requireHistory: false, candidates: split.candidates });
  try {
    const compute = { kernels, tensors: () => platform.openTensors() };
    const search = { recommender, given, task, cutoff: cutoffs.at(-1)!, seed };
    const tuning = minutes === undefined ? undefined : await tuneFor(minutes, search, args, compute, io);
    const started = performance.now();
    const trained = await trainRecommender(
      { recommender, given: { ...given, ...tuning?.options }, data: { pairs: split.train }, seed },
      compute,
      io.run,
    );
    const { model, backend, options: params } = trained;
    const fitted = performance.now();
    const servesNewUsers = recommender.servesNewUsers ?? false;
    const measured = await measureRanking(model, task, { cutoffs, servesNewUsers }, kernels, io.run);
    const output: EvaluationOutput = {
      model: recommender.id,
      params,
      seed,
      metrics: meanMetrics(measured),
      users: split.userIds.length,
      items: split.itemIds.length,
      testUsers: task.users.length,
      trainPairs: task.train.columns.length,
      testPairs: task.testPairs,
      candidates: split.candidates ? 'given-negatives' : 'all-unseen',
      fitSeconds: (fitted - started) / 1000,
      scoreSeconds: (performance.now() - fitted) / 1000,
      peakMemoryBytes: process.resourceUsage().maxRSS * 1024,
      backend,
      warnings: [...(trained.warnings ?? []), ...collapseWarnings(recommender, measured.overlap)],
      ...(tuning && { tuning }),
    };
    if (out !== undefined) await writeOutFolder(io.path(out), await modelFiles(model.state(), split));
    model.dispose?.();
    if (task.repeatedPairs > 0) io.note(`${task.repeatedPairs} test pairs are in train, too, and were left out.`);
    for (const warning of output.warnings) io.note(sentenceOf(warning));
    io.print(args.flag('json') ? JSON.stringify(output, null, 2) : asText(output));
    return 0;
  } finally {
    kernels.close();
  }
}

function sentenceOf({ code, values }: EvaluationWarning): string {
  return code === 'model_collapsed'
    ? `This model has collapsed: two users' lists of ${values.of} have ${values.shared} items in common on average.`
    : `Memory for the rules was spent: they are whole for the ${values.items} most chosen items only.`;
}

async function modelFiles(state: ModelState, { userIds, itemIds }: GivenSplit) {
  const [{ writeNpz }, { writeParquet }, { writeTfjs }] = await Promise.all([
    import('../lib/core/recommenders/state/npz'),
    import('../lib/core/recommenders/state/parquet'),
    import('../lib/core/recommenders/state/tfjs'),
  ]);
  const tables = writeParquet(state, { users: userIds, items: itemIds });
  return [{ name: 'model.npz', bytes: writeNpz(state) }, ...tables, ...writeTfjs(state)];
}

async function readFiles(args: Arguments, io: CommandIo): Promise<GivenSplit> {
  const { readSplit } = await import('../lib/core/evaluation/splitFiles');
  const format = formats.find((candidate) => candidate === args.text('format'))!;
  const negatives = args.optionalText('negatives');
  if (negatives !== undefined && format !== 'ncf') {
    throw new UserError(
      'negatives_unused',
      `Negatives are only read with --format ncf, not ${format}.`,
      'Leave --negatives out, or give --format ncf.',
      { format },
    );
  }
  const [train, test, given] = await Promise.all([
    readText(args.text('train'), io),
    readText(args.text('test'), io),
    negatives === undefined ? undefined : readText(negatives, io),
  ]);
  return readSplit(format, train, test, given);
}

async function readText(name: string, io: CommandIo): Promise<{ name: string; text: string }> {
  const { readFile } = await import('node:fs/promises');
  try {
    return { name, text: await readFile(io.path(name), 'utf8') };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    const reason = code === 'ENOENT' ? 'there is no such file' : code === 'EISDIR' ? 'it is a folder' : String(code ?? error);
    throw new UserError('path_unreadable', `${name} cannot be read: ${reason}.`, 'Check the path and that you may read the file.', {
      file: name,
      reason,
    });
  }
}

function readCutoffs(text: string): number[] {
  const cutoffs = text.split(',').map((part) => (/^\d+$/.test(part.trim()) ? Number(part) : NaN));
  if (!cutoffs.every((k) => k >= 1 && k <= largestCutoff)) {
    throw new UserError(
      'cutoffs',
      `"${text}" is no list of cut-offs.`,
      `Give whole numbers from 1 to ${largestCutoff} with commas between them, such as 10,20.`,
      { value: text },
    );
  }
  return [...new Set(cutoffs)].sort((a, b) => a - b);
}

function readSeed(text: string): number {
  const seed = /^\d{1,10}$/.test(text) ? Number(text) : NaN;
  if (!(seed <= 4294967295))
    throw new UserError('seed', `"${text}" is no seed.`, 'Give a whole number from 0 to 4294967295.', { value: text });
  return seed;
}

function asText(output: EvaluationOutput): string {
  const { metrics, model, testUsers, candidates, fitSeconds, scoreSeconds, backend } = output;
  const width = Math.max(...Object.keys(metrics).map((name) => name.length));
  return [
    `${model}, ${testUsers} users, ${candidates === 'all-unseen' ? 'all unseen items ranked' : 'given negatives ranked'}`,
    ...Object.entries(metrics).map(([name, value]) => `  ${name.padEnd(width)}  ${value.toFixed(4)}`),
    `fit ${fitSeconds.toFixed(1)} s, scoring ${scoreSeconds.toFixed(1)} s, ${backend}`,
  ].join('\n');
}
