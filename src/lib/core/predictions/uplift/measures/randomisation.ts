import { resolveOptions } from '../../../base/options';
import { Random } from '../../../base/random';
import type { RunContext } from '../../../base/run';
import { chiSquareUpper } from '../../../math/distributions';
import { normal975 } from '../../../math/intervals';
import { rowsWhere } from '../../folds';
import { logistic } from '../../learners/logistic';
import { auc } from '../../metrics';
import { rowsOfMatrix } from '../../rows';
import type { PredictionTools } from '../../tools';
import type { FeatureMatrix } from '../../transform';

/** One campaign of the trial. */
export interface Arms {
  name: string;
  /** Local time of the first assignment; absent where a table does not say. */
  from?: string;
  treated: number;
  control: number;
}

/**
 * Whether lots were drawn: the shares are those that were planned, and what was known before does not tell who was
 * addressed.
 */
export interface RandomisationCheck {
  arms: Arms[];
  treated: number;
  control: number;
  /** Sample ratio mismatch, χ² against the planned share; null where nobody said which share was planned. */
  ratio: { planned: number; chiSquare: number; degrees: number; p: number } | null;
  /** Inputs by the difference of the arms' means in standard deviations of both (Rosenbaum & Rubin 1985), the largest first. */
  imbalances: { input: string; difference: number }[];
  inputs: number;
  /** Inputs whose difference passes {@link balanceLimit}. */
  beyond: number;
  /**
   * Can a model guess who was addressed? Learnt from one half of the people, tested on the other; by chance AUC is .5, with
   * an interval of 95 % that chance gives (Mann & Whitney 1947).
   */
  guess: { auc: number; low: number; high: number; p: number } | null;
  verdict: 'random' | 'doubtful' | 'not-random';
}

/** A smaller p says that shares are not those planned (Fabijan et al., KDD 2019). */
export const ratioAlarm = 0.001;
/** Standardised differences above this are worth a look (Austin 2009). */
export const balanceLimit = 0.1;
const shownImbalances = 8;

/**
 * @param campaignOf each row's place in `arms`
 * @param names of the inputs' columns
 * @param planned share that was to be addressed, where it is known
 */
export async function checkRandomisation(
  {
    inputs,
    names,
    treated,
    arms,
    planned,
  }: { inputs: FeatureMatrix; names: readonly string[]; treated: Uint8Array; arms: Arms[]; planned: number | null },
  seed: number,
  tools: PredictionTools,
  run: RunContext,
): Promise<RandomisationCheck> {
  const addressed = treated.reduce((sum, arm) => sum + arm, 0);
  const ratio = planned === null ? null : ratioTest(arms, planned);
  const imbalances = standardisedDifferences(inputs, names, treated);
  const guess = await guessArm(inputs, treated, seed, tools, run);
  const mismatch = ratio !== null && ratio.p < ratioAlarm;
  const guessed = guess !== null && guess.p < ratioAlarm;
  const beyond = imbalances.filter(({ difference }) => Math.abs(difference) > balanceLimit).length;
  return {
    arms,
    treated: addressed,
    control: treated.length - addressed,
    ratio,
    imbalances: imbalances.slice(0, shownImbalances),
    inputs: names.length,
    beyond,
    guess,
    verdict: mismatch || guessed ? 'not-random' : beyond > 0 || (guess !== null && guess.p < 0.01) ? 'doubtful' : 'random',
  };
}

/** χ² goodness of fit of every campaign's arms, added up. */
export function ratioTest(arms: readonly Pick<Arms, 'treated' | 'control'>[], planned: number) {
  const chiSquare = arms.reduce((sum, { treated, control }) => {
    const people = treated + control;
    const miss = treated - people * planned;
    return sum + (miss * miss) / (people * planned) + (miss * miss) / (people * (1 - planned));
  }, 0);
  return { planned, chiSquare, degrees: arms.length, p: chiSquareUpper(chiSquare, arms.length) };
}

export function standardisedDifferences({ rows, columns, values }: FeatureMatrix, names: readonly string[], treated: Uint8Array) {
  const people = [0, 0];
  treated.forEach((arm) => people[arm]++);
  return names
    .map((input, c) => {
      const [sums, squares] = [
        [0, 0],
        [0, 0],
      ];
      for (let row = 0; row < rows; row++) {
        const value = values[row * columns + c];
        sums[treated[row]] += value;
        squares[treated[row]] += value * value;
      }
      const mean = sums.map((sum, arm) => sum / people[arm]);
      const variance = squares.map((square, arm) => Math.max(0, square / people[arm] - mean[arm] ** 2));
      const deviation = Math.sqrt((variance[0] + variance[1]) / 2);
      return { input, difference: deviation > 0 ? (mean[1] - mean[0]) / deviation : 0 };
    })
    .sort((a, b) => Math.abs(b.difference) - Math.abs(a.difference));
}

async function guessArm(inputs: FeatureMatrix, treated: Uint8Array, seed: number, tools: PredictionTools, run: RunContext) {
  if (inputs.columns === 0) return null;
  const order = new Random(seed, 79).shuffle(rowsWhere(inputs.rows, () => true));
  const halves = [order.slice(0, order.length >> 1), order.slice(order.length >> 1)];
  const labels = halves.map((rows) => Uint8Array.from(rows, (row) => treated[row]));
  const addressed = labels.map((values) => values.reduce((sum, arm) => sum + arm, 0));
  if (addressed.some((count, half) => count === 0 || count === labels[half].length)) return null;
  const [learnt, tested] = halves.map((rows, half) => ({
    inputs: rowsOfMatrix(inputs, rows),
    labels: { kind: 'binary' as const, values: labels[half] },
  }));
  const { state } = await logistic.fit(
    { train: learnt, validation: tested },
    resolveOptions(logistic.id, logistic.options),
    seed,
    tools,
    run,
  );
  const found = auc(await logistic.predict(state, tested.inputs, tools, run), labels[1]);
  const [n1, n0] = [addressed[1], labels[1].length - addressed[1]];
  const deviation = Math.sqrt((n1 + n0 + 1) / (12 * n1 * n0));
  const z = (found - 0.5) / deviation;
  // One-sided: guessing worse than a coin is luck.
  const p = z > 0 ? chiSquareUpper(z * z, 1) / 2 : 1 - chiSquareUpper(z * z, 1) / 2;
  return { auc: found, low: 0.5 - normal975 * deviation, high: 0.5 + normal975 * deviation, p };
}
