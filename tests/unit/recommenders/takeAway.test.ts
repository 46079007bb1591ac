import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs';
import { unzipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { sha256Hex } from '$lib/core/base/hash';
import { rankScores } from '$lib/core/math/topK';
import { zipOf } from '$lib/core/base/zip';
import { filesOfModel } from '$lib/core/recommenders/away/bundle';
import { lackingForm } from '$lib/core/recommenders/away/forms';
import { findRecommender, recommenders } from '$lib/core/recommenders/catalogue';
import { readTravelling } from '$lib/core/recommenders/state/npz';
import { readTfjs } from '$lib/core/recommenders/state/tfjs';
import type { StateFile } from '$lib/core/recommenders/state/travelling';
import { bought, history, ids, takenIds, takenModel } from '../../support/takenModels';

const everyone = Int32Array.from({ length: history.users }, (_, user) => user);
const fixture = fileURLToPath(new URL('../../fixtures/take-away.json', import.meta.url));
/** Where the files go that scripts/reference/take_away.py reads. */
const folder = process.env.TAKE_AWAY_DIR;

describe('a model of a tea shop, taken away', () => {
  it('is a card, arrays, tables, a program, ONNX and layers, in one zip', async () => {
    const files = filesOfModel(await takenModel('mult-dae'));
    expect(files.map(({ name }) => name)).toEqual([
      'MODEL_CARD.md',
      'model.npz',
      'data.npz',
      'recommend.py',
      'model.onnx',
      'tfjs-layers/model.json',
      'tfjs-layers/weights.bin',
      'tfjs/model.json',
      'tfjs/group1-shard1of1.bin',
      'parquet/history.parquet',
      'parquet/historyBias.parquet',
      'parquet/item.parquet',
      'parquet/itemBias.parquet',
    ]);
    expect(Object.keys(unzipSync(zipOf(files)))).toEqual(files.map(({ name }) => name));
    expect(textOf(files, 'MODEL_CARD.md')).toContain('# tea-mult-dae');
    expect(textOf(files, 'recommend.py').split('\n').length).toBeLessThan(62);
  });

  it('comes back from npz and from tfjs as it was, with its ids', async () => {
    const { model, ...rest } = await takenModel('user-knn');
    const files = filesOfModel({ model, ...rest });
    const npz = readTravelling(bytesOf(files, 'model.npz'));
    expect(npz).toEqual({ state: model.state(), ids });
    expect(readTfjs(textOf(files, 'tfjs/model.json'), (name) => bytesOf(files, `tfjs/${name}`))).toEqual(npz);
  });

  it('without customers has none of them in any file', async () => {
    for (const id of ['ials', 'item-knn', 'mult-dae', 'popularity', 'ease']) {
      const files = filesOfModel(await takenModel(id, false));
      const { ids: left, state } = readTravelling(bytesOf(files, 'model.npz'));
      expect(left?.users ?? []).toEqual([]);
      for (const { axes, shape } of Object.values(state.arrays)) if (axes[0] === 'users') expect(shape[0]).toBe(0);
      for (const { bytes } of files) expect(new TextDecoder().decode(bytes)).not.toContain('客0');
      expect(textOf(files, 'MODEL_CARD.md')).toContain('Nothing in these files is about a single customer.');
    }
    for (const id of ['bpr', 'user-knn', 'gf-cf']) {
      const taken = await takenModel(id, false);
      expect(() => filesOfModel(taken)).toThrow('cannot be taken away without');
    }
  });
});

describe.each(takenIds)('the files of %s', (id) => {
  /**
   * Of files that scripts/reference/take_away.py has read: recommend.py gave every customer the same ten best, and
   * onnxruntime the same scores to 1e-5. A change of a writer wants that script run again; it says how.
   */
  it('are those that Python and onnxruntime have read', async () => {
    const taken = await takenModel(id);
    const files = filesOfModel(taken).filter(({ name }) => /^(model\.npz|data\.npz|recommend\.py|model\.onnx)$/.test(name));
    if (folder) await writeFor(join(folder, id), files, taken.model);
    const seen = existsSync(fixture) ? (JSON.parse(readFileSync(fixture, 'utf8')) as Record<string, unknown>) : {};
    if (!folder) expect(Object.fromEntries(files.map(({ name, bytes }) => [name, sha256Hex(bytes)]))).toEqual(seen[id]);
  });

  it('as layers give the scores of the model, where it has layers', async () => {
    const { model, ...rest } = await takenModel(id);
    const files = filesOfModel({ model, ...rest });
    if (!files.some(({ name }) => name === 'tfjs-layers/model.json')) return;
    const json = JSON.parse(textOf(files, 'tfjs-layers/model.json')) as tf.io.ModelJSON;
    const layers = await layersOf(files);
    const input = (json.userDefinedMetadata as { input: string }).input;
    const given = input.startsWith('place') ? tf.tensor2d([...everyone], [history.users, 1], 'int32') : histories(input.includes('length'));
    const scores = (layers.predict(given) as tf.Tensor).dataSync();
    near(scores, await model.score(everyone));
  });
});

it('what the screen says of its forms is what the files have', async () => {
  for (const { id, needs } of recommenders) {
    const form = lackingForm({ id, needs });
    if (!takenIds.includes(id)) {
      expect([id, form]).toEqual([id, id === 'warp' ? undefined : 'program']);
      continue;
    }
    const names = filesOfModel(await takenModel(id)).map(({ name }) => name);
    expect([id, names.includes('recommend.py'), names.includes('model.onnx')]).toEqual([id, form !== 'program', form === undefined]);
  }
});

it('two towers without customers go from a history, as a basket is folded in', async () => {
  const { model, ...rest } = await takenModel('two-tower', false);
  const files = filesOfModel({ model, ...rest });
  const layers = await layersOf(files);
  const scores = (layers.predict(histories(true)) as tf.Tensor).dataSync();
  const folded = Array.from(everyone, (user) => [...model.foldIn!({ items: history.columns.subarray(history.rowStarts[user], history.rowStarts[user + 1]) })]); // prettier-ignore
  near(scores, folded.flat());
});

it('a program in Python there is for every recommender, or the reason why not', async () => {
  const without: Record<string, string> = {
    warp: 'as bpr',
    'buy-again': 'goes by days, which are not in the files',
    content: 'goes by words and categories, which are not in the files',
    blend: 'is what its members are',
  };
  expect(recommenders.map(({ id }) => id).filter((id) => !takenIds.includes(id) && !without[id])).toEqual([]);
  expect(findRecommender('ials').can).toContain('foldIn');
});

function layersOf(files: readonly StateFile[]): Promise<tf.LayersModel> {
  const { modelTopology, weightsManifest } = JSON.parse(textOf(files, 'tfjs-layers/model.json')) as tf.io.ModelJSON;
  const weightData = bytesOf(files, 'tfjs-layers/weights.bin').slice().buffer;
  return tf.loadLayersModel(
    tf.io.fromMemory({ modelTopology: modelTopology as object, weightSpecs: weightsManifest[0].weights, weightData }),
  );
}

function histories(ofLengthOne: boolean): tf.Tensor2D {
  const values = new Float32Array(history.users * history.items);
  for (let user = 0; user < history.users; user++) {
    const [from, to] = [history.rowStarts[user], history.rowStarts[user + 1]];
    for (let entry = from; entry < to; entry++)
      values[user * history.items + history.columns[entry]] = ofLengthOne ? 1 / Math.sqrt(to - from) : 1;
  }
  return tf.tensor2d(values, [history.users, history.items]);
}

/** The files, the ten best of everybody without what they bought, and all scores. */
async function writeFor(path: string, files: StateFile[], model: { score(users: Int32Array): Float32Array | Promise<Float32Array> }) {
  const scores = await model.score(everyone);
  const lists = Array.from(everyone, (user) => {
    const [items, ranked] = [new Int32Array(10), new Float32Array(10)];
    rankScores(scores.slice(user * history.items, (user + 1) * history.items), { user, exclude: bought }, items, ranked);
    return Array.from(items, (item, rank) => [ids.items[item], ranked[rank]]);
  });
  mkdirSync(path, { recursive: true });
  for (const { name, bytes } of files) {
    mkdirSync(dirname(join(path, name)), { recursive: true });
    writeFileSync(join(path, name), bytes);
  }
  writeFileSync(join(path, 'expected.json'), JSON.stringify({ users: ids.users, lists, scores: [...scores] }));
}

function near(given: ArrayLike<number>, wanted: ArrayLike<number>): void {
  expect(given.length).toBe(wanted.length);
  const most = Array.from(wanted).reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
  expect(Array.from(given).findIndex((value, at) => !(Math.abs(value - wanted[at]) < 1e-5 * most))).toBe(-1);
}

function bytesOf(files: readonly StateFile[], name: string): Uint8Array {
  return files.find((file) => file.name === name)!.bytes;
}

function textOf(files: readonly StateFile[], name: string): string {
  return new TextDecoder().decode(bytesOf(files, name));
}
