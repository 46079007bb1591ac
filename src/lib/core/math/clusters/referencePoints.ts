import type { RunContext } from '../../base/run';
import type { Assignment, KMeansFit, KMeansOptions } from '../kernels';
import type { Points } from '../points';
import { fitKMeans, type PlacedPoints } from './kMeans';

export function referenceKMeans(points: Points, options: KMeansOptions, seed: number, run: RunContext): Promise<KMeansFit> {
  return fitKMeans(new ReferencePoints(points), points, options, seed, run);
}

export async function referenceAssign(points: Points, centres: Float32Array, run: RunContext): Promise<Assignment> {
  const { labels, distances } = await new ReferencePoints(points).assign(centres, run);
  return { labels, distances };
}

/** The loops of k-means in plain TypeScript and float64: what the kernel is compared with, and what runs without SIMD. */
class ReferencePoints implements PlacedPoints {
  readonly #labels: Int32Array;
  readonly #nearest: Float64Array;
  #sums = new Float64Array(0);
  #sizes = new Int32Array(0);

  constructor(private readonly points: Points) {
    this.#labels = new Int32Array(points.rows);
    this.#nearest = new Float64Array(points.rows);
  }

  begin(k: number): void {
    this.#labels.fill(-1);
    this.#nearest.fill(Infinity);
    this.#sums = new Float64Array(k * this.points.columns);
    this.#sizes = new Int32Array(k);
  }

  async nearer(centres: Float32Array, keep: boolean, run: RunContext): Promise<Float64Array> {
    const potentials = new Float64Array(centres.length / this.points.columns);
    for (let row = 0; row < this.points.rows; row++) {
      for (let centre = 0; centre < potentials.length; centre++) {
        const distance = Math.min(this.#nearest[row], this.#distance(row, centres, centre));
        potentials[centre] += distance;
        if (keep && centre === 0) this.#nearest[row] = distance;
      }
      if (row % 1024 === 0) await run.breathe();
    }
    return potentials;
  }

  pick(target: number): number {
    let [sum, last] = [0, 0];
    for (let row = 0; row < this.points.rows; row++) {
      if (this.#nearest[row] > 0) last = row;
      sum += this.#nearest[row];
      if (sum > target) return row;
    }
    return last;
  }

  async step(centres: Float32Array, run: RunContext) {
    const { rows, columns, values } = this.points;
    let changed = 0;
    this.#sums.fill(0);
    this.#sizes.fill(0);
    for (let row = 0; row < rows; row++) {
      const label = this.#nearestCentre(row, centres);
      if (label !== this.#labels[row]) changed++;
      this.#labels[row] = label;
      this.#sizes[label]++;
      for (let column = 0; column < columns; column++) this.#sums[label * columns + column] += values[row * columns + column];
      if (row % 1024 === 0) await run.breathe();
    }
    return { sums: this.#sums, sizes: this.#sizes, changed };
  }

  async distances(centres: Float32Array): Promise<Float32Array> {
    return Float32Array.from(this.#labels, (label, row) => this.#distance(row, centres, label));
  }

  move(row: number, label: number): void {
    const { columns, values } = this.points;
    const before = this.#labels[row];
    for (let column = 0; column < columns; column++) {
      this.#sums[before * columns + column] -= values[row * columns + column];
      this.#sums[label * columns + column] += values[row * columns + column];
    }
    this.#sizes[before]--;
    this.#sizes[label]++;
    this.#labels[row] = label;
  }

  async assign(centres: Float32Array, run: RunContext) {
    const labels = new Int32Array(this.points.rows);
    const distances = new Float32Array(this.points.rows);
    let inertia = 0;
    for (let row = 0; row < labels.length; row++) {
      labels[row] = this.#nearestCentre(row, centres);
      const distance = this.#distance(row, centres, labels[row]);
      distances[row] = distance;
      inertia += distance;
      if (row % 1024 === 0) await run.breathe();
    }
    return { labels, distances, inertia };
  }

  #nearestCentre(row: number, centres: Float32Array): number {
    let [label, least] = [0, Infinity];
    for (let centre = 0; centre < centres.length / this.points.columns; centre++) {
      const distance = this.#distance(row, centres, centre);
      if (distance < least) [label, least] = [centre, distance];
    }
    return label;
  }

  #distance(row: number, centres: Float32Array, centre: number): number {
    const { columns, values } = this.points;
    let sum = 0;
    for (let column = 0; column < columns; column++) sum += (values[row * columns + column] - centres[centre * columns + column]) ** 2;
    return sum;
  }
}
