import type { DataSize, DefaultRule } from '../base/options';
import { Random } from '../base/random';
import { userOfEntries, type InteractionMatrix } from '../math/sparseRows';
import { itemSide, machineSums, takeMachineStep, userSide, type MachineFit } from './factorisationMachine';
import { patienceOption } from './earlyStopping';
import { featureBag } from './featureBag';
import { missingFeatures } from './missingFeatures';
import type { ModelState } from './modelState';
import { drawUnseen, pairwiseModel, pairwiseOptions, restorePairwise } from './pairwise';
import type { Recommender } from './recommender';
import type { Feature, Sequences, TrainingData } from './trainingData';

const format = 'fm/1';

/**
 * How far a small shop with long histories goes beyond 30 passes, 0 … 1: a step is one pair, so few pairs are few steps.
 * Where histories are short more passes only learn them by heart. Chosen on validation parts: docs/decisions/0074.
 */
function furtherFor({ users, pairs }: DataSize): number {
  if (pairs / Math.max(1, users) < 10) return 0;
  return Math.min(1, Math.max(0, (360_000 / Math.max(1, pairs) - 30) / 90));
}

const epochsRule: DefaultRule = {
  of: (size) => Math.round(30 + 90 * furtherFor(size)),
  why: 'Left empty it follows the data: 30, and where customers have ten pairs or more as many as make 360,000 steps, up to 120. A small shop needs more passes to learn as much.',
};

const regularizationRule: DefaultRule = {
  of: (size) => Math.round(1000 * (0.01 + 0.09 * furtherFor(size))) / 1000,
  why: 'Left empty it follows the passes: 0.01 for 30, up to 0.1 for 120, so that many passes over little are not learnt by heart.',
};

/**
 * A factorisation machine (Rendle, "Factorization Machines", ICDM 2010): a score is the sum of the dot products of all
 * pairs of vectors that are at work, those of the customer, the item, what is known of both, and the hour, the day of the
 * week and the channel. It learns from pairs of items, one chosen in this context and one that is not the customer's
 * (BPR), as LightFM does. Without features and context it is `bpr`.
 *
 * A list is not made for one hour: its context is the customer's own mixture of hours, days and channels, everybody's for
 * those who have done nothing yet. Everything on the customer's side then adds up to one vector, so lists come from the
 * top-k kernel.
 */
export const fm: Recommender = {
  id: 'fm',
  family: 'factorisation',
  personal: true,
  servesNewUsers: true,
  needs: [],
  uses: ['itemFeatures', 'userFeatures', 'sequences', 'context'],
  can: ['similarItems', 'biases', 'warmStart'],
  lighter: 'puresvd',
  options: [...pairwiseOptions({ epochs: 30, epochsRule, regularization: 0.01, regularizationRule }), patienceOption(0)],

  estimate({ users, items, pairs }, given) {
    const d = Number(given.factors);
    // About eight terms on either side.
    return {
      operations: Number(given.epochs) * pairs * 120 * d,
      bytes: 16 * (d + 1) * (users + items) + 64 * (users + items) + 24 * pairs,
    };
  },

  async train(data, given, seed, _compute, run, warmStart, watch) {
    const { pairs } = data;
    const [epochs, factors] = [Number(given.epochs), Number(given.factors)];
    const step = { learningRate: Number(given.learningRate), regularization: Number(given.regularization) };
    const itemTerms = await featureBag((await data.itemFeatures?.()) ?? [], pairs.items);
    const userTerms = await featureBag((await data.userFeatures?.()) ?? [], pairs.users);
    const contexts = await contextsOf(data);
    await run.breathe();

    const fit = startMachine(pairs, factors, { userTerms, itemTerms, contexts: contexts.count }, seed);
    if (warmStart?.format === format && warmStart.arrays.itemFactors?.shape[1] === factors) goOnFrom(warmStart, fit, pairs, contexts);
    const [random, sums] = [new Random(seed, 2), machineSums(factors)];
    const userOfEntry = userOfEntries(pairs);
    const order = Int32Array.from(userOfEntry, (_, entry) => entry);
    const chosenOnly = compacted(pairs);
    const losses: { epoch: number; loss: number }[] = [];
    for (let epoch = 1; epoch <= epochs; epoch++) {
      random.shuffle(order);
      let sum = 0;
      for (let at = 0; at < order.length; at++) {
        const entry = order[at];
        const user = userOfEntry[entry];
        // What nobody has is no negative: a new item would be pushed below everything.
        const drawn = drawUnseen(chosenOnly.pairs, user, false, random);
        if (drawn >= 0) {
          const other = chosenOnly.items[drawn];
          sum += takeMachineStep(fit, { user, contexts: contexts.ofPair(entry), chosen: pairs.columns[entry], other }, step, sums);
        }
        if (at % 512 === 0) await run.breathe();
      }
      const loss = sum / Math.max(1, order.length);
      losses.push({ epoch, loss });
      run.report({ stage: 'train', done: epoch, total: epochs, unit: 'epochs', values: { epoch, loss } });
      await run.breathe();
      if (await watch?.(epoch, () => pairwiseModel(format, servedVectors(fit, pairs, contexts)))) break;
    }
    return {
      model: pairwiseModel(format, servedVectors(fit, pairs, contexts)),
      losses,
      backend: 'plain TypeScript',
      reproducible: true,
      ...missingFeatures({ items: itemTerms, users: userTerms }),
    };
  },

  restore: restorePairwise,
};

/** In which hour, on which day and through which channel a customer last met an item; `labels` of all kinds in one row. */
interface Contexts {
  count: number;
  /** The contexts of a pair, by its entry. */
  ofPair(entry: number): Int32Array;
}

async function contextsOf({ pairs, sequences, context }: TrainingData): Promise<Contexts> {
  const none = { count: 0, ofPair: () => new Int32Array(0) };
  if (!sequences || !context) return none;
  const features = (await context()).filter((feature): feature is Extract<Feature, { kind: 'label' }> => feature.kind === 'label');
  const eventOfPair = lastEvents(pairs, await sequences());
  const starts = features.map((_, at) => features.slice(0, at).reduce((sum, { labels }) => sum + labels.length, 0));
  const count = features.reduce((sum, { labels }) => sum + labels.length, 0);
  const rowStarts = new Int32Array(pairs.columns.length + 1);
  const all: number[] = [];
  for (let entry = 0; entry < pairs.columns.length; entry++) {
    const event = eventOfPair[entry];
    features.forEach(({ codes }, at) => event >= 0 && codes[event] >= 0 && all.push(starts[at] + codes[event]));
    rowStarts[entry + 1] = all.length;
  }
  const codes = Int32Array.from(all);
  return { count, ofPair: (entry) => codes.subarray(rowStarts[entry], rowStarts[entry + 1]) };
}

/** Of each pair its latest event in the sequences, -1 where there is none. */
function lastEvents({ users, items, rowStarts, columns }: InteractionMatrix, sequences: Sequences): Int32Array {
  const latest = new Int32Array(items).fill(-1);
  const events = new Int32Array(columns.length).fill(-1);
  for (let user = 0; user < users; user++) {
    const [from, to] = [sequences.rowStarts[user], sequences.rowStarts[user + 1]];
    for (let event = from; event < to; event++) latest[sequences.items[event]] = event;
    for (let entry = rowStarts[user]; entry < rowStarts[user + 1]; entry++) {
      if (latest[columns[entry]] >= from) events[entry] = latest[columns[entry]];
    }
  }
  return events;
}

/** The same pairs over the items that somebody has. */
function compacted(pairs: InteractionMatrix): { pairs: InteractionMatrix; items: Int32Array } {
  const items = Int32Array.from(new Set(pairs.columns)).sort();
  const places = new Int32Array(pairs.items);
  items.forEach((item, place) => (places[item] = place));
  return { items, pairs: { ...pairs, items: items.length, columns: pairs.columns.map((item) => places[item]) } };
}

function startMachine(
  pairs: InteractionMatrix,
  factors: number,
  { userTerms, itemTerms, contexts }: { userTerms: InteractionMatrix; itemTerms: InteractionMatrix; contexts: number },
  seed: number,
): MachineFit {
  const draw = (rows: number, stream: number, isKnown: (row: number) => boolean = () => true) => {
    const random = new Random(seed, stream);
    const vectors = Float32Array.from({ length: rows * factors }, () => random.normal() / (10 * Math.sqrt(factors)));
    // Of whom nothing is known has no vector; what is known of their kind then says all.
    for (let row = 0; row < rows; row++) if (!isKnown(row)) vectors.fill(0, row * factors, (row + 1) * factors);
    return vectors;
  };
  const chosen = new Set(pairs.columns);
  const vectors = {
    users: draw(pairs.users, 0, (user) => pairs.rowStarts[user] < pairs.rowStarts[user + 1]),
    items: draw(pairs.items, 1, (item) => chosen.has(item)),
    ofUserTerms: draw(userTerms.items, 3),
    ofItemTerms: draw(itemTerms.items, 4),
    ofContexts: draw(contexts, 5),
    itemWeights: new Float32Array(pairs.items),
    itemTermWeights: new Float32Array(itemTerms.items),
  };
  const rowsOf = (name: string, of: Float32Array) => (name.endsWith('Weights') ? of.length : of.length / factors);
  const squares = Object.fromEntries(Object.entries(vectors).map(([name, of]) => [name, new Float32Array(rowsOf(name, of)).fill(1)]));
  return { factors, userTerms, itemTerms, ...vectors, squares: squares as MachineFit['squares'] };
}

/**
 * Begins where a served model stands: its vectors are sums, so the own vectors of customers and items take what the terms and
 * contexts, which begin anew, leave of them. Whoever came since keeps the vectors of the beginning.
 */
function goOnFrom({ arrays }: ModelState, fit: MachineFit, pairs: InteractionMatrix, contexts: Contexts): void {
  const d = fit.factors;
  const before = servedVectors(fit, pairs, contexts);
  const take = (own: MachineFit['users'], served: Float32Array, known: ArrayLike<number>, row: number): boolean => {
    let isKnown = false;
    for (let at = row * d; at < (row + 1) * d; at++) isKnown ||= known[at] !== 0;
    if (isKnown) for (let at = row * d; at < (row + 1) * d; at++) own[at] += known[at] - served[at];
    return isKnown;
  };
  for (let user = 0; user < pairs.users; user++) {
    if (pairs.rowStarts[user] < pairs.rowStarts[user + 1]) take(fit.users, before.users, arrays.userFactors.data, user);
  }
  const known = Array.from({ length: pairs.items }, (_, item) => take(fit.items, before.items, arrays.itemFactors.data, item));
  const after = servedVectors(fit, pairs, contexts);
  known.forEach((isKnown, item) => isKnown && (fit.itemWeights[item] += arrays.itemBiases.data[item] - after.biases[item]));
}

/** Each side as one vector, with the customer's own mixture of contexts. */
function servedVectors(fit: MachineFit, pairs: InteractionMatrix, contexts: Contexts) {
  const { factors: d, ofContexts } = fit;
  const mean = (from: number, to: number) => {
    const sums = new Float64Array(d);
    for (let entry = from; entry < to; entry++) {
      for (const context of contexts.ofPair(entry)) for (let f = 0; f < d; f++) sums[f] += ofContexts[context * d + f];
    }
    return sums.map((sum) => sum / Math.max(1, to - from));
  };
  const everybodys = mean(0, pairs.columns.length);
  const [users, items] = [new Float32Array(pairs.users * d), new Float32Array(pairs.items * d)];
  const biases = new Float32Array(pairs.items);
  const sum = new Float64Array(d);
  for (let user = 0; user < pairs.users; user++) {
    const [from, to] = [pairs.rowStarts[user], pairs.rowStarts[user + 1]];
    const own = from === to ? everybodys : mean(from, to);
    userSide(fit, user, [], sum).forEach((value, f) => (users[user * d + f] = value + own[f]));
  }
  for (let item = 0; item < pairs.items; item++) {
    biases[item] = itemSide(fit, item, sum);
    items.set(sum, item * d);
  }
  return { factors: d, users, items, biases };
}
