/**
 * Frequent itemsets of the groceries at support .001: FP-Growth here against mlxtend's, on one thread, in one run, as a
 * ratio. mlxtend is looked for in a virtual environment that `npm test` never needs:
 *
 *   python3 -m venv /tmp/peers && /tmp/peers/bin/pip install numpy==2.2.6 pandas==2.2.3 scipy==1.15.3 mlxtend==0.23.1
 *   node --import tsx benchmarks/fpGrowth.mjs ../shared/data/groceries/groceries_baskets.csv /tmp/peers/bin/python
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { quietContext } from '../src/lib/core/base/run.ts';
import { frequentItemsets } from '../src/lib/core/math/itemsets/frequentItemsets.ts';
import { matrixFromPairs } from '../src/lib/core/math/sparseRows.ts';

const [file = '../shared/data/groceries/groceries_baskets.csv', python] = process.argv.slice(2);
const lists = readFileSync(file, 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => line.split(','));
const number = new Map([...new Set(lists.flat())].sort().map((name, at) => [name, at]));
const basketOfItem = lists.flatMap((list, row) => list.map(() => row));
const itemOfItem = lists.flat().map((name) => number.get(name));
const baskets = matrixFromPairs(lists.length, number.size, basketOfItem, itemOfItem);
const request = { minCount: Math.ceil(0.001 * lists.length), maxLength: 20, budgetBytes: 2 ** 28 };
console.log(
  `${cpus()[0].model}, ${cpus().length} cores, load ${loadavg()[0].toFixed(1)}, Node ${process.version}, ${lists.length} baskets`,
);

const seconds = [];
let sets;
for (let round = 0; round < 3; round++) {
  const started = performance.now();
  sets = await frequentItemsets(baskets, request, quietContext());
  seconds.push((performance.now() - started) / 1000);
}
const ours = seconds.sort((a, b) => a - b)[1];
console.log(`here     ${ours.toFixed(2)} s  ${sets.counts.length} sets`);

if (python) {
  const theirs = JSON.parse(execFileSync(python, ['-c', peer(), file], { encoding: 'utf8' }));
  console.log(`mlxtend  ${theirs.seconds.toFixed(2)} s  ${theirs.sets} sets, ${(theirs.seconds / ours).toFixed(0)} times as long`);
}

function peer() {
  return `
import json, sys, time
import numpy as np, pandas as pd
from mlxtend.frequent_patterns import fpgrowth
baskets = [line.split(",") for line in open(sys.argv[1]).read().splitlines()]
names = sorted({name for basket in baskets for name in basket})
number = {name: at for at, name in enumerate(names)}
held = np.zeros((len(baskets), len(names)), dtype=bool)
for row, basket in enumerate(baskets):
    held[row, [number[name] for name in basket]] = True
table = pd.DataFrame(held)
started = time.perf_counter()
sets = fpgrowth(table, min_support=0.001)
print(json.dumps({"seconds": time.perf_counter() - started, "sets": len(sets)}))
`;
}
