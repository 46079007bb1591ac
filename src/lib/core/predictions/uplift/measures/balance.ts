import type { RunContext } from '../../../base/run';
import { chiSquareUpper, normalUpper } from '../../../math/distributions';
import { holm } from '../../../math/holm';
import { isSampled } from '../../../math/sampled';
import type { FeatureMatrix } from '../../transform';

/** Rows that were drawn lots for, campaign by campaign. */
export interface Lots {
  inputs: FeatureMatrix;
  treated: Uint8Array;
  /** Each row's campaign, 0, 1 … */
  campaignOf: ArrayLike<number>;
  /** Each row's person, by any name: who is in several campaigns has one row in each. */
  personOf: ArrayLike<number | string>;
}

export interface Balance {
  /**
   * Of each input the difference of the arms' means within campaigns, in standard deviations of both arms (Rosenbaum &
   * Rubin 1985), and the chance of one at least so large under lots, corrected for the number of inputs (Holm 1979).
   */
  differences: Float64Array;
  p: Float64Array;
  /** All inputs at once: χ² of Hansen & Bowers (Statistical Science 2008). */
  omnibus: { chiSquare: number; degrees: number; p: number };
}

/** What the arms' difference of every input is expected to vary like, were lots drawn within each campaign. */
export interface Adjusted {
  /** Sums over the addressed of inputs less the campaign's mean. */
  sums: Float64Array;
  /** Their covariance under lots, columns × columns. */
  covariance: Float64Array;
}

const rowsBetweenPauses = 2048;
/** Products that the covariance may take: of more rows it is that of a part of the people. */
const mostProducts = 2e9;
/** What is left of a column's variance when columns before it are taken off: with less, it is their sum. */
const leftOver = 1e-8;

/** @throws nothing; campaigns of which one arm is empty say nothing */
export async function checkBalance(lots: Lots, run: Pick<RunContext, 'breathe'>): Promise<Balance> {
  const { sums, covariance } = await adjustedSums(lots, run);
  const columns = sums.length;
  const chances = Array.from(sums, (sum, c) => {
    const variance = covariance[c * columns + c];
    return variance > 0 ? 2 * normalUpper(Math.abs(sum) / Math.sqrt(variance)) : 1;
  });
  const { value, rank } = quadraticForm(sums, covariance);
  return {
    differences: standardised(lots, sums),
    p: Float64Array.from(holm(chances)),
    omnibus: { chiSquare: value, degrees: rank, p: rank > 0 ? chiSquareUpper(value, rank) : 1 },
  };
}

/**
 * Sums of the addressed over their campaign's mean and how they vary: by the permutations of each campaign's lots where everybody is in one campaign.
 * Somebody in several may have been held out of all of them by one lot; there sums by person take the place of rows.
 */
export async function adjustedSums(
  { inputs: { rows, columns, values }, treated, campaignOf, personOf }: Lots,
  run: Pick<RunContext, 'breathe'>,
): Promise<Adjusted> {
  const campaigns = campaignsOf({ inputs: { rows, columns, values }, treated, campaignOf });
  const repeats = new Set(Array.from(personOf)).size < rows;
  const sums = new Float64Array(columns);
  const covariance = new Float64Array(columns * columns);
  const own = new Float64Array(columns);
  const byPerson = new Map<number | string, Float64Array>();
  const oneIn = Math.ceil((rows * columns * columns) / mostProducts);
  let [all, taken] = [0, 0];
  for (let row = 0; row < rows; row++) {
    if (row % rowsBetweenPauses === 0) await run.breathe();
    const { people, addressed, means } = campaigns[campaignOf[row]];
    if (addressed === 0 || addressed === people) continue;
    const more = treated[row] - addressed / people;
    for (let c = 0; c < columns; c++) {
      own[c] = values[row * columns + c] - means[c];
      sums[c] += more * own[c];
    }
    if (!repeats) {
      const factor = (addressed * (people - addressed)) / (people * (people - 1));
      all += factor;
      if (!isSampled(row, oneIn)) continue;
      taken += factor;
      addSquare(covariance, own, factor);
    } else {
      let person = byPerson.get(personOf[row]);
      if (!person) byPerson.set(personOf[row], (person = new Float64Array(columns)));
      for (let c = 0; c < columns; c++) person[c] += more * own[c];
    }
  }
  let at = 0;
  for (const person of byPerson.values()) {
    if (at % rowsBetweenPauses === 0) await run.breathe();
    all++;
    if (!isSampled(at++, oneIn)) continue;
    taken++;
    addSquare(covariance, person, 1);
  }
  const scale = taken > 0 ? all / taken : 1;
  for (let i = 0; i < columns; i++) {
    for (let j = 0; j <= i; j++) covariance[j * columns + i] = covariance[i * columns + j] *= scale;
  }
  return { sums, covariance };
}

/** `factor · x xᵀ`, its lower triangle. */
function addSquare(matrix: Float64Array, x: Float64Array, factor: number): void {
  const size = x.length;
  for (let i = 0; i < size; i++) {
    const scaled = factor * x[i];
    if (scaled === 0) continue;
    for (let j = 0, at = i * size; j <= i; j++, at++) matrix[at] += scaled * x[j];
  }
}

function campaignsOf({ inputs: { rows, columns, values }, treated, campaignOf }: Omit<Lots, 'personOf'>) {
  const campaigns: { people: number; addressed: number; means: Float64Array }[] = [];
  for (let row = 0; row < rows; row++) {
    const campaign = (campaigns[campaignOf[row]] ??= { people: 0, addressed: 0, means: new Float64Array(columns) });
    campaign.people++;
    campaign.addressed += treated[row];
    for (let c = 0; c < columns; c++) campaign.means[c] += values[row * columns + c];
  }
  for (const { people, means } of Object.values(campaigns)) for (let c = 0; c < columns; c++) means[c] /= people;
  return campaigns;
}

/** The sums as differences of means within campaigns, over the deviation within arms and campaigns. */
function standardised({ inputs: { rows, columns, values }, treated, campaignOf }: Lots, sums: Float64Array): Float64Array {
  const cells: { people: number; sums: Float64Array; squares: Float64Array }[][] = [];
  for (let row = 0; row < rows; row++) {
    const campaign = (cells[campaignOf[row]] ??= [0, 1].map(() => ({
      people: 0,
      sums: new Float64Array(columns),
      squares: new Float64Array(columns),
    })));
    const cell = campaign[treated[row]];
    cell.people++;
    for (let c = 0; c < columns; c++) {
      const value = values[row * columns + c];
      cell.sums[c] += value;
      cell.squares[c] += value * value;
    }
  }
  const told = Object.values(cells).filter(([held, addressed]) => held.people > 0 && addressed.people > 0);
  const weight = told.reduce((sum, [a, b]) => sum + (a.people * b.people) / (a.people + b.people), 0);
  return sums.map((sum, c) => {
    const variances = [0, 1].map((arm) => {
      const inside = told.reduce((all, { [arm]: cell }) => all + cell.squares[c] - (cell.sums[c] * cell.sums[c]) / cell.people, 0);
      return Math.max(0, inside) / told.reduce((all, { [arm]: cell }) => all + cell.people, 0);
    });
    const deviation = Math.sqrt((variances[0] + variances[1]) / 2);
    return deviation > 0 && weight > 0 ? sum / weight / deviation : 0;
  });
}

/** `xᵀ A⁻ x` for a positive semidefinite A and an x in its range, and A's rank: by its factors, columns that others make up left out. */
function quadraticForm(x: Float64Array, matrix: Float64Array): { value: number; rank: number } {
  const size = x.length;
  const scale = Float64Array.from(x, (_, c) => (matrix[c * size + c] > 0 ? 1 / Math.sqrt(matrix[c * size + c]) : 0));
  const kept: { column: number; factor: Float64Array; solved: number }[] = [];
  let value = 0;
  for (let i = 0; i < size; i++) {
    if (scale[i] === 0) continue;
    const factor = new Float64Array(kept.length + 1);
    let [left, solved] = [1, x[i] * scale[i]];
    kept.forEach(({ column, factor: other, solved: theirs }, k) => {
      let product = matrix[i * size + column] * scale[i] * scale[column];
      for (let l = 0; l < k; l++) product -= factor[l] * other[l];
      factor[k] = product / other[k];
      left -= factor[k] * factor[k];
      solved -= factor[k] * theirs;
    });
    if (left < leftOver) continue;
    factor[kept.length] = Math.sqrt(left);
    solved /= factor[kept.length];
    kept.push({ column: i, factor, solved });
    value += solved * solved;
  }
  return { value, rank: kept.length };
}
