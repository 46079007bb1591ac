import type { RunContext } from '../../../base/run';
import { choleskySolve } from '../../../math/choleskySolve';
import { normalUpper } from '../../../math/distributions';
import { normal975 } from '../../../math/intervals';
import { rowsWhere } from '../../folds';
import { midRanks } from '../../ranks';
import { rowsOfMatrix } from '../../rows';
import { personFolds } from '../personFolds';
import { adjustedSums, type Lots } from './balance';

export interface Guess {
  /** The chance that, of two people of one campaign, the one who was addressed is guessed to be more likely so. */
  auc: number;
  /** Between which it is in 95 of 100 draws of lots. */
  low: number;
  high: number;
  /** One-sided: guessing worse than a coin is luck. */
  p: number;
}

/** Of each direction, so that inputs that are sums of others do no harm. */
const ridge = 1e-3;

/**
 * Can what was known before guess who was addressed? Fisher's linear discriminant within campaigns, learnt from half of the
 * people and tested on the others, so that nobody is guessed by their own rows; AUC within campaigns, weighted by pairs.
 * Its chance interval is that of Mann & Whitney (1947), where people are in several campaigns by the sums of each person's
 * placements (Obuchowski, Biometrics 1997). null where a half has no campaign with both arms.
 */
export async function guessArm(lots: Lots, seed: number, run: Pick<RunContext, 'breathe'>): Promise<Guess | null> {
  const { columns, rows } = lots.inputs;
  if (columns === 0) return null;
  const halfOf = personFolds(Array.from(lots.personOf, String), 2, seed);
  const [learnt, tested] = [0, 1].map((half) =>
    part(
      lots,
      rowsWhere(rows, (row) => halfOf[row] === half),
    ),
  );
  const { sums, covariance } = await adjustedSums(learnt, run);
  if (sums.every((sum) => sum === 0)) return null;
  const scale = Float64Array.from(sums, (_, c) => (covariance[c * columns + c] > 0 ? 1 / Math.sqrt(covariance[c * columns + c]) : 0));
  const matrix = covariance.map((value, at) => value * scale[Math.floor(at / columns)] * scale[at % columns]);
  for (let c = 0; c < columns; c++) matrix[c * columns + c] += ridge + (scale[c] === 0 ? 1 : 0);
  const weights = sums.map((sum, c) => sum * scale[c]);
  choleskySolve(matrix, weights, columns);
  const { values } = tested.inputs;
  const scores = Float64Array.from(tested.treated, (_, row) => {
    let score = 0;
    for (let c = 0; c < columns; c++) score += values[row * columns + c] * weights[c] * scale[c];
    return score;
  });
  return aucWithin(scores, tested);
}

function part({ inputs, treated, campaignOf, personOf }: Lots, rows: Int32Array): Lots {
  return {
    inputs: rowsOfMatrix(inputs, rows),
    treated: Uint8Array.from(rows, (row) => treated[row]),
    campaignOf: Int32Array.from(rows, (row) => campaignOf[row]),
    personOf: Array.from(rows, (row) => personOf[row]),
  };
}

/** @param scores higher for who is more likely to have been addressed */
export function aucWithin(scores: ArrayLike<number>, { treated, campaignOf, personOf }: Omit<Lots, 'inputs'>): Guess | null {
  const repeats = new Set(Array.from(personOf)).size < treated.length;
  const campaigns = [...new Set(Array.from(campaignOf))].map((campaign) => {
    const rows = rowsWhere(treated.length, (row) => campaignOf[row] === campaign);
    const addressed = rows.reduce((sum, row) => sum + treated[row], 0);
    return { rows, addressed, held: rows.length - addressed };
  });
  const told = campaigns.filter(({ addressed, held }) => addressed > 0 && held > 0);
  const pairs = told.reduce((sum, { addressed, held }) => sum + addressed * held, 0);
  if (pairs === 0) return null;
  let [auc, variance] = [0, 0];
  const ofPerson = new Map<number | string, number>();
  for (const { rows, addressed, held } of told) {
    const ranks = midRanks(Float64Array.from(rows, (row) => scores[row]));
    const own = rows.reduce((sum, row, at) => sum + (treated[row] === 1 ? ranks[at] : 0), 0);
    const weight = (addressed * held) / pairs;
    auc += weight * ((own - (addressed * (addressed + 1)) / 2) / (addressed * held));
    variance += (weight * weight * (addressed + held + 1)) / (12 * addressed * held);
    // How far each row moves the AUC, were lots drawn: its place among all, centred, in the direction of its arm.
    rows.forEach((row, at) => {
      const place = (ranks[at] - (rows.length + 1) / 2) / rows.length;
      const moves = weight * place * (treated[row] === 1 ? 1 / addressed : -1 / held);
      ofPerson.set(personOf[row], (ofPerson.get(personOf[row]) ?? 0) + moves);
    });
  }
  if (repeats) variance = [...ofPerson.values()].reduce((sum, moves) => sum + moves * moves, 0);
  const deviation = Math.sqrt(variance);
  return { auc, low: 0.5 - normal975 * deviation, high: 0.5 + normal975 * deviation, p: normalUpper((auc - 0.5) / deviation) };
}
