import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs';
import { parquetReadObjects } from 'hyparquet';
import { describe, expect, it } from 'vitest';
import type { ModelState } from '$lib/core/recommenders/modelState';
import { readNpz, writeNpz } from '$lib/core/recommenders/state/npz';
import { writeParquet } from '$lib/core/recommenders/state/parquet';
import { writeTfjs } from '$lib/core/recommenders/state/tfjs';

/** Two customers and three items with two factors, and who is like whom; nobody has number 1 among the items. */
const state: ModelState = {
  format: 'tiny/1',
  arrays: {
    userFactors: { data: Float32Array.of(0.5, -1, 2, 0.25), shape: [2, 2], axes: ['users', 'factors'] },
    counts: { data: Float64Array.of(3, 0, 1.5), shape: [3], axes: ['items'] },
    neighbours: { data: Int32Array.of(2, -1, -1, -1, 0, -1), shape: [3, 2], axes: ['items', 'neighbours'], numbersOf: 'items' },
    weights: { data: Float32Array.of(0, 0, 7, 0, 0, 0, 8, 0, 0), shape: [3, 3], axes: ['items', 'items'] },
    flags: { data: Uint8Array.of(1, 0, 1), shape: [3], axes: ['items'] },
  },
  meta: { options: { factors: 2 }, said: '山茶' },
};
const ids = { users: ['ann', 'bo'], items: ['tea', null, '咖啡'] };

describe('a state as npz', () => {
  it('comes back whole, and the same state gives the same bytes', () => {
    expect(readNpz(writeNpz(state))).toEqual(state);
    expect(writeNpz(state)).toEqual(writeNpz(structuredClone(state)));
  });

  /** Bytes that scripts/reference/npz.py has read with NumPy; a change of the writer wants that script run again. */
  it('is the file that NumPy has read', () => {
    const path = fileURLToPath(new URL('../../fixtures/model-state.npz', import.meta.url));
    if (process.env.WRITE_FIXTURES) writeFileSync(path, writeNpz(state));
    expect(writeNpz(state)).toEqual(new Uint8Array(readFileSync(path)));
  });

  const python = process.env.NUMPY_PYTHON;
  it.skipIf(!python || !existsSync(python))('is read by NumPy (set NUMPY_PYTHON to a Python that has it)', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'npz-')), 'state.npz');
    writeFileSync(file, writeNpz(state));
    const script = fileURLToPath(new URL('../../../scripts/reference/npz.py', import.meta.url));
    const { status, stderr } = spawnSync(python!, [script, file], { encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(status).toBe(0);
  });
});

it('a state in the layout of tfjs is what tfjs reads', () => {
  const [model, weights] = writeTfjs(state);
  const { weightsManifest } = JSON.parse(new TextDecoder().decode(model.bytes)) as tf.io.ModelJSON;
  expect(weightsManifest[0].paths).toEqual([weights.name]);
  const tensors = tf.io.decodeWeights(weights.bytes.slice().buffer, weightsManifest[0].weights);
  expect(tensors.userFactors.arraySync()).toEqual([
    [0.5, -1],
    [2, 0.25],
  ]);
  expect(tensors.neighbours.arraySync()).toEqual([
    [2, -1],
    [-1, -1],
    [0, -1],
  ]);
  expect(tensors.counts.arraySync()).toEqual([3, 0, 1.5]);
});

describe('a state as Parquet', () => {
  const read = async (name: string, given = {}) => {
    const file = writeParquet(state, given).find((each) => each.name === `${name}.parquet`)!;
    return parquetReadObjects({ file: file.bytes.slice().buffer });
  };

  it('has a row for each customer and a column for each factor', async () => {
    expect(await read('userFactors', ids)).toEqual([
      { user_id: 'ann', factors_0: 0.5, factors_1: -1 },
      { user_id: 'bo', factors_0: 2, factors_1: 0.25 },
    ]);
    expect(await read('userFactors')).toEqual([
      { user_number: 0, factors_0: 0.5, factors_1: -1 },
      { user_number: 1, factors_0: 2, factors_1: 0.25 },
    ]);
  });

  it('leaves out numbers of nobody, and names items that are values', async () => {
    expect(await read('counts', ids)).toEqual([
      { item_id: 'tea', counts: 3 },
      { item_id: '咖啡', counts: 1.5 },
    ]);
    expect(await read('neighbours', ids)).toEqual([
      { item_id: 'tea', neighbours_0: '咖啡', neighbours_1: null },
      { item_id: '咖啡', neighbours_0: 'tea', neighbours_1: null },
    ]);
  });

  it('of items against items has a row for each value that is not zero', async () => {
    expect(await read('weights', ids)).toEqual([
      { item_id: 'tea', other_item_id: '咖啡', value: 7 },
      { item_id: '咖啡', other_item_id: 'tea', value: 8 },
    ]);
  });
});
