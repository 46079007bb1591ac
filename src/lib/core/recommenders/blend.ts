import { resolveOptions, type DataSize, type OptionValues } from '../base/options';
import { Random } from '../base/random';
import type { RunContext } from '../base/run';
import { someEntries, type InteractionMatrix } from '../math/sparseRows';
import { bestOf } from '../math/topK';
import { blendModel, comparable, type BlendMember } from './blendModel';
import { memberById, memberOptions, membersOf, type Member } from './blendMembers';
import { fitStack, searchSwitches, searchWeights, type BlendWeights, type Candidates } from './blendWeights';
import type { Json, ModelState } from './modelState';
import type { Compute, Recommender } from './recommender';
import { sizeOf } from './trainRecommender';

/** Of each customer's pairs, the share that is hidden while weights are learnt, and of how many customers at most. */
const hiddenShare = 0.2;
const mostCustomers = 2000;
/** Of each model so many of its best items are candidates, and so many any: a weight below zero must not lift what no model likes. */
const bestOfEach = 100;
const anyOthers = 100;

/**
 * Several models as one. Their scores are made comparable by the spread that each has over the items for a customer, and
 * added up with weights that are learnt: a part of what customers have is hidden, models are trained without it, and the
 * weights are those that find it again best; then the models are trained on everything. After Burke, "Hybrid Recommender
 * Systems", UMUAI 2002 (weighted, switching) and Sill, Takács, Mackey & Lin, "Feature-Weighted Linear Stacking", 2009.
 */
export const blend: Recommender = {
  id: 'blend',
  family: 'hybrid',
  personal: true,
  needs: [],
  can: ['foldIn', 'similarItems', 'explain'],
  lighter: 'item-knn',
  options: [
    {
      name: 'mixedBy',
      kind: 'choice',
      default: 'weighted',
      choices: ['weighted', 'switching', 'stacked'],
      tuned: true,
      what: 'Weighted adds all models up; switching takes for each length of history the one that did best at it; stacked lets the weights grow or fall with the history.',
    },
    {
      name: 'learnWeights',
      kind: 'boolean',
      default: true,
      what: 'Whether weights are learnt on a part of the training data that is hidden from the models, which trains each of them twice; otherwise they are as given, and only added up.',
    },
    ...memberOptions,
  ],

  estimate(size, given) {
    const costs = membersOf(given, size.items).map(({ recommender }) => recommender.estimate(size, optionsOf(recommender, size)));
    const operations = costs.reduce((sum, cost) => sum + cost.operations, 0);
    const bytes = costs.reduce((sum, cost) => sum + cost.bytes, 0);
    return { operations: (given.learnWeights ? 2 : 1) * operations + size.pairs, bytes };
  },

  async train({ pairs }, given, seed, compute, run) {
    const members = membersOf(given, sizeOf(pairs).items);
    const parts = hidePart(pairs, seed);
    const learns = given.learnWeights === true && parts.customers.length > 0;
    const trainer = new MemberTrainer(members, seed, compute, run, learns ? 2 : 1);
    const candidates = learns ? await candidatesOf(parts, await trainer.train(parts.rest), seed, run) : undefined;
    const weights = candidates ? await learn(String(given.mixedBy), candidates, run) : givenWeights(members);
    const trained = await trainer.train(pairs);
    return {
      model: blendModel(trained, weights, pairs),
      losses: [],
      backend: trainer.backends(),
      reproducible: trainer.isReproducible,
    };
  },

  async restore(state, data) {
    const { members, weights } = state.meta as unknown as { members: { id: string; format: string; meta: Json }[]; weights: BlendWeights };
    const restored: BlendMember[] = [];
    for (const { id, format, meta } of members) {
      const recommender = memberById(id);
      const own: ModelState = { format, arrays: ofMember(state, id), meta: meta as ModelState['meta'] };
      restored.push({ id, model: await recommender.restore(own, data) });
    }
    return blendModel(restored, { ...weights, upTo: weights.upTo.map((end) => end ?? Infinity) }, data.pairs);
  },
};

/** A member's defaults; popularity is a member of its own, so none has a share of it. */
function optionsOf({ id, options }: Recommender, size: DataSize): OptionValues {
  const given: OptionValues = options.some(({ name }) => name === 'popularityShare') ? { popularityShare: 0 } : {};
  return resolveOptions(id, options, given, size);
}

function ofMember({ arrays }: ModelState, id: string): ModelState['arrays'] {
  const prefix = `${id}.`;
  const own = Object.entries(arrays).filter(([name]) => name.startsWith(prefix));
  return Object.fromEntries(own.map(([name, array]) => [name.slice(prefix.length), array]));
}

/** Trains all members, once or more; what they report of themselves is how far the blend has come. */
class MemberTrainer {
  isReproducible = true;
  #done = 0;
  readonly #backends = new Set<string>();

  constructor(
    private readonly members: readonly Member[],
    private readonly seed: number,
    private readonly compute: Compute,
    private readonly run: RunContext,
    private readonly times: number,
  ) {}

  async train(pairs: InteractionMatrix): Promise<BlendMember[]> {
    const trained: BlendMember[] = [];
    const { signal, breathe } = this.run;
    const quiet: RunContext = { signal, breathe: () => breathe.call(this.run), report: () => this.#report() };
    for (const { recommender } of this.members) {
      this.#report();
      await this.run.breathe();
      const options = optionsOf(recommender, sizeOf(pairs));
      const { model, backend, reproducible } = await recommender.train({ pairs }, options, this.seed, this.compute, quiet);
      trained.push({ id: recommender.id, model });
      this.#backends.add(backend);
      this.isReproducible &&= reproducible;
      this.#done++;
    }
    return trained;
  }

  backends(): string {
    return [...this.#backends].join(', ');
  }

  #report(): void {
    this.run.report({ stage: 'train', done: this.#done, total: this.times * this.members.length, unit: 'steps' });
  }
}

interface Parts {
  rest: InteractionMatrix;
  hidden: InteractionMatrix;
  /** From whom something was hidden, or some of them. */
  customers: number[];
}

function hidePart(pairs: InteractionMatrix, seed: number): Parts {
  const random = new Random(seed, 31);
  const isHidden = Uint8Array.from(pairs.columns, () => (random.uniform() < hiddenShare ? 1 : 0));
  const able: number[] = [];
  for (let user = 0; user < pairs.users; user++) {
    const own = isHidden.subarray(pairs.rowStarts[user], pairs.rowStarts[user + 1]);
    // Something must be left to go by.
    if (own.length > 0 && !own.includes(0)) own[0] = 0;
    if (own.includes(1)) able.push(user);
  }
  const step = Math.max(1, able.length / mostCustomers);
  return {
    rest: someEntries(pairs, (entry) => isHidden[entry] === 0),
    hidden: someEntries(pairs, (entry) => isHidden[entry] === 1),
    customers: Array.from({ length: Math.min(able.length, mostCustomers) }, (_, at) => able[Math.floor(at * step)]),
  };
}

/** Of each customer the best of every model that they do not have, with all models' scores. */
async function candidatesOf(
  { rest, hidden, customers }: Parts,
  members: readonly BlendMember[],
  seed: number,
  run: RunContext,
): Promise<Candidates> {
  const scores: number[] = [];
  const isHidden: number[] = [];
  const random = new Random(seed, 32);
  const found: Candidates = {
    members: members.length,
    starts: [0],
    scores: new Float32Array(),
    hidden: new Uint8Array(),
    wanted: [],
    lengths: [],
  };
  for (const customer of customers) {
    const rows = await Promise.all(members.map(({ model }) => model.score(Int32Array.of(customer))));
    const wanted = new Set(hidden.columns.subarray(hidden.rowStarts[customer], hidden.rowStarts[customer + 1]));
    const own = rest.columns.subarray(rest.rowStarts[customer], rest.rowStarts[customer + 1]);
    const chosen = new Set<number>();
    for (const row of rows) {
      comparable(row);
      const unseen = row.slice();
      for (const item of own) unseen[item] = -Infinity;
      for (const { item } of bestOf(unseen, bestOfEach)) chosen.add(item);
    }
    const isOwn = new Set(own);
    for (let draw = 0; draw < anyOthers; draw++) {
      const item = random.below(rest.items);
      if (!isOwn.has(item)) chosen.add(item);
    }
    for (const item of [...chosen].sort((a, b) => a - b)) {
      for (const row of rows) scores.push(row[item]);
      isHidden.push(wanted.has(item) ? 1 : 0);
    }
    found.starts.push(isHidden.length);
    found.wanted.push(wanted.size);
    found.lengths.push(own.length);
    await run.breathe();
  }
  return { ...found, scores: Float32Array.from(scores), hidden: Uint8Array.from(isHidden) };
}

function learn(mixedBy: string, candidates: Candidates, run: RunContext): Promise<BlendWeights> {
  if (mixedBy === 'switching') return searchSwitches(candidates, run);
  return mixedBy === 'stacked' ? fitStack(candidates, run) : searchWeights(candidates, run);
}

/** All zero says nothing: then all count alike. */
function givenWeights(members: readonly Member[]): BlendWeights {
  const weights = members.map(({ weight }) => weight);
  return { upTo: [Infinity], perBracket: [weights.some((weight) => weight > 0) ? weights : weights.map(() => 1)] };
}
