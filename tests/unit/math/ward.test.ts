import { describe, expect, it } from 'vitest';
import { quietContext } from '$lib/core/base/run';
import { adjustedRand } from '$lib/core/math/clusters/adjustedRand';
import { centresOf, cutTree, mostWardPoints, ward } from '$lib/core/math/clusters/ward';
import { createReferenceKernels } from '$lib/core/math/referenceKernels';
import { pointsApart, pointsOf } from './clusterPoints';
import { reference } from './clusterReference';

describe('Ward’s tree', () => {
  it('joins the nearest shoppers first', async () => {
    const points = { rows: 4, columns: 1, values: Float32Array.of(0, 10, 1, 13) };
    const merges = await ward(points, quietContext());
    expect([...merges.left]).toEqual([0, 1, 4]);
    expect([...merges.right]).toEqual([2, 3, 5]);
    expect([...merges.sizes]).toEqual([2, 2, 4]);
    // Two pairs, whose centres are 11 apart: √(2 · 2 · 2 / 4) · 11.
    expect(merges.heights[2]).toBeCloseTo(Math.SQRT2 * 11, 10);
    expect([...cutTree(merges, 2)]).toEqual([0, 1, 0, 1]);
    expect([...cutTree(merges, 4)]).toEqual([0, 1, 2, 3]);
    expect([...cutTree(merges, 1)]).toEqual([0, 0, 0, 0]);
    expect([...centresOf(points, cutTree(merges, 2), 2)]).toEqual([0.5, 11.5]);
  });

  it('is scipy’s, and so are its cuts', async () => {
    const { points: recorded, ward: theirs } = reference();
    const merges = await ward(pointsOf(recorded, theirs.rows), quietContext());
    expect([...merges.left]).toEqual(theirs.left);
    expect([...merges.right]).toEqual(theirs.right);
    expect([...merges.sizes]).toEqual(theirs.sizes);
    theirs.heights.forEach((height, merge) => expect(merges.heights[merge]).toBeCloseTo(height, 5));
    for (const [k, labels] of Object.entries(theirs.cuts)) {
      const ours = cutTree(merges, Number(k));
      expect(adjustedRand(ours, labels)).toBe(1);
      const sizes = Array.from({ length: Number(k) }, (_, cluster) => ours.filter((label) => label === cluster).length);
      expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
    }
  });

  it('of a sample places everybody by its centres', async () => {
    const { points, labels } = pointsApart(1500, 4, 10);
    const sample = { ...points, rows: 400, values: points.values.subarray(0, 1600) };
    const centres = centresOf(sample, cutTree(await ward(sample, quietContext()), 4), 4);
    const placed = await createReferenceKernels('').assign(points, centres, quietContext());
    expect(adjustedRand(placed.labels, labels)).toBe(1);
  });

  it('has people in one place joined at 0, one person without merges, and too many refused', async () => {
    const merges = await ward({ rows: 4, columns: 1, values: Float32Array.of(2, 2, 2, 5) }, quietContext());
    expect([...merges.heights.subarray(0, 2)]).toEqual([0, 0]);
    expect([...cutTree(merges, 2)]).toEqual([0, 0, 0, 1]);
    expect([...cutTree(await ward({ rows: 1, columns: 1, values: Float32Array.of(2) }, quietContext()), 1)]).toEqual([0]);
    const many = { rows: mostWardPoints + 1, columns: 1, values: new Float32Array(mostWardPoints + 1) };
    await expect(ward(many, quietContext())).rejects.toBeInstanceOf(RangeError);
  });
});
