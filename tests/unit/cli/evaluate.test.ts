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

  it('ends with code 2 and one sentence for what is wrong', async () => {
    const right = ['evaluate', '--train', 'train.txt', '--test', 'test.txt', '--model', 'popularity'];
    const wrong: [string[], string][] = [
      [[...right, '--k', '10,many'], '"10,many" is no list of cut-offs'],
      [[...right, '--seed', '-1'], '"-1" is no seed'],
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
