/**
 * Repeat purchases: what people buy again, next-any, global time split 80/20 of purchases.
 *
 *   node --import tsx benchmarks/repeats.ts <folder of data sets> [model[:option=value,…] …]
 *
 * UCI Online Retail (invoices with a customer, without cancellations) and the sample shop's orders. Personal frequency
 * stands beside the models: how often somebody bought each item, then what most customers bought.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { quietContext } from '../src/lib/core/base/run';
import { meanMetrics, measureRanking, rankingTask } from '../src/lib/core/evaluation/evaluate';
import { eventsOf, splitInteractions } from '../src/lib/core/evaluation/splits';
import type { InteractionMatrix } from '../src/lib/core/math/sparseRows';
import { findRecommender } from '../src/lib/core/recommenders/catalogue';
import { customersPerItem } from '../src/lib/core/recommenders/popularity';
import type { Scorer } from '../src/lib/core/recommenders/recommender';
import { trainingDataOf } from '../src/lib/core/recommenders/trainingData';
import { trainRecommender } from '../src/lib/core/recommenders/trainRecommender';
import { orderEvent } from '../src/lib/core/schema/events';
import { readSampleShop } from '../src/lib/core/schema/sampleShop';
import type { InteractionList } from '../src/lib/core/store/interactionQueries';
import { openFile } from '../src/lib/platform/node/files';
import { openNodeKernels } from '../src/lib/platform/node/kernels';
import { openNodeTensors } from '../src/lib/platform/node/tensors';

const [folder, ...given] = process.argv.slice(2);
if (!folder) throw new Error('name the folder of the data sets');
const models = given.length > 0 ? given : ['popularity', 'item-knn', 'ials', 'buy-again', 'buy-again:repeatsBy=tifu-knn'];
const kernels = await openNodeKernels({ threads: 1 });
const compute = { kernels, tensors: openNodeTensors };
const metricNames = ['recall@10', 'ndcg@10', 'hr@10'];

for (const [name, list] of Object.entries({ 'uci-online-retail': onlineRetail(), 'sample-shop orders': await shopOrders() })) {
  const { train, test, trainEvents } = splitInteractions(list, { kind: 'global-time', testShare: 0.2 }, 1);
  const data = trainingDataOf(eventsOf(list, trainEvents));
  for (const next of ['any', 'new'] as const) {
    const task = rankingTask(train, test, { requireHistory: true, next });
    console.log(`\n**${name}**, next ${next}: ${task.users.length} customers, ${task.testPairs} pairs of ${train.items} items\n`);
    console.log(`| model | ${metricNames.join(' | ')} | fit, s |\n|---|${'---:|'.repeat(metricNames.length + 1)}`);
    const show = async (label: string, model: Scorer, seconds: number) => {
      const measured = await measureRanking(model, task, { cutoffs: [10], servesNewUsers: false }, kernels, quietContext());
      const metrics = meanMetrics(measured);
      const figures = metricNames.map((metric) => metrics[metric].toFixed(4).replace(/^0/, ''));
      console.log(`| ${label} | ${figures.join(' | ')} | ${seconds.toFixed(1)} |`);
    };
    if (next === 'any') await show('personal frequency', personalFrequency(train), 0);
    for (const spec of models) {
      const [id, options = ''] = spec.split(':');
      const values = Object.fromEntries(
        options
          .split(',')
          .filter(Boolean)
          .map((pair) => pair.split('=')),
      );
      const started = performance.now();
      const request = { recommender: findRecommender(id), given: values, data, seed: 1 };
      const { model } = await trainRecommender(request, compute, quietContext());
      await show(spec, model, (performance.now() - started) / 1000);
    }
  }
}
kernels.close();

function personalFrequency(train: InteractionMatrix): Scorer {
  const popular = customersPerItem(train.items, train.columns);
  const most = 1 + popular.reduce((largest, count) => Math.max(largest, count), 0);
  return {
    score(users) {
      const scores = new Float32Array(users.length * train.items);
      users.forEach((user, row) => {
        const own = scores.subarray(row * train.items, (row + 1) * train.items);
        popular.forEach((count, item) => (own[item] = count / most));
        for (let entry = train.rowStarts[user]; entry < train.rowStarts[user + 1]; entry++)
          own[train.columns[entry]] += train.values[entry];
      });
      return scores;
    },
  };
}

/** The usual cleaning: a customer, no cancellation, a quantity and a price above zero. */
function onlineRetail(): InteractionList {
  const lines = readFileSync(join(folder, 'uci-online-retail/online_retail.csv'), 'utf8').trim().split('\n').slice(1);
  const rows = lines.flatMap((line) => {
    const head = line.split(',', 2);
    const [quantity, date, price, customer] = line.split(',').slice(-5);
    if (customer === '' || head[0].startsWith('C') || !(Number(quantity) > 0) || !(Number(price) > 0)) return [];
    return [{ user: customer, item: head[1], time: Date.parse(`${date.replace(' ', 'T')}Z`) * 1000 }];
  });
  return listOf(rows);
}

async function shopOrders(): Promise<InteractionList> {
  const { events } = await readSampleShop(await openFile('datasets/sample-shop/shop.bin'), quietContext());
  const { user, item, event, ts } = events!;
  const order = event.pool.find(orderEvent);
  const rows = Array.from({ length: events!.rows }, (_, row) => row)
    .filter((row) => event.codes[row] === order && (item?.codes[row] ?? -1) >= 0)
    .map((row) => ({ user: String(user.codes[row]), item: String(item!.codes[row]), time: ts.values[row] }));
  return listOf(rows);
}

function listOf(rows: { user: string; item: string; time: number }[]): InteractionList {
  const numbersOf = (ids: string[]) => new Map([...new Set(ids)].sort().map((id, number) => [id, number]));
  const [users, items] = [numbersOf(rows.map(({ user }) => user)), numbersOf(rows.map(({ item }) => item))];
  rows.sort((a, b) => a.time - b.time);
  return {
    users: users.size,
    items: items.size,
    userOfEvent: Int32Array.from(rows, ({ user }) => users.get(user)!),
    itemOfEvent: Int32Array.from(rows, ({ item }) => items.get(item)!),
    valueOfEvent: new Float32Array(rows.length).fill(1),
    timeOfEvent: Float64Array.from(rows, ({ time }) => time),
  };
}
