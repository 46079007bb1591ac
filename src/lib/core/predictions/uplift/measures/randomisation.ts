import type { RunContext } from '../../../base/run';
import { chiSquareUpper } from '../../../math/distributions';
import { checkBalance, type Lots } from './balance';
import { guessArm, type Guess } from './guessArm';

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
  /**
   * The inputs whose arms differ most, in standard deviations, with the chance of such a difference under lots, corrected
   * for the number of inputs. `p` is absent in older reports.
   */
  imbalances: { input: string; difference: number; p?: number }[];
  inputs: number;
  /** Inputs whose difference passes {@link balanceLimit} and what lots explain. */
  beyond: number;
  /** All inputs at once; absent in older reports. */
  balance?: { chiSquare: number; degrees: number; p: number };
  guess: Guess | null;
  verdict: 'random' | 'doubtful' | 'not-random';
}

/** A smaller p says that shares are not those planned (Fabijan et al., KDD 2019). */
export const ratioAlarm = 0.001;
/** Standardised differences above this are worth a look (Austin 2009). */
export const balanceLimit = 0.1;
/** Guesses that are right more often than this are no trifle. */
const guessLimit = 0.55;
/** Chances below which the balance is in doubt, and below which lots are out of the question. */
const [doubt, certainty] = [0.01, 0.001];
const shownImbalances = 8;

/**
 * Of the tests of balance the stronger one counts, corrected for their being two: all inputs at once, and the input that
 * differs most. A difference that is sure and small, as large samples find them, is a doubt only.
 * @param names of the inputs' columns
 * @param arms by campaign, as in `lots`
 * @param planned share that was to be addressed, where it is known
 */
export async function checkRandomisation(
  lots: Lots,
  { names, arms, planned }: { names: readonly string[]; arms: Arms[]; planned: number | null },
  seed: number,
  run: RunContext,
): Promise<RandomisationCheck> {
  const addressed = lots.treated.reduce((sum, arm) => sum + arm, 0);
  const ratio = planned === null ? null : ratioTest(arms, planned);
  const { differences, p, omnibus } = await checkBalance(lots, run);
  const guess = await guessArm(lots, seed, run);
  const imbalances = names
    .map((input, c) => ({ input, difference: differences[c], p: p[c] }))
    .sort((a, b) => Math.abs(b.difference) - Math.abs(a.difference));
  const beyond = imbalances.filter((each) => Math.abs(each.difference) > balanceLimit && each.p < 0.05).length;
  const unlikely = Math.min(1, 2 * Math.min(omnibus.p, ...p));
  const isLarge = beyond > 0 || (guess !== null && guess.auc > guessLimit);
  const mismatch = ratio !== null && ratio.p < ratioAlarm;
  return {
    arms,
    treated: addressed,
    control: lots.treated.length - addressed,
    ratio,
    imbalances: imbalances.slice(0, shownImbalances),
    inputs: names.length,
    beyond,
    balance: omnibus,
    guess,
    verdict: mismatch || (unlikely < certainty && isLarge) ? 'not-random' : unlikely < doubt ? 'doubtful' : 'random',
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
