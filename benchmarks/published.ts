/**
 * Every recommender with its defaults on published splits, beside the best published row; a Markdown table for each.
 *
 *   node --import tsx benchmarks/published.ts <folder of data sets> [model …]
 *
 * Each row is one command, which is printed: `muster evaluate … --model NAME`, seed 1. MovieLens-100K comes unsplit; its
 * published rows are of a random quarter of each user's ratings, which is drawn here with seed 1 and is not theirs.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Random } from '../src/lib/core/base/random';
import { recommenders } from '../src/lib/core/recommenders/catalogue';

interface Published {
  name: string;
  files: string[];
  metrics: string[];
  /** The best row of each metric in the source that the data's SOURCE.md names. */
  best: Record<string, string>;
}

const root = fileURLToPath(new URL('..', import.meta.url));
const [data, ...only] = process.argv.slice(2);
if (!data) throw new Error('name the folder of the data sets');
const scratch = mkdtempSync(join(tmpdir(), 'muster-published-'));
try {
  for (const set of sets(resolve(data))) table(set);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

function sets(folder: string): Published[] {
  const lastfm = join(folder, 'deepcf-lastfm/lastfm');
  const electronics = join(folder, 'ultragcn-electronics');
  const movies = quarters(readFileSync(join(folder, 'ml-100k/u.data'), 'utf8'));
  return [
    {
      name: 'deepcf-lastfm',
      files: ['--train', `${lastfm}.train.rating`, '--test', `${lastfm}.test.rating`, '--negatives', `${lastfm}.test.negative`, '--format', 'ncf', '--k', '10'], // prettier-ignore
      metrics: ['hr@10', 'ndcg@10'],
      best: { 'hr@10': '.8995 CFNet', 'ndcg@10': '.6186 CFNet' },
    },
    {
      name: 'ultragcn-electronics',
      files: ['--train', join(electronics, 'train.txt'), '--test', join(electronics, 'test.txt'), '--format', 'adjacency', '--k', '20'],
      metrics: ['recall@20', 'ndcg@20', 'f1@20'],
      best: { 'recall@20': '.1368 UltraGCN', 'ndcg@20': '.0842', 'f1@20': '.0338 SimpleX' },
    },
    {
      name: 'ml-100k',
      files: ['--train', movies.train, '--test', movies.test, '--k', '10'],
      metrics: ['ndcg@10', 'precision@10', 'recall@10'],
      best: { 'ndcg@10': '.4751 BiVAE', 'precision@10': '.4118 BiVAE', 'recall@10': '.2191 BiVAE' },
    },
  ];
}

function quarters(ratings: string): { train: string; test: string } {
  const random = new Random(1, 75);
  const sides: Record<'train' | 'test', string[]> = { train: [], test: [] };
  for (const line of ratings.trim().split('\n'))
    sides[random.below(4) === 0 ? 'test' : 'train'].push(line.split('\t').slice(0, 2).join(' '));
  const paths = { train: join(scratch, 'train.txt'), test: join(scratch, 'test.txt') };
  for (const side of ['train', 'test'] as const) writeFileSync(paths[side], `${sides[side].join('\n')}\n`);
  return paths;
}

function table({ name, files, metrics, best }: Published): void {
  const shown = files.join(' ').replaceAll(resolve(data), 'DATA').replaceAll(scratch, 'SPLIT');
  console.log(`\n**${name}**: \`muster evaluate ${shown} --model NAME\`\n`);
  console.log(`| model | ${metrics.join(' | ')} | fit, s |\n|---|${'---:|'.repeat(metrics.length + 1)}`);
  for (const { id } of recommenders) {
    if (only.length > 0 && !only.includes(id)) continue;
    const run = spawnSync('npm', ['run', '-s', 'muster', '--', 'evaluate', ...files, '--model', id, '--json'], {
      cwd: root,
      encoding: 'utf8',
    });
    if (run.status !== 0) {
      console.log(`| ${id} | ${run.stderr.trim().split('\n').at(-1)} |`);
      continue;
    }
    const found = JSON.parse(run.stdout) as { metrics: Record<string, number>; fitSeconds: number };
    const figures = metrics.map((metric) => found.metrics[metric].toFixed(4).replace(/^0/, ''));
    console.log(`| ${id} | ${figures.join(' | ')} | ${found.fitSeconds.toFixed(1)} |`);
  }
  console.log(`| best published | ${metrics.map((metric) => best[metric]).join(' | ')} | |`);
}
