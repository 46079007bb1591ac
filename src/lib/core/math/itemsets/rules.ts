import type { RunContext } from '../../base/run';
import type { Itemsets } from './frequentItemsets';

/** "Who has all of these also has those." */
export interface AssociationRule {
  /** Ascending. */
  antecedent: Int32Array;
  consequent: Int32Array;
  /** Shares of all baskets: with both sides, with the antecedent, with the consequent. */
  support: number;
  antecedentSupport: number;
  consequentSupport: number;
  /** Of the baskets with the antecedent, the share that has the consequent, too. */
  confidence: number;
  /** How many times as often as if the sides did not know of each other. */
  lift: number;
  leverage: number;
  /** Infinite where the rule never fails. */
  conviction: number;
  /** −1 … 1 (Zhang, "Association Rules", 2000); 0 where the sides do not know of each other. */
  zhang: number;
}

export interface RuleRequest {
  minConfidence: number;
  /** Rules with one item on the right only, or with any number. */
  consequents: 'one' | 'any';
}

/**
 * Rules between the parts of each frequent set (Agrawal & Srikant, VLDB 1994), with the measures of mlxtend's
 * `association_rules`. Sets in the order of `sets`, then by the consequent's places. Progress: `rules`, in sets.
 */
export async function associationRules(sets: Itemsets, request: RuleRequest, run: RunContext): Promise<AssociationRule[]> {
  const rules: AssociationRule[] = [];
  await eachRule(sets, request, run, (antecedent, consequent, measures) => rules.push({ antecedent, consequent, ...measures }));
  return rules;
}

/** The same one by one, for those who keep little of each: there can be millions. */
export async function eachRule(
  sets: Itemsets,
  request: RuleRequest,
  run: RunContext,
  use: (antecedent: Int32Array, consequent: Int32Array, measures: Measures) => void,
): Promise<void> {
  const countOf = setCounts(sets);
  const total = sets.counts.length;
  for (let set = 0; set < total; set++) {
    const items = sets.items.subarray(sets.starts[set], sets.starts[set + 1]);
    const together = sets.counts[set];
    for (const right of rightSides(items.length, request.consequents)) {
      const antecedent = items.filter((_, at) => (right & (1 << at)) === 0);
      const given = countOf(antecedent);
      if (together / given < request.minConfidence) continue;
      const consequent = items.filter((_, at) => (right & (1 << at)) !== 0);
      use(antecedent, consequent, measuresOf(together, given, countOf(consequent), sets.baskets));
    }
    if (set % 1024 === 0) run.report({ stage: 'rules', done: set, total, unit: 'sets' });
    if (set % 64 === 0) await run.breathe();
  }
}

export type Measures = Omit<AssociationRule, 'antecedent' | 'consequent'>;

/** From how many baskets have both sides, the left and the right one. */
export function measuresOf(both: number, left: number, right: number, baskets: number): Measures {
  const [support, antecedentSupport, consequentSupport] = [both / baskets, left / baskets, right / baskets];
  const confidence = both / left;
  const leverage = support - antecedentSupport * consequentSupport;
  const most = Math.max(support * (1 - antecedentSupport), antecedentSupport * (consequentSupport - support));
  return {
    support,
    antecedentSupport,
    consequentSupport,
    confidence,
    lift: confidence / consequentSupport,
    leverage,
    conviction: both === left ? Infinity : (1 - consequentSupport) / (1 - confidence),
    zhang: most === 0 ? 0 : leverage / most,
  };
}

/** Bit patterns of what stands on the right: each place alone, or every part that is neither nothing nor all. */
function rightSides(length: number, consequents: RuleRequest['consequents']): number[] {
  if (length < 2) return [];
  if (consequents === 'one') return Array.from({ length }, (_, at) => 1 << at);
  return Array.from({ length: (1 << length) - 2 }, (_, at) => at + 1);
}

/** In how many baskets a frequent set is: a hash table over the sets, without a copy of them. */
function setCounts({ starts, items, counts }: Itemsets): (set: Int32Array) => number {
  const places = 2 ** Math.ceil(Math.log2(2 * counts.length + 2));
  const table = new Int32Array(places).fill(-1);
  const placeOf = (set: Int32Array) => {
    let hash = 0x811c9dc5;
    for (const item of set) hash = Math.imul(hash ^ item, 0x01000193) ^ (hash >>> 15);
    return (hash >>> 0) & (places - 1);
  };
  const isSame = (set: number, other: Int32Array) => {
    if (starts[set + 1] - starts[set] !== other.length) return false;
    for (let at = 0; at < other.length; at++) if (items[starts[set] + at] !== other[at]) return false;
    return true;
  };
  for (let set = 0; set < counts.length; set++) {
    let place = placeOf(items.subarray(starts[set], starts[set + 1]));
    while (table[place] >= 0) place = (place + 1) & (places - 1);
    table[place] = set;
  }
  return (set) => {
    let place = placeOf(set);
    while (table[place] >= 0 && !isSame(table[place], set)) place = (place + 1) & (places - 1);
    if (table[place] < 0) throw new Error('a part of a frequent set is missing');
    return counts[table[place]];
  };
}
