import type { OptionValues } from '../lib/core/base/options';
import { inMemory } from '../lib/core/exports/shelf';
import type { GivenSplit } from '../lib/core/evaluation/splitFiles';
import type { SplitWarning } from '../lib/core/evaluation/leaks';
import type { Measured, MeasureChoice } from './evaluateMeasures';
import type { EvaluationWarning } from '../lib/core/evaluation/types';
import { UserError } from '../lib/core/base/errors';
import type { Recommender } from '../lib/core/recommenders/recommender';
import type { FeatureParts, TrainingData } from '../lib/core/recommenders/trainingData';
import type { ModelState } from '../lib/core/recommenders/modelState';
import { refuseOutFolder, writeOutFolder } from './outFolder';
import type { Arguments, Command, CommandIo } from './command';
import { readMinutes, tuneFor, tuningOptions, type TuningOutput } from './tuning';

const formats = ['pairs', 'adjacency', 'ncf', 'sequences'] as const;
const nexts = ['new', 'any'] as const;
const metricSets = ['usual', 'all'] as const;
const definitionNames = ['recbole', 'lenskit', 'ranx', 'recommenders', 'implicit'] as const;
const largestCutoff = 1000;

export const evaluate: Command = {
  name: 'evaluate',
  summary: 'Fit a recommender on a given split and measure its ranking, for people who reproduce published tables.',
  words: [],
  options: [
    { name: 'train', kind: 'text', value: 'FILE', required: true, what: 'Training interactions.' },
    {
      name: 'test',
      kind: 'text',
      value: 'FILE',
      what: 'Test interactions. Without it, with --format sequences, the last item of each line.',
    },
    {
      name: 'history',
      kind: 'text',
      value: 'FILE',
      what: 'What tested users who are not in train have, written as train: folded in, never learnt from (strong generalisation).',
    },
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
      what: 'pairs: "user item [value] [time]" a line; adjacency: "user item item …" a line; ncf: test lines "user item …", negatives lines "(user,item) n1 n2 …"; sequences: "user item item …" a line, oldest first, the last is the test.',
    },
    {
      name: 'next',
      kind: 'choice',
      choices: nexts,
      value: 'WHICH',
      default: 'new',
      what: 'new: only what a user has not in train is ranked and counts; any: what they have stays in the ranking, and counts when it comes again.',
    },
    { name: 'model', kind: 'text', value: 'NAME', required: true, what: 'A recommender of the catalogue; "muster models" lists them.' },
    { name: 'set', kind: 'pairs', value: 'KEY=VALUE', what: 'Options of the model; the others keep the catalogue’s defaults.' },
    { name: 'k', kind: 'text', value: 'K,K', default: '10,20', what: 'Cut-offs of the metrics.' },
    {
      name: 'metrics',
      kind: 'choice',
      choices: metricSets,
      value: 'SET',
      default: 'usual',
      what: 'all: intra-list diversity, AUC and GAUC, too, which score every item for every user. docs/metrics.md has the formulas.',
    },
    {
      name: 'definitions',
      kind: 'choice',
      choices: definitionNames,
      value: 'LIBRARY',
      what: 'Measure the same lists as this library does, beside our own metrics.',
    },
    {
      name: 'categories',
      kind: 'text',
      value: 'FILE',
      what: 'Lines "item category", for the calibration of lists to each user’s mixture.',
    },
    {
      name: 'items',
      kind: 'text',
      value: 'FILE',
      what: 'What is known of items, for models that learn from it: delimited, one row an item, one column with the ids of train.',
    },
    { name: 'users', kind: 'text', value: 'FILE', what: 'The same of users.' },
    {
      name: 'ratings',
      kind: 'flag',
      what: 'Predict ratings ("user item rating" a line) and measure RMSE and MAE; --model is then bias, item-knn or als.',
    },
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
    'evaluate --train Beauty.txt --format sequences --model item-knn --k 5,10 --json',
    'evaluate --ratings --train u1.base --test u1.test --model als',
    'evaluate --train lastfm.train.rating --test lastfm.test.rating --negatives lastfm.test.negative --format ncf --model ials --k 10',
  ],
  run: runEvaluate,
};

/** What `--json` prints. */
interface EvaluationOutput extends Measured {
  model: string;
  params: OptionValues;
  seed: number;
  /** Users and items of the files; `testUsers` of them have test items. */
  users: number;
  items: number;
  testUsers: number;
  trainPairs: number;
  testPairs: number;
  candidates: 'all-unseen' | 'all' | 'given-negatives';
  fitSeconds: number;
  scoreSeconds: number;
  peakMemoryBytes: number;
  backend: string;
  warnings: (EvaluationWarning | SplitWarning)[];
  tuning?: TuningOutput;
}

async function runEvaluate(args: Arguments, io: CommandIo): Promise<number> {
  if (args.flag('ratings')) return runRatings(args, io);
  const { findRecommender } = await import('../lib/core/recommenders/catalogue');
  const { resolveOptions } = await import('../lib/core/base/options');
  const recommender = findRecommender(args.text('model'));
  const given = args.pairs('set');
  // What is wrong with the options is said before files are read.
  resolveOptions(recommender.id, recommender.options, given);
  const cutoffs = readCutoffs(args.text('k'));
  const seed = readSeed(args.text('seed'));
  const choice: MeasureChoice = {
    cutoffs,
    all: args.text('metrics') === 'all',
    definitions: definitionNames.find((name) => name === args.optionalText('definitions')),
    categories: await readCategories(args.optionalText('categories'), io),
  };
  const minutes = readMinutes(args);
  const out = args.optionalText('out');
  if (out !== undefined) await refuseOutFolder(io.path(out), false);
  const split = await readFiles(args, io);

  const { nodePlatform } = await import('../lib/platform/node/platform');
  const { roomInBytes } = await import('../lib/work/recommenderEstimate');
  const { measureRanking, rankingTask } = await import('../lib/core/evaluation/evaluate');
  const { collapseWarnings, repeatWarnings } = await import('../lib/core/evaluation/collapse');
  const { withAuc } = await import('../lib/core/evaluation/auc');
  const { splitWarnings } = await import('../lib/core/evaluation/leaks');
  const { metersFor, summaryOf, warningSentence } = await import('./evaluateMeasures');
  const { foldInScorer, joinedPairs, mustFoldIn } = await import('../lib/core/evaluation/foldIn');
  const { trainingDataOf } = await import('../lib/core/recommenders/trainingData');
  const { trainRecommender } = await import('../lib/core/recommenders/trainRecommender');
  const platform = nodePlatform();
  const kernels = await platform.openKernels();
  const { history } = split;
  if (history) mustFoldIn([recommender]);
  const known = history ? joinedPairs(split.train, history) : split.train;
  const next = args.text('next') === 'any' ? 'any' : 'new';
  const task = rankingTask(known, split.test, { requireHistory: false, candidates: split.candidates, next });
  if (task.users.length === 0) {
    throw new UserError(
      'nothing_to_test',
      'No test item is left: users have all of them in train already.',
      'Give --next any, where what users have counts when it comes again, or check the files.',
    );
  }
  try {
    const compute = { kernels, tensors: () => platform.openTensors(), room: roomInBytes[platform.name] };
    const parts = await readParts(args, io, split);
    const historyEvents = split.historyEvents && trainingDataOf(split.historyEvents).sequences;
    const data = split.events ? trainingDataOf(split.events, parts) : { pairs: split.train, ...parts };
    mustHaveParts(recommender, data, args.text('format'));
    // Histories that are folded in are nothing to learn options from.
    const search = {
      recommender,
      given,
      task: { ...task, train: split.train },
      events: split.events,
      parts,
      cutoff: cutoffs.at(-1)!,
      seed,
    };
    const tuning = minutes === undefined ? undefined : await tuneFor(minutes, search, args, compute, io);
    const started = performance.now();
    const trained = await trainRecommender({ recommender, given: { ...given, ...tuning?.options }, data, seed }, compute, io.run);
    const { model, backend, options: params } = trained;
    const fitted = performance.now();
    const servesNewUsers = recommender.servesNewUsers ?? false;
    const scorer = history ? foldInScorer(model, history, await historyEvents?.()) : model;
    const meters = await metersFor(split, task, choice);
    const ranked = await measureRanking(scorer, task, { cutoffs, servesNewUsers, meters }, kernels, io.run);
    const measured = choice.all ? await withAuc(ranked, scorer, task, servesNewUsers, io.run) : ranked;
    const scored = performance.now();
    const ofModel = [...(trained.warnings ?? []), ...repeatWarnings(recommender, next), ...collapseWarnings(recommender, measured.overlap)];
    const found = splitWarnings(split);
    const output: EvaluationOutput = {
      model: recommender.id,
      params,
      seed,
      ...(await summaryOf(measured, task, seed, choice.definitions)),
      users: split.userIds.length,
      items: split.itemIds.length,
      testUsers: task.users.length,
      trainPairs: split.train.columns.length,
      testPairs: task.testPairs,
      candidates: split.candidates ? 'given-negatives' : next === 'any' ? 'all' : 'all-unseen',
      fitSeconds: (fitted - started) / 1000,
      scoreSeconds: (scored - fitted) / 1000,
      peakMemoryBytes: process.resourceUsage().maxRSS * 1024,
      backend,
      warnings: [...ofModel, ...found],
      ...(tuning && { tuning }),
    };
    if (out !== undefined)
      await writeOutFolder(
        io.path(out),
        (await modelFiles(model.state(), split)).map(({ name, bytes }) => ({ name, ...inMemory([bytes]) })),
      );
    model.dispose?.();
    if (split.usersAreLines) io.note('Lines begin alike, so every field was read as an item, and each line is a user.');
    for (const warning of found) io.note(warningSentence(warning));
    for (const warning of ofModel) io.note(sentenceOf(warning));
    io.print(args.flag('json') ? JSON.stringify(output, null, 2) : asText(output));
    return 0;
  } finally {
    kernels.close();
  }
}

async function runRatings(args: Arguments, io: CommandIo): Promise<number> {
  const { evaluateRatings } = await import('./evaluateRatings');
  const test = args.optionalText('test');
  if (test === undefined) {
    throw new UserError('ratings_no_test', 'There are no ratings to predict.', 'Give --test FILE with lines "user item rating".');
  }
  const [train, held] = [await readText(args.text('train'), io), await readText(test, io)];
  const [model, seed, json] = [args.text('model'), readSeed(args.text('seed')), args.flag('json')];
  return evaluateRatings({ model, given: args.pairs('set'), seed, train, test: held, json }, io);
}

function sentenceOf({ code, values }: EvaluationWarning): string {
  if (code === 'repeats_not_asked') {
    return 'Only what is new to users was ranked, so the repeat purchases that this model is for did not count: give --next any to measure them.';
  }
  if (code === 'model_collapsed') {
    return `This model has collapsed: two users' lists of ${values.of} have ${values.shared} items in common on average.`;
  }
  if (code === 'rules_incomplete') return `Memory for the rules was spent: they are whole for the ${values.items} most chosen items only.`;
  const missing = [...(values.items ? ['items (--items)'] : []), ...(values.users ? ['users (--users)'] : [])].join(' and ');
  return `Nothing is known of ${missing} beside their ids, so the model learnt from ids alone.`;
}

/** What files say beside the pairs; of events their hour and day of the week, in UTC. */
async function readParts(args: Arguments, io: CommandIo, split: GivenSplit): Promise<FeatureParts> {
  const [{ openFile }, { readFeatureFile }, { contextFeatures }, { groupsByFeature }] = await Promise.all([
    import('../lib/platform/node/files'),
    import('../lib/core/evaluation/featureFiles'),
    import('../lib/core/recommenders/readFeatures'),
    import('../lib/core/recommenders/features'),
  ]);
  const read = async (name: string | undefined, ids: string[]) => name && readFeatureFile(await openFile(io.path(name)), ids);
  const [ofItems, ofUsers] = [await read(args.optionalText('items'), split.itemIds), await read(args.optionalText('users'), split.userIds)];
  const times = split.events?.timeOfEvent;
  const isDated = times && times[0] > 0 && args.text('format') !== 'sequences';
  const hours = () => Int32Array.from(times!, (time) => Math.floor(time / 3.6e9) % 24);
  // The first of January 1970 was a Thursday.
  const weekdays = () => Int32Array.from(times!, (time) => 1 + ((Math.floor(time / 8.64e10) + 3) % 7));
  return {
    ...(ofItems && { itemFeatures: async () => ofItems }),
    ...(ofUsers && { userFeatures: async () => ofUsers, groups: async (by) => groupsByFeature(ofUsers, by) }),
    ...(isDated && { context: async () => contextFeatures(hours(), weekdays()) }),
  };
}

async function modelFiles(state: ModelState, { userIds, itemIds }: GivenSplit) {
  const [{ writeNpz }, { writeParquet }, { writeTfjs }] = await Promise.all([
    import('../lib/core/recommenders/state/npz'),
    import('../lib/core/recommenders/state/parquet'),
    import('../lib/core/recommenders/state/tfjs'),
  ]);
  const ids = { users: userIds, items: itemIds };
  return [{ name: 'model.npz', bytes: writeNpz(state, { ids }) }, ...writeParquet(state, ids), ...writeTfjs(state, { ids })];
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
  const read = (name: string | undefined) => (name === undefined ? undefined : readText(name, io));
  const [train, test, given, history] = await Promise.all([
    readText(args.text('train'), io),
    read(args.optionalText('test')),
    read(negatives),
    read(args.optionalText('history')),
  ]);
  return readSplit(format, { train, test, negatives: given, history });
}

/** Lines "item category", as pairs are written. */
async function readCategories(name: string | undefined, io: CommandIo): Promise<Map<string, string> | undefined> {
  if (name === undefined) return undefined;
  const { eachLine, lineError } = await import('../lib/core/evaluation/splitLines');
  const file = await readText(name, io);
  const categories = new Map<string, string>();
  eachLine(file, ([item, category], line) => {
    if (category === undefined) throw lineError(file, line, 'has one field where an item and its category are needed');
    categories.set(item, category);
  });
  return categories;
}

/** A model that needs what the files do not say is refused before it is trained. */
function mustHaveParts({ id, needs }: Recommender, data: TrainingData, format: string): void {
  const missing = needs.filter((part) => !data[part]);
  if (missing.length === 0) return;
  const parts = missing.join(', ');
  throw new UserError(
    'parts_not_in_files',
    `${id} learns from ${parts}, which these files do not have.`,
    missing.includes('sequences')
      ? 'Give --format sequences, or pairs with a time in the fourth column of every line.'
      : 'Choose another model, or evaluate it in a workspace.',
    { model: id, parts, format },
  );
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

export function readSeed(text: string): number {
  const seed = /^\d{1,10}$/.test(text) ? Number(text) : NaN;
  if (!(seed <= 4294967295))
    throw new UserError('seed', `"${text}" is no seed.`, 'Give a whole number from 0 to 4294967295.', { value: text });
  return seed;
}

const candidateWords = { 'all-unseen': 'all unseen items ranked', all: 'all items ranked', 'given-negatives': 'given negatives ranked' };

function asText(output: EvaluationOutput): string {
  const { metrics, model, testUsers, candidates, fitSeconds, scoreSeconds, backend } = output;
  const width = Math.max(...Object.keys(metrics).map((name) => name.length));
  return [
    `${model}, ${testUsers} users, ${candidateWords[candidates]}`,
    ...Object.entries(metrics).map(([name, value]) => `  ${name.padEnd(width)}  ${value.toFixed(4)}`),
    `fit ${fitSeconds.toFixed(1)} s, scoring ${scoreSeconds.toFixed(1)} s, ${backend}`,
  ].join('\n');
}
