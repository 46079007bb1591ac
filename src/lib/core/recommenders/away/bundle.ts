import { UserError } from '../../base/errors';
import { takeAlong } from '../../math/permute';
import type { InteractionMatrix } from '../../math/sparseRows';
import { namesCustomers, type ModelState } from '../modelState';
import type { Sequences } from '../trainingData';
import { customersPerItem } from '../popularity';
import type { Recommender, RecommenderModel } from '../recommender';
import { writeNpz } from '../state/npz';
import type { TravellingState } from '../state/travelling';
import { writeParquet } from '../state/parquet';
import { writeTfjs } from '../state/tfjs';
import type { StateFile } from '../state/travelling';
import { modelCard, type CardFacts } from './card';
import { chainOf } from './chain';
import { writeLayers } from './layers';
import { writeOnnx } from './onnx';
import { pythonScript } from './python';

/** A model that is to be taken away. All of it is by place, so that the lower place is the lower id. */
export interface TakenModel {
  recommender: Pick<Recommender, 'id' | 'can'>;
  model: RecommenderModel;
  ids: { users: string[]; items: string[] };
  /** What the model goes by. */
  history: InteractionMatrix;
  /** What customers did, of models that go by its order. */
  sequences?: Sequences;
  /** What lists leave out. */
  bought: InteractionMatrix;
  facts: Omit<CardFacts, 'format'>;
  about?: TravellingState['about'];
  /** Whether single customers and their histories come along. */
  withCustomers: boolean;
}

/** Files of a model that has customers in it cannot do without them. */
export function canLeaveCustomers({ can }: Pick<Recommender, 'can'>, state: ModelState): boolean {
  if (!namesCustomers(state)) return true;
  return can.includes('foldIn') && Object.values(state.arrays).every(({ numbersOf }) => numbersOf !== 'users');
}

/**
 * A model in every form that it has: arrays for NumPy, Parquet and tfjs, layers and ONNX where it is such a thing, a
 * program in Python, and a card. Names have folders in them.
 * @throws UserError `model_needs_customers`
 */
export function filesOfModel({
  recommender,
  model,
  ids,
  history,
  sequences,
  bought,
  facts,
  about,
  withCustomers,
}: TakenModel): StateFile[] {
  const whole = model.state();
  if (!withCustomers && !canLeaveCustomers(recommender, whole)) throw needsCustomers(facts.name, recommender.id);
  const state = withCustomers ? whole : withoutCustomers(whole);
  const named = withCustomers
    ? namesCustomers(whole)
      ? ids
      : { items: ids.items }
    : { ...(namesCustomers(whole) && { users: [] }), items: ids.items };
  const along: Omit<TravellingState, 'state'> = { ids: named, ...(about && { about }) };
  const chain = chainOf(model, state, customersPerItem(history.items, history.columns), withCustomers);
  const layers = chain && writeLayers(facts.name, chain, { items: ids.items });
  const script = pythonScript(facts.name, state);
  const data = dataState({ history, bought, sequences }, withCustomers);

  const files: [StateFile, string][] = [
    [{ name: 'model.npz', bytes: writeNpz(state, along) }, 'the arrays, for NumPy; Muster reads it back'],
    [
      { name: 'data.npz', bytes: writeNpz(data, withCustomers ? { ids } : {}) },
      withCustomers ? 'what each customer has, and what their lists leave out' : 'how many customers each item has',
    ],
    ...(script
      ? [[{ name: 'recommend.py', bytes: text(script) }, 'reads the two and gives the same ten best items'] satisfies [StateFile, string]]
      : []),
    ...(chain
      ? [
          [
            { name: 'model.onnx', bytes: writeOnnx(facts.name, chain, ids) },
            `for onnxruntime: \`${chain.input}\` in, \`scores\` out`,
          ] satisfies [StateFile, string],
        ]
      : []),
    ...inFolder('tfjs-layers', layers, 'a layers model of tfjs'),
    ...inFolder('tfjs', writeTfjs(state, along), 'the arrays in the layout of tfjs; Muster reads it back'),
    ...inFolder('parquet', writeParquet(state, { users: ids.users, items: ids.items }), 'one array, with ids'),
  ];
  const card = modelCard({ ...facts, format: state.format }, { files: files.map(([{ name }, what]) => [name, what]), withCustomers });
  return [{ name: 'MODEL_CARD.md', bytes: text(card) }, ...files.map(([file]) => file)];
}

function inFolder(folder: string, files: readonly StateFile[] | undefined, what: string): [StateFile, string][] {
  return (files ?? []).map(({ name, bytes }) => [{ name: `${folder}/${name}`, bytes }, what]);
}

function withoutCustomers(state: ModelState): ModelState {
  const none = new Int32Array(0);
  const arrays = Object.entries(state.arrays).map(([name, array]) => {
    const shape = [...array.shape];
    let { data } = array;
    array.axes.forEach((axis, at) => {
      if (axis !== 'users') return;
      data = takeAlong(data, shape, at, none);
      shape[at] = 0;
    });
    return [name, { ...array, data, shape }] as const;
  });
  return { ...state, arrays: Object.fromEntries(arrays) };
}

function dataState(
  { history, bought, sequences }: Pick<TakenModel, 'history' | 'bought' | 'sequences'>,
  withCustomers: boolean,
): ModelState {
  const customers = customersPerItem(history.items, history.columns);
  const arrays: ModelState['arrays'] = { customers: { data: customers, shape: [customers.length], axes: ['items'] } };
  if (withCustomers) {
    for (const [name, { rowStarts, columns, values }] of Object.entries({ history, bought })) {
      arrays[`${name}Starts`] = { data: rowStarts, shape: [rowStarts.length], axes: ['starts'] };
      arrays[`${name}Items`] = { data: columns, shape: [columns.length], axes: ['pairs'] };
      arrays[`${name}Values`] = { data: values, shape: [values.length], axes: ['pairs'] };
    }
    if (sequences) {
      const { rowStarts, items } = sequences;
      arrays.eventsStarts = { data: rowStarts, shape: [rowStarts.length], axes: ['starts'] };
      arrays.eventsItems = { data: items, shape: [items.length], axes: ['events'] };
    }
  }
  return { format: 'histories/1', arrays, meta: {} };
}

function needsCustomers(name: string, algorithm: string): UserError {
  return new UserError(
    'model_needs_customers',
    `"${name}" (${algorithm}) is made of single customers, so it cannot be taken away without them.`,
    'Take it with customers, or another model.',
    { name, algorithm },
  );
}

function text(words: string): Uint8Array {
  return new TextEncoder().encode(words);
}
