import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { resolveOptions } from '$lib/core/base/options';
import { Random } from '$lib/core/base/random';
import { quietContext } from '$lib/core/base/run';
import { findLearner } from '$lib/core/predictions/learners/catalogue';
import type { LabeledRows } from '$lib/core/predictions/learners/learner';
import { auc } from '$lib/core/predictions/metrics';
import { applyTransform, fitTransform } from '$lib/core/predictions/transform';
import { openNodeKernels } from '$lib/platform/node/kernels';
import { openNodeTensors } from '$lib/platform/node/tensors';
import { readCsvFeatures, takeRows, type CsvData } from '../../support/csvFeatures';
import { toolsOf } from '../../support/tools';

const shared = (path: string) => new URL(`../../../../shared/data/${path}`, import.meta.url);
const telco = shared('telco-churn/Telco-Customer-Churn.csv');
const shoppers = shared('online-shoppers/online_shoppers_intention.csv');

/** AUC of the held-out rows of each fold; the fold after it is for early stopping. */
async function crossValidate(data: CsvData, algorithm: string, folds: number): Promise<number[]> {
  const tensors = openNodeTensors();
  const kernels = await openNodeKernels({ threads: 1 });
  const tools = { ...toolsOf(() => tensors), kernels: async () => kernels };
  const found = findLearner(algorithm);
  const order = new Random(1).shuffle(Int32Array.from({ length: data.labels.length }, (_, row) => row));
  const areas: number[] = [];
  for (let fold = 0; fold < folds; fold++) {
    const [train, validation, test] = [
      (at: number) => at % folds !== fold && (at % folds !== (fold + 1) % folds || algorithm === 'logistic'),
      (at: number) => at % folds === (fold + 1) % folds,
      (at: number) => at % folds === fold,
    ].map((wanted) =>
      takeRows(
        data,
        order.filter((_, at) => wanted(at)),
      ),
    );
    const transform = fitTransform([train.features], found.inputs);
    const rows = (part: CsvData): LabeledRows => ({
      inputs: applyTransform(transform, part.features),
      labels: { kind: 'binary', values: part.labels },
    });
    const options = resolveOptions(algorithm, found.options, {});
    const parts = { train: rows(train), validation: rows(validation) };
    const { state } = await found.fit(parts, options, 1, tools, quietContext());
    areas.push(auc(await found.predict(state, rows(test).inputs, tools, quietContext()), test.labels));
  }
  kernels.close();
  return areas;
}

const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

// Published: logistic regression .849 ± .005 (Nori et al. 2019, arXiv 1909.09223, random 80/20 splits).
describe.skipIf(!existsSync(telco))('on Telco churn (skipped where ../shared/data/telco-churn is missing)', () => {
  const data = existsSync(telco) ? readCsvFeatures(telco, { column: 'Churn', yes: 'Yes' }, [], ['customerID']) : undefined;
  for (const algorithm of ['logistic', 'network', 'gradient-boosting']) {
    it(`${algorithm} reaches the published AUROC of logistic regression`, { timeout: 300_000 }, async () => {
      const area = mean(await crossValidate(data!, algorithm, algorithm === 'logistic' ? 5 : 3));
      console.info(`telco-churn, ${algorithm}, AUROC ${area.toFixed(4)}`);
      expect(Math.abs(area - 0.849)).toBeLessThan(0.01);
    });
  }
});

// A plain scikit-learn logistic regression gets .894 in five folds; Sakar et al. 2018 and a 2023 study are in the range .89–.94.
describe.skipIf(!existsSync(shoppers))('on Online Shoppers (skipped where ../shared/data/online-shoppers is missing)', () => {
  const kinds = ['OperatingSystems', 'Browser', 'Region', 'TrafficType'];
  const data = existsSync(shoppers) ? readCsvFeatures(shoppers, { column: 'Revenue', yes: 'TRUE' }, kinds) : undefined;
  for (const [algorithm, least] of [
    ['logistic', 0.885],
    ['network', 0.9],
    // Published: boosted trees .937, of four fifths of the rows; here of a third.
    ['gradient-boosting', 0.925],
  ] as const) {
    it(`${algorithm} is at least as good as a plain logistic regression`, { timeout: 300_000 }, async () => {
      const area = mean(await crossValidate(data!, algorithm, algorithm === 'logistic' ? 5 : 3));
      console.info(`online-shoppers, ${algorithm}, AUROC ${area.toFixed(4)}`);
      expect(area).toBeGreaterThan(least);
      expect(area).toBeLessThan(0.95);
    });
  }
});
