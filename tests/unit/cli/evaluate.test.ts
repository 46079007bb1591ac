import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readNpz } from '$lib/core/recommenders/state/npz';
import { muster } from './muster';

const folder = mkdtempSync(join(tmpdir(), 'muster-evaluate-'));
afterAll(() => rmSync(folder, { recursive: true }));
const write = (name: string, text: string) => writeFileSync(join(folder, name), text);

/** Sixteen customers like a checkerboard: even ones took even items, each without one, which is the test. */
const board = Array.from({ length: 16 * 16 }, (_, at) => [Math.floor(at / 16), at % 16]).filter(([user, item]) => user % 2 === item % 2);
write(
  'train.txt',
  board
    .filter(([user, item]) => user !== item)
    .map((pair) => pair.join('\t'))
    .join('\n'),
);
write(
  'test.txt',
  board
    .filter(([user, item]) => user === item)
    .map((pair) => pair.join(' '))
    .join('\n'),
);

describe('muster evaluate', () => {
  it('finds the item that each customer of a checkerboard lacks, as JSON', async () => {
    const words = [
      '--train',
      'train.txt',
      '--test',
      'test.txt',
      '--format',
      'pairs',
      '--model',
      'ials',
      '--k',
      '1,5',
      '--seed',
      '1',
      '--json',
    ];
    const { code, stdout } = await muster(['evaluate', ...words, '--set', 'factors=2', 'epochs=12', 'regularization=0.005'], folder);
    expect(code).toBe(0);
    const output = JSON.parse(stdout);
    expect(output).toMatchObject({
      model: 'ials',
      users: 16,
      items: 16,
      testUsers: 16,
      candidates: 'all-unseen',
      params: { factors: 2, epochs: 12 },
    });
    expect(output.metrics).toMatchObject({
      'recall@1': 1,
      'ndcg@5': 1,
      'hr@1': 1,
      mrr: 1,
      'precision@5': expect.closeTo(0.2, 9),
      'map@5': 1,
      coverage: expect.any(Number),
    });
    for (const name of ['fitSeconds', 'scoreSeconds', 'peakMemoryBytes']) expect(output[name]).toBeGreaterThan(0);
  });

  it('writes the trained model for other programs, and no second one into the same folder', async () => {
    const words = ['evaluate', '--train', 'train.txt', '--test', 'test.txt', '--model', 'ease', '--out', 'model'];
    expect((await muster(words, folder)).code).toBe(0);
    expect(readdirSync(join(folder, 'model')).sort()).toEqual(['group1-shard1of1.bin', 'model.json', 'model.npz', 'weights.parquet']);
    const { format, arrays } = readNpz(new Uint8Array(readFileSync(join(folder, 'model', 'model.npz'))));
    expect([format, arrays.weights.shape]).toEqual(['ease/1', [16, 16]]);
    const again = await muster(words, folder);
    expect([again.code, again.stderr]).toEqual([2, expect.stringContaining('is not empty')]);
  });

  it('reads sequences, ranks everything unseen or, with --next any, everything, and folds in who is new', async () => {
    write('sequences.txt', 'ann tea cup jug\nbo tea cup tea\ncy tea jug cup\n');
    const words = ['evaluate', '--train', 'sequences.txt', '--format', 'sequences', '--model', 'popularity', '--k', '1,2', '--json'];
    const [unseen, any] = [await muster(words, folder), await muster([...words, '--next', 'any'], folder)];
    expect([unseen.code, any.code]).toEqual([0, 0]);
    // Bo comes back to tea, which is nothing new. Ann and Cy have one thing left.
    expect(JSON.parse(unseen.stdout)).toMatchObject({ testUsers: 2, trainPairs: 6, candidates: 'all-unseen', metrics: { 'hr@1': 1 } });
    // Tea has three customers, cup two, jug one: of all items Bo gets tea first, Cy cup second, Ann jug not at all.
    expect(JSON.parse(any.stdout)).toMatchObject({
      testUsers: 3,
      candidates: 'all',
      metrics: { 'hr@1': expect.closeTo(1 / 3, 9), 'hr@2': expect.closeTo(2 / 3, 9) },
    });
    write('new.txt', 'di even0 even2 even4\ned odd1 odd3 odd5\n');
    write(
      'taught.txt',
      Array.from({ length: 8 }, (_, user) => `u${user} ` + [0, 2, 4].map((at) => (user % 2 ? `odd${at + 1}` : `even${at}`)).join(' ')).join(
        '\n',
      ),
    );
    const folded = [
      'evaluate',
      '--train',
      'taught.txt',
      '--test',
      'new.txt',
      '--format',
      'sequences',
      '--model',
      'item-knn',
      '--k',
      '1',
      '--json',
    ];
    expect(JSON.parse((await muster(folded, folder)).stdout)).toMatchObject({ testUsers: 2, metrics: { 'hr@1': 1 } });
  });

  it('says intervals, slices, another library’s numbers and what leaks', async () => {
    write('leaky.txt', '0 0\n1 1\n0 2\n99 4\n');
    write('categories.txt', board.map(([, item]) => `${item} ${item % 2 ? 'tea' : 'cups'}`).join('\n'));
    const words = ['evaluate', '--train', 'train.txt', '--test', 'leaky.txt', '--model', 'ease', '--k', '2', '--json'];
    const more = ['--metrics', 'all', '--definitions', 'lenskit', '--categories', 'categories.txt'];
    const { stdout, stderr } = await muster([...words, ...more], folder);
    const { metrics, intervals, definitions, slices, warnings } = JSON.parse(stdout);
    expect(Object.keys(metrics)).toEqual(expect.arrayContaining(['novelty@2', 'gini@2', 'ild@2', 'auc', 'gauc', 'miscalibration@2']));
    expect(intervals['recall@2'][0]).toBeLessThanOrEqual(metrics['recall@2']);
    expect(definitions).toMatchObject({ name: 'lenskit', metrics: { 'recall@2': expect.any(Number) } });
    expect([slices.activity.cold.users, slices.items.popularity.tail['recall@2']]).toEqual([1, expect.any(Number)]);
    expect(warnings).toEqual([
      { code: 'pairs_in_train_and_test', values: { count: 1, of: 4 } },
      { code: 'users_not_in_train', values: { count: 1, of: 3 } },
    ]);
    expect(stderr).toContain('1 of 4 test pairs are in train, too.');
  });

  it('ends with code 2 and one sentence for what is wrong', async () => {
    const right = ['evaluate', '--train', 'train.txt', '--test', 'test.txt', '--model', 'popularity'];
    const wrong: [string[], string][] = [
      [[...right, '--k', '10,many'], '"10,many" is no list of cut-offs'],
      [[...right, '--seed', '-1'], '"-1" is no seed'],
      [['evaluate', '--train', 'train.txt', '--model', 'popularity'], 'test items lie in a file of their own'],
      [['evaluate', '--train', 'train.txt', '--test', 'train.txt', '--model', 'popularity'], 'No test item is left'],
      [[...right, '--set', 'factors=3'], 'popularity has no option "factors"'],
      [[...right, '--negatives', 'test.txt'], 'Negatives are only read with --format ncf'],
      [
        ['evaluate', '--train', 'gone.txt', '--test', 'test.txt', '--model', 'popularity'],
        'gone.txt cannot be read: there is no such file',
      ],
      [['evaluate', '--train', 'train.txt', '--test', 'test.txt', '--model', 'magic'], 'There is no recommender "magic"'],
    ];
    for (const [words, sentence] of wrong) {
      const { code, stdout, stderr } = await muster(words, folder);
      expect([code, stdout]).toEqual([2, '']);
      expect(stderr).toContain(sentence);
      expect(stderr.trim().split('\n').length).toBe(1);
    }
  });
});
