import type { RunContext } from '../base/run';
import { rankItems } from '../evaluation/ranking';
import type { Kernels } from '../math/kernels';
import { placesOf } from '../math/permute';
import type { InteractionMatrix } from '../math/sparseRows';
import { hasPair } from './policies/excludedPairs';
import { popularLike, type TrainedModel } from './recommendForUsers';

/** Where candidates come from. The last one is popularity, which knows every item. */
export interface CandidateSource extends TrainedModel {
  id: string;
}

/** What may be candidates at all. */
export interface CandidateRules {
  exclude: InteractionMatrix;
  eligible: Uint8Array;
}

/** One customer's candidates: best first, source after source, each item once. */
export interface OwnCandidates {
  items: Int32Array;
  scores: Float32Array;
  /** The place of each one's source. */
  sources: Uint8Array;
  length: number;
  /** The customer is new to the first source: it had nothing to go by. */
  isNew: boolean;
  /** Everything that may be candidates is there. */
  isWhole: boolean;
}

/** The sources with what most customers chose behind them, as the first one's training data has it. */
export function withPopularity(sources: readonly CandidateSource[]): CandidateSource[] {
  const { model, training } = sources[0];
  return [...sources, { id: 'popular', model: popularLike(model, training), training, servesNewUsers: true }];
}

/** The first `depth` candidates of each customer: a source is asked only where those before it have fewer. */
export async function firstCandidates(
  sources: readonly CandidateSource[],
  users: Int32Array,
  depth: number,
  rules: CandidateRules,
  kernels: Kernels,
  run: RunContext,
): Promise<OwnCandidates[]> {
  const found = Array.from(users, (user) => noCandidates(sources, user, depth));
  for (const [s, source] of sources.entries()) {
    const open = [...users.keys()].filter((row) => found[row].length < depth && !isNewTo(source, users[row]));
    if (open.length > 0) {
      const request = { ...rules, users: Int32Array.from(open, (row) => users[row]), k: depth };
      const { items, scores } = await rankItems(source.model, source.training.items, request, kernels, run);
      open.forEach((row, i) =>
        append(found[row], s, items.subarray(i * depth, (i + 1) * depth), scores.subarray(i * depth, (i + 1) * depth)),
      );
    }
  }
  for (const own of found) own.isWhole = own.length < depth;
  return found;
}

/** All that may be shown to one customer, beginning with what is known already: where rules have used up the first. */
export async function allCandidates(
  sources: readonly CandidateSource[],
  user: number,
  first: OwnCandidates,
  { exclude, eligible }: CandidateRules,
): Promise<OwnCandidates> {
  const items = eligible.length;
  const whole: OwnCandidates = {
    ...first,
    items: new Int32Array(items),
    scores: new Float32Array(items),
    sources: new Uint8Array(items),
    isWhole: true,
  };
  whole.items.set(first.items.subarray(0, first.length));
  whole.scores.set(first.scores.subarray(0, first.length));
  whole.sources.set(first.sources.subarray(0, first.length));
  for (const [s, source] of sources.entries()) {
    if (isNewTo(source, user)) continue;
    const scores = await source.model.score(Int32Array.of(user));
    const place = source.model.byPlace && placesOf(source.model.byPlace.numbering.itemOrder, items);
    const open = [...eligible.keys()].filter((item) => eligible[item] === 1 && scores[item] > -Infinity && !hasPair(exclude, user, item));
    open.sort((a, b) => scores[b] - scores[a] || (place ? place[a] - place[b] : a - b));
    append(
      whole,
      s,
      Int32Array.from(open),
      Float32Array.from(open, (item) => scores[item]),
    );
  }
  return whole;
}

/** None yet, with room for so many. */
export function noCandidates(sources: readonly CandidateSource[], user: number, depth = 0): OwnCandidates {
  return {
    items: new Int32Array(depth),
    scores: new Float32Array(depth),
    sources: new Uint8Array(depth),
    length: 0,
    isNew: isNewTo(sources[0], user),
    isWhole: false,
  };
}

function isNewTo({ training, servesNewUsers }: CandidateSource, user: number): boolean {
  return !servesNewUsers && training.rowStarts[user] === training.rowStarts[user + 1];
}

/** Appends what is not there yet, until there is no more room. */
function append(own: OwnCandidates, source: number, items: Int32Array, scores: Float32Array): void {
  const known = own.length > 0 ? new Set(own.items.subarray(0, own.length)) : undefined;
  for (let i = 0; i < items.length && items[i] >= 0 && own.length < own.items.length; i++) {
    if (known?.has(items[i])) continue;
    own.items[own.length] = items[i];
    own.scores[own.length] = scores[i];
    own.sources[own.length++] = source;
  }
}
