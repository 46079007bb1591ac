import { isIdentity, type Numbering } from '../math/permute';
import { indexesOf, numbersOf, textsOf } from '../store/columns';
import type { DataScope } from '../store/dataScope';
import {
  readInteractionList,
  readInteractionMatrix,
  type EventWeights,
  type InteractionList,
  type InteractionScope,
} from '../store/interactionQueries';
import { identifier, sql } from '../store/sql';
import { trainingDataOf, type Feature, type FeatureParts, type TrainingData } from './trainingData';

type ReadingScope = Pick<DataScope, 'store'> & InteractionScope;

/** Training data of everybody before asOf. Only the pairs are read at once; the parts when a model calls for them. */
export async function readTrainingData(scope: ReadingScope, weights: EventWeights, signal?: AbortSignal): Promise<TrainingData> {
  const [pairs, numbering] = await Promise.all([readInteractionMatrix(scope.store, scope, weights, signal), readNumbering(scope, signal)]);
  let list: Promise<InteractionList> | undefined;
  const events = () => (list ??= readInteractionList(scope.store, scope, weights, signal));
  return { pairs, numbering, sequences: async () => trainingDataOf(await events()).sequences!(), ...featureParts(scope, signal) };
}

/** Customers and items in the order of their ids; undefined where that is the order of their numbers. */
export async function readNumbering({ store, tables, users, items }: ReadingScope, signal?: AbortSignal): Promise<Numbering | undefined> {
  const [userRows, itemRows] = await Promise.all([
    store.query(sql`SELECT user_index FROM ${identifier(tables.users)} ORDER BY user_id`, signal),
    store.query(sql`SELECT item_index FROM ${identifier(tables.items)} ORDER BY item_id`, signal),
  ]);
  const numbering = { userOrder: indexesOf(userRows, 'user_index'), itemOrder: indexesOf(itemRows, 'item_index') };
  const same = isIdentity(numbering.userOrder, users) && isIdentity(numbering.itemOrder, items);
  return same ? undefined : numbering;
}

/** What is known of items and customers, by number, read when it is asked for. */
export function featureParts({ store, tables, users, items }: ReadingScope, signal?: AbortSignal): FeatureParts {
  return {
    async itemFeatures() {
      const rows = await store.query(
        sql`SELECT item_index, category, brand, price::DOUBLE AS price FROM ${identifier(tables.items)}`,
        signal,
      );
      const numbers = indexesOf(rows, 'item_index');
      return [
        labelFeature('category', textsOf(rows, 'category'), numbers, items),
        labelFeature('brand', textsOf(rows, 'brand'), numbers, items),
        numberFeature('price', numbersOf(rows, 'price'), numbers, items),
      ];
    },
    async userFeatures() {
      const rows = await store.query(sql`SELECT user_index, country FROM ${identifier(tables.users)}`, signal);
      return [labelFeature('country', textsOf(rows, 'country'), indexesOf(rows, 'user_index'), users)];
    },
  };
}

function labelFeature(name: string, texts: (string | null)[], numbers: Int32Array, rows: number): Feature {
  const labels = [...new Set(texts.filter((text) => text !== null))].sort((a, b) => (a < b ? -1 : 1));
  const codeOf = new Map(labels.map((label, code) => [label, code]));
  const codes = new Int32Array(rows).fill(-1);
  texts.forEach((text, row) => (codes[numbers[row]] = text === null ? -1 : codeOf.get(text)!));
  return { name, kind: 'label', codes, labels };
}

function numberFeature(name: string, given: Float64Array, numbers: Int32Array, rows: number): Feature {
  const values = new Float32Array(rows).fill(NaN);
  given.forEach((value, row) => (values[numbers[row]] = value));
  return { name, kind: 'number', values };
}
