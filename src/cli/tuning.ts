import { UserError } from '../lib/core/base/errors';
import { stableJson } from '../lib/core/base/hash';
import type { OptionValues } from '../lib/core/base/options';
import type { RankingTask } from '../lib/core/evaluation/evaluate';
import type { Trial } from '../lib/core/evaluation/tuning/tune';
import type { InteractionMatrix } from '../lib/core/math/sparseRows';
import type { FeatureParts, TrainingData } from '../lib/core/recommenders/trainingData';
import type { InteractionList } from '../lib/core/store/interactionQueries';
import type { Compute, Recommender } from '../lib/core/recommenders/recommender';
import type { Arguments, CommandIo, CommandOption } from './command';

export const tuningOptions: readonly CommandOption[] = [
  {
    name: 'tune',
    kind: 'text',
    value: 'MINUTES',
    what: 'First look for better options, so long, on a validation part cut out of train; test is not looked at.',
  },
  { name: 'tune-file', kind: 'text', value: 'FILE', what: 'Keep what was tried there, and go on from it next time.' },
];

/** What `--json` says of the search. */
export interface TuningOutput {
  minutes: number;
  trials: number;
  /** `ndcg@20`, on the validation parts. */
  metric: string;
  defaults: number;
  tuned: number;
  /** What was found to be better; empty where the defaults were best. */
  options: OptionValues;
}

interface Search {
  recommender: Recommender;
  given: OptionValues;
  task: RankingTask;
  events?: InteractionList;
  /** What is known beside the pairs; without events, of items and users only. */
  parts?: FeatureParts;
  cutoff: number;
  seed: number;
}

/** Minutes of `--tune`; undefined without it. @throws UserError `tune_minutes` */
export function readMinutes(args: Arguments): number | undefined {
  const text = args.optionalText('tune');
  if (text === undefined) return undefined;
  const minutes = Number(text);
  if (minutes > 0 && minutes <= 10080 && text.trim() !== '') return minutes;
  throw new UserError('tune_minutes', `"${text}" is no number of minutes.`, 'Give a number above 0, such as 20 or 0.5.', { value: text });
}

/** Searches for so many minutes and says each better setting as it is found. */
export async function tuneFor(minutes: number, search: Search, args: Arguments, compute: Compute, io: CommandIo): Promise<TuningOutput> {
  const { tune } = await import('../lib/core/evaluation/tuning/tune');
  const { shapeOfTest } = await import('../lib/core/evaluation/tuning/validation');
  const { recommender, given, task, events, parts = {}, cutoff, seed } = search;
  const { trainPart } = await import('../lib/core/evaluation/tuning/trainPart');
  const { train } = task;
  const known =
    events &&
    trainPart(
      train,
      events,
      Int32Array.from(events.userOfEvent, (_, event) => event),
      parts,
    );
  const { context: _, ...perRow } = parts;
  const dataOf = (pairs: InteractionMatrix): TrainingData => ({ ...perRow, pairs });
  const shape = shapeOfTest(task);
  // What was tried elsewhere says nothing here.
  const request = stableJson({ model: recommender.id, given, seed, cutoff, shape, users: train.users, items: train.items, pairs: train.columns.length }); // prettier-ignore
  const file = args.optionalText('tune-file');
  const tried = file === undefined ? [] : await readTrials(io.path(file), request);
  if (tried.length > 0) io.note(`${tried.length} settings were tried before.`);
  const metric = `ndcg@${cutoff}`;
  const trials: Trial[] = [...tried];
  let [told, written] = [-1, Promise.resolve()];
  const onTrial = (trial: Trial, best: Trial) => {
    trials.push(trial);
    if (file !== undefined) written = written.then(() => writeTrials(io.path(file), request, trials));
    if (best.score === null || best.score <= told) return;
    told = best.score;
    io.note(`${metric} ${best.score.toFixed(4)} on the validation part with ${asText(best.options)} (setting ${trials.length})`);
  };
  const budget = minutes * 60_000;
  const found = await tune({ recommender, given, train, dataOf, ...known, shape, cutoff, seed, budget, now: () => performance.now(), tried, onTrial }, compute, io.run); // prettier-ignore
  await written;
  return { minutes, trials: found.trials.length, metric, defaults: found.defaults, tuned: found.tuned, options: found.best };
}

async function readTrials(path: string, request: string): Promise<Trial[]> {
  const { readFile } = await import('node:fs/promises');
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw new UserError('path_unreadable', `${path} cannot be read: ${error.code}.`, 'Check the path and that you may read the file.', {
      file: path,
      reason: String(error.code),
    });
  });
  if (text === undefined) return [];
  let kept: { request?: string; trials?: Trial[] } | undefined;
  try {
    kept = JSON.parse(text) as typeof kept;
  } catch {
    kept = undefined;
  }
  if (kept?.request === request && Array.isArray(kept.trials)) return kept.trials;
  throw new UserError(
    'tune_file_other',
    `${path} holds no settings that were tried for this model, data, seed and these options.`,
    'Give another file with --tune-file, or remove this one.',
    { file: path },
  );
}

/** Beside the file first: whoever stops us in the middle loses nothing. */
async function writeTrials(path: string, request: string, trials: readonly Trial[]): Promise<void> {
  const { rename, writeFile } = await import('node:fs/promises');
  await writeFile(`${path}.part`, JSON.stringify({ request, trials }, null, 1));
  await rename(`${path}.part`, path);
}

function asText(options: OptionValues): string {
  return Object.entries(options)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ');
}
