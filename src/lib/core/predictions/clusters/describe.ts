import type { RunContext } from '../../base/run';
import type { Silhouette } from '../../math/clusters/silhouette';
import { evenRows } from '../../math/points';
import { quantile } from '../../math/quantile';
import { differenceOfNumbers } from '../../segments/difference';
import { fitRule } from '../../segments/fitRule';
import type { ClusterGroup } from '../report';
import type { PlacedPeople, TraitRows } from './points';
import type { TraitShape } from './shape';

/** Effects are told from so many people at most; sorting a million twenty times for each group takes too long. */
const mostCompared = 20_000;

/**
 * What each group is like: medians, how far its mean lies from everybody's, what sets it apart from all others (Cliff's
 * delta with its interval), and a short rule that says nearly the same.
 */
export async function describeGroups(
  { users, columns }: TraitRows,
  people: PlacedPeople,
  labels: Int32Array,
  count: number,
  shapes: readonly TraitShape[],
  quality: Silhouette,
  run: RunContext,
): Promise<ClusterGroup[]> {
  const labelOf = new Int32Array(users.length).fill(-1);
  people.rows.forEach((row, at) => (labelOf[row] = labels[at]));
  const compared = evenRows(users.length, mostCompared).filter((row) => labelOf[row] >= 0);
  const centres = meansOf(people, labels, count);
  const used = shapes.flatMap((shape, at) => (shape.spread > 0 ? [at] : []));
  const total = labels.reduce((sum, label) => sum + (label >= 0 ? 1 : 0), 0);
  const groups: ClusterGroup[] = [];
  for (let group = 0; group < count; group++) {
    run.report({ stage: 'describe', done: group, total: count, unit: 'steps' });
    const traits: ClusterGroup['traits'] = [];
    for (const [coordinate, at] of used.entries()) {
      await run.breathe();
      const { values } = columns[at];
      const known = (wanted: boolean) =>
        Float64Array.from(
          compared.filter((row) => (labelOf[row] === group) === wanted && !Number.isNaN(values[row])),
          (row) => values[row],
        );
      const [inside, outside] = [known(true), known(false)];
      traits.push({
        trait: columns[at].trait,
        median: medianIn(values, labelOf, group),
        mean: centres[group * used.length + coordinate],
        ...(inside.length > 1 && outside.length > 1 ? { difference: differenceOfNumbers(inside, outside) } : {}),
      });
    }
    const wanted = Uint8Array.from(labelOf, (label) => (label === group ? 1 : 0));
    const fitted = await fitRule(
      used.map((at) => columns[at]),
      wanted,
      run,
    );
    const size = wanted.reduce((sum, is) => sum + is, 0);
    const silhouette = quality.perCluster[group];
    groups.push({
      people: size,
      share: total === 0 ? 0 : size / total,
      silhouette: Number.isNaN(silhouette) ? null : silhouette,
      traits,
      fitted,
    });
  }
  return groups;
}

/** groups × coordinates. */
function meansOf({ points: { rows, columns, values } }: PlacedPeople, labels: Int32Array, count: number): Float64Array {
  const means = new Float64Array(count * columns);
  const sizes = new Float64Array(count);
  for (let row = 0; row < rows; row++) {
    if (labels[row] < 0) continue;
    sizes[labels[row]]++;
    for (let column = 0; column < columns; column++) means[labels[row] * columns + column] += values[row * columns + column];
  }
  return means.map((sum, at) => (sizes[Math.floor(at / columns)] > 0 ? sum / sizes[Math.floor(at / columns)] : 0));
}

function medianIn(values: Float64Array, labelOf: Int32Array, group: number): number | null {
  const known = values.filter((value, row) => labelOf[row] === group && !Number.isNaN(value)).sort();
  return known.length === 0 ? null : quantile(known, 0.5);
}
