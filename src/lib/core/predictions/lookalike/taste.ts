import { Random } from '../../base/random';
import type { RunContext } from '../../base/run';
import type { Kernels } from '../../math/kernels';
import { ials } from '../../recommenders/ials';
import { readTrainingData } from '../../recommenders/readTrainingData';
import type { Compute } from '../../recommenders/recommender';
import { trainRecommender } from '../../recommenders/trainRecommender';
import type { DataScope } from '../../store/dataScope';
import { defaultEventWeights, type InteractionScope } from '../../store/interactionQueries';

/** What each person is like by what they looked at and bought: unit vectors by person number, zeros where nothing is known. */
export interface Taste {
  size: number;
  vectors: Float32Array;
}

/** Small: neighbours are told apart by few directions, and everybody's vector is held. */
const factors = 32;
const epochs = 8;
/** Of a greater seed a sample stands for all; ten neighbours are as near in it, on the average. */
const mostSeeds = 1000;
const neighbours = 10;

/** The factors of iALS (see `ials`), each person's at length one; null where nobody touched an item. */
export async function readTaste(
  scope: Pick<DataScope, 'store'> & InteractionScope,
  seed: number,
  compute: Compute,
  run: RunContext,
): Promise<Taste | null> {
  const data = await readTrainingData(scope, defaultEventWeights, run.signal);
  if (data.pairs.columns.length === 0) return null;
  // Its losses are no curve of the lookalike's.
  const report: RunContext['report'] = ({ values: _, ...progress }) => run.report({ ...progress, stage: 'taste' });
  const quiet = { signal: run.signal, breathe: () => run.breathe(), report };
  const { model } = await trainRecommender({ recommender: ials, given: { factors, epochs }, data, seed }, compute, quiet);
  const { model: byPlace, numbering } = model.byPlace ?? { model, numbering: undefined };
  const { size, userFactors } = byPlace.factors!;
  const vectors = new Float32Array(scope.users * size);
  for (let place = 0; place < userFactors.length / size; place++) {
    const number = numbering ? numbering.userOrder[place] : place;
    if (data.pairs.rowStarts[number] === data.pairs.rowStarts[number + 1]) continue;
    const vector = userFactors.subarray(place * size, (place + 1) * size);
    const length = Math.hypot(...vector);
    if (length > 0) vector.forEach((value, f) => (vectors[number * size + f] = value / length));
  }
  model.dispose?.();
  return { size, vectors };
}

/**
 * How near each person is to the seed: the mean cosine to the nearest members, themselves left out; -1 for those of whom
 * no taste is known.
 * @param people person numbers, in an order that does not change with the numbers
 * @param isSeed 1 for the members to be near to, of the same people
 */
export async function tasteSimilarity(
  { size, vectors }: Taste,
  people: Int32Array,
  isSeed: Uint8Array,
  seed: number,
  kernels: Kernels,
  run: RunContext,
): Promise<Float64Array> {
  const isKnown = (row: number) => vectors.subarray(people[row] * size, (people[row] + 1) * size).some((value) => value !== 0);
  const rows = new Random(seed).shuffle(Array.from(people, (_, row) => row).filter((row) => isSeed[row] === 1 && isKnown(row)));
  const chosen = rows.slice(0, mostSeeds);
  const seeds = new Float32Array(chosen.length * size);
  const placeOf = new Int32Array(people.length).fill(-1);
  chosen.forEach((row, place) => {
    seeds.set(vectors.subarray(people[row] * size, (people[row] + 1) * size), place * size);
    placeOf[row] = place;
  });
  // Row u of what is left out is by person number, as the kernel's rows are.
  const own = new Int32Array(vectors.length / size).fill(-1);
  people.forEach((number, row) => (own[number] = placeOf[row]));
  const rowStarts = new Int32Array(own.length + 1);
  own.forEach((place, number) => (rowStarts[number + 1] = rowStarts[number] + (place >= 0 ? 1 : 0)));
  const columns = own.filter((place) => place >= 0);
  const exclude = { users: own.length, items: chosen.length, rowStarts, columns, values: new Float32Array(columns.length).fill(1) };
  const k = Math.min(neighbours, Math.max(1, chosen.length - 1));
  const { scores } = await kernels.topK({ size, userFactors: vectors, itemFactors: seeds, users: people, k, exclude }, run);
  return Float64Array.from(people, (_, row) => {
    if (!isKnown(row)) return -1;
    const near = scores.subarray(row * k, (row + 1) * k).filter(Number.isFinite);
    return near.length === 0 ? -1 : near.reduce((sum, cosine) => sum + cosine, 0) / near.length;
  });
}
