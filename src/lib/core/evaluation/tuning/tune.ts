import { Cancelled, UserError } from '../../base/errors';
import { stableJson } from '../../base/hash';
import { resolveOptions, type DataSize, type OptionValues } from '../../base/options';
import { Random } from '../../base/random';
import type { RunContext } from '../../base/run';
import type { InteractionMatrix } from '../../math/sparseRows';
import type { Compute, Recommender } from '../../recommenders/recommender';
import type { TrainingData } from '../../recommenders/trainingData';
import { sizeOf, trainRecommender } from '../../recommenders/trainRecommender';
import { meanMetrics, measureRanking, type RankingTask } from '../evaluate';
import { drawAnywhere, drawNear, tunedOptions, type TunableSpec } from './space';
import { someUsers, validationTask, type TestShape } from './validation';

/** One setting that was tried. */
export interface Trial {
  /** What the search chose; everything else is as given, or a default. */
  options: OptionValues;
  /** Share of the users that it learnt from and was measured on: 1 is a trial in full. */
  share: number;
  /** The metric on the validation part; null where it could not be trained. */
  score: number | null;
  seconds: number;
  /** Seed of the validation part; the finalists are measured on a second one. */
  part: number;
  /** The metric of each tested user, of trials on the second part. */
  perUser?: number[];
}

export interface TuningRequest {
  recommender: Recommender;
  /** What is not searched. */
  given: OptionValues;
  /** Searched options as they are now, where they are not the defaults: they take part, as the defaults do. */
  current?: OptionValues;
  /** The train part; test is nowhere near. */
  train: InteractionMatrix;
  /** What a model may ask for beside these pairs of train, without whatever is held out of them. */
  dataOf?: (pairs: InteractionMatrix) => TrainingData;
  /** Of each pair of train when it last happened, where that is known: then what came last is held out. */
  times?: ArrayLike<number>;
  shape: TestShape;
  /** The metric is NDCG at this rank. */
  cutoff: number;
  seed: number;
  /** How long to search, in milliseconds. */
  budget: number;
  /** Bytes that a setting may need, as its model estimates them. */
  room?: number;
  now: () => number;
  /** What an earlier search of the same request has tried. */
  tried?: readonly Trial[];
  onTrial?: (trial: Trial, best: Trial) => void;
}

export interface TuningResult {
  /** To be given over what the request gave; empty where nothing was better than the defaults. */
  best: OptionValues;
  /** The metric of the defaults and of the best on the same validation parts. */
  defaults: number;
  tuned: number;
  /** The metric of the request's `current` on these parts; absent where that is the defaults, or could not be trained. */
  current?: number;
  trials: Trial[];
}

/** The shares of users of one round of halving, and of how many settings each is asked. */
const rounds = [
  { share: 1 / 9, settings: 9 },
  { share: 1 / 3, settings: 3 },
  { share: 1, settings: 1 },
];
/** With room for so many trials in full, rounds on few users save nothing. */
const fullTrialsEnough = 40;
/** Fewer tested users tell settings apart by chance. */
const fewestTested = 300;
const finalists = 3;

/**
 * Looks for better options by random search with successive halving (Bergstra & Bengio, JMLR 2012; Jamieson & Talwalkar,
 * AISTATS 2016): many settings on few users, the better third on more; half of the settings are drawn near the best so
 * far. The defaults take part, and the best few are measured once more on a second validation part against luck. It
 * stops when the time is over; what it found is reproduced by its options, whatever the clock.
 * @throws UserError `nothing_to_tune`, what training with the defaults throws
 */
export async function tune(request: TuningRequest, compute: Compute, run: RunContext): Promise<TuningResult> {
  const search = new Search(request, compute, run);
  await search.begin();
  while (search.hasTime()) await search.round();
  return search.finish();
}

/** The defaults must be trained; the finalists may take longer than there is time. */
type When = 'must' | 'may' | 'while-there-is-time';

class Search {
  readonly #specs: TunableSpec[];
  readonly #size: DataSize;
  readonly #trials: Trial[];
  readonly #parts = new Map<string, RankingTask>();
  readonly #end: number;
  /** Trials that a search before this one has made already, by what was asked. */
  readonly #known: Map<string, Trial>;
  readonly #start: OptionValues;
  readonly #current: OptionValues;
  #drawn = 0;
  #perOperation = 0;

  constructor(
    private readonly request: TuningRequest,
    private readonly compute: Compute,
    private readonly run: RunContext,
  ) {
    const { recommender, given, train, budget, now, tried = [] } = request;
    this.#specs = tunedOptions(recommender.options, given);
    if (this.#specs.length === 0)
      throw new UserError(
        'nothing_to_tune',
        `${recommender.id} has no option left to tune.`,
        'Leave out the options that you set, or choose another model.',
        { model: recommender.id },
      );
    this.#size = sizeOf(train);
    const asSearched = (values: OptionValues) => {
      const options = resolveOptions(recommender.id, recommender.options, values, this.#size);
      return Object.fromEntries(this.#specs.map(({ name }) => [name, options[name]]));
    };
    this.#start = asSearched(given);
    this.#current = asSearched({ ...given, ...request.current });
    this.#end = now() + budget;
    this.#trials = [...tried];
    this.#known = new Map(tried.map((trial) => [keyOf(trial.options, trial.share, trial.part), trial]));
  }

  hasTime(): boolean {
    // What is left when the search ends is for the finalists.
    return this.request.now() + finalists * this.#fullSeconds() * 1000 < this.#end;
  }

  /** The defaults in full: what all else has to beat, and how long a trial takes. Not cut short by the clock. */
  async begin(): Promise<void> {
    const trial = await this.#try(this.#start, 1, this.request.seed, 'must');
    this.#perOperation = trial.seconds / Math.max(1, this.#estimate(this.#start).operations);
    if (!this.#isStart(this.#current)) await this.#try(this.#current, 1, this.request.seed, 'may');
  }

  async round(): Promise<void> {
    const left = (this.#end - this.request.now()) / 1000;
    const isCheap = left > fullTrialsEnough * this.#fullSeconds() || this.#tested() < fewestTested;
    let settings = this.#draw(isCheap ? 1 : rounds[0].settings);
    for (const { share, settings: most } of isCheap ? rounds.slice(-1) : rounds) {
      const trials: Trial[] = [];
      for (const options of settings.slice(0, most)) {
        if (!this.hasTime()) return;
        trials.push(await this.#try(options, share, this.request.seed, 'while-there-is-time'));
      }
      settings = trials
        .filter(({ score }) => score !== null)
        .sort((a, b) => b.score! - a.score!)
        .map(({ options }) => options);
    }
  }

  /**
   * The best few and the defaults on a second part, which had no say in their choice: the mean of both parts decides, and
   * on the second a winner must be ahead of its rival by more than a standard error of their difference over users. The
   * rival is the better of the defaults and what is in use.
   */
  async finish(): Promise<TuningResult> {
    const { seed } = this.request;
    const full = this.#trials.filter(({ share, score, part }) => share === 1 && score !== null && part === seed);
    const onBoth = async ({ options, score }: Trial, when: When) => {
      const again = await this.#try(options, 1, seed + 1, when);
      return again.score === null ? undefined : { options, score: (score! + again.score) / 2, again };
    };
    const defaults = (await onBoth(
      full.find(({ options }) => this.#isStart(options))!,
      'must',
    ))!;
    const now = full.find(({ options }) => this.#isCurrent(options) && !this.#isStart(options));
    const current = now && (await onBoth(now, 'may'));
    const rival = current && current.score > defaults.score ? current : defaults;
    let winner = rival;
    for (const trial of full.toSorted((a, b) => b.score! - a.score!).slice(0, finalists)) {
      const found = await onBoth(trial, 'may');
      if (!found || found.score <= winner.score) continue;
      const [ours, theirs] = [found.again, rival.again];
      if (ours.score! - theirs.score! > standardError(ours.perUser, theirs.perUser)) winner = found;
    }
    return {
      best: winner === defaults ? {} : winner.options,
      defaults: defaults.score,
      tuned: winner.score,
      ...(current && { current: current.score }),
      trials: this.#trials,
    };
  }

  #isStart(options: OptionValues): boolean {
    return stableJson(options) === stableJson(this.#start);
  }

  #isCurrent(options: OptionValues): boolean {
    return stableJson(options) === stableJson(this.#current);
  }

  /** New settings; half of them near the best, once there is something to be near to. */
  #draw(count: number): OptionValues[] {
    const settings: OptionValues[] = [];
    for (let attempt = 0; settings.length < count && attempt < 20 * count; attempt++) {
      const random = new Random(this.request.seed, 1000 + this.#drawn++);
      const options =
        this.#drawn > 6 && random.below(2) === 0 ? drawNear(this.#specs, this.#best().options, random) : drawAnywhere(this.#specs, random);
      if (this.#isAffordable(options)) settings.push(options);
    }
    return settings.length > 0 ? settings : [drawNear(this.#specs, this.#best().options, new Random(this.request.seed, 999))];
  }

  /** Whether there is room for it, and a trial in full fits into a quarter of the time that is left. */
  #isAffordable(options: OptionValues): boolean {
    const left = (this.#end - this.request.now()) / 1000;
    const { operations, bytes } = this.#estimate(options);
    return bytes <= (this.request.room ?? Infinity) && operations * this.#perOperation < left / 4;
  }

  #estimate(options: OptionValues): { operations: number; bytes: number } {
    const { recommender, given } = this.request;
    const all = resolveOptions(recommender.id, recommender.options, { ...given, ...options }, this.#size);
    return recommender.estimate(this.#size, all);
  }

  async #try(options: OptionValues, share: number, part: number, when: When): Promise<Trial> {
    const known = this.#known.get(keyOf(options, share, part));
    if (known) return known;
    const { recommender, given, seed, cutoff, now, dataOf = (pairs) => ({ pairs }) } = this.request;
    const task = this.#part(share, part);
    const run = when === 'while-there-is-time' ? endingAt(this.run, this.#end, now) : this.run;
    const started = now();
    let score: number | null = null;
    let perUser: number[] | undefined;
    try {
      const asked = { recommender, given: { ...given, ...options }, data: dataOf(task.train), seed };
      const { model } = await trainRecommender(asked, this.compute, run);
      const servesNewUsers = recommender.servesNewUsers ?? false;
      const measured = await measureRanking(model, task, { cutoffs: [cutoff], servesNewUsers }, this.compute.kernels, run);
      model.dispose?.();
      score = meanMetrics(measured)[`ndcg@${cutoff}`];
      const [place, width] = [measured.names.indexOf(`ndcg@${cutoff}`), measured.names.length];
      if (part !== seed) perUser = Array.from({ length: task.users.length }, (_, row) => measured.perUser[row * width + place]);
    } catch (error) {
      // A setting that does not fit, or that the clock stopped, is no answer; a person's cancel is.
      if (this.run.signal.aborted || when === 'must' || !(error instanceof UserError || error instanceof Cancelled)) throw error;
    }
    const trial: Trial = { options, share, score, seconds: (now() - started) / 1000, part, ...(perUser && { perUser }) };
    this.#trials.push(trial);
    this.#known.set(keyOf(options, share, part), trial);
    this.request.onTrial?.(trial, this.#best());
    return trial;
  }

  #part(share: number, part: number): RankingTask {
    const key = `${share} ${part}`;
    let task = this.#parts.get(key);
    if (!task) {
      const { train, shape, times } = this.request;
      task = share < 1 ? someUsers(this.#part(1, part), share, part) : validationTask(train, shape, part, times);
      this.#parts.set(key, task);
    }
    return task;
  }

  #best(): Trial {
    const full = this.#trials.filter(({ share, score, part }) => share === 1 && score !== null && part === this.request.seed);
    return full.reduce((a, b) => (b.score! > a.score! ? b : a), full[0]);
  }

  #fullSeconds(): number {
    return this.#trials.find(({ share, score }) => share === 1 && score !== null)?.seconds ?? 0;
  }

  #tested(): number {
    return this.#part(rounds[0].share, this.request.seed).users.length;
  }
}

/** Of the mean difference of two measurements of the same users. */
function standardError(a: readonly number[] = [], b: readonly number[] = []): number {
  const differences = a.map((value, user) => value - b[user]);
  const mean = differences.reduce((sum, value) => sum + value, 0) / differences.length;
  const squares = differences.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return Math.sqrt(squares / Math.max(1, differences.length - 1) / Math.max(1, differences.length));
}

function keyOf(options: OptionValues, share: number, part: number): string {
  return stableJson({ options, share, part });
}

/** The same run, which ends by itself when the clock says so. */
function endingAt(run: RunContext, end: number, now: () => number): RunContext {
  return {
    signal: run.signal,
    report: (progress) => run.report(progress),
    async breathe() {
      if (now() > end) throw new Cancelled();
      await run.breathe();
    },
  };
}
