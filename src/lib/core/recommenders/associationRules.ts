import type { OptionValues } from '../base/options';
import type { RunContext } from '../base/run';
import { eachRule } from '../math/itemsets/rules';
import { frequentItemsets, type Itemsets } from '../math/itemsets/frequentItemsets';
import type { InteractionMatrix } from '../math/sparseRows';
import { basketOf } from './basket';
import { addedUpScores } from './itemWeights';
import { cooccurrenceOperations } from './cooccurrence';
import type { ModelState } from './modelState';
import { sharingPopularity } from './popularityShare';
import type { Basket, Recommender, RecommenderModel } from './recommender';

const format = 'association-rules/1';
const megabyte = 2 ** 20;

/**
 * "Whoever has these also has that": rules with one item on the right, from the sets of items that enough customers
 * have (Agrawal & Srikant, VLDB 1994; sets by FP-Growth). A rule speaks where the customer has all that stands on its
 * left. An item's score is the sum of the rules that speak for it, or the best one.
 */
export const associationRules: Recommender = sharingPopularity(
  {
    id: 'association-rules',
    family: 'neighbours',
    personal: true,
    needs: [],
    can: ['foldIn', 'similarItems', 'explain'],
    lighter: 'item-knn',
    options: [
      {
        name: 'leastCustomers',
        kind: 'number',
        integer: true,
        default: 3,
        rule: {
          of: ({ users, pairs }) => Math.max(3, Math.round(pairs / Math.max(1, users) / 10)),
          why: 'Left empty it follows the data: a tenth of the items a customer has on average, at least 3. With long histories more stands together by chance.',
        },
        min: 1,
        max: 1_000_000,
        scale: 'log',
        tuned: [2, 50],
        what: 'Raising it leaves out rules that fewer customers bear out; it is the way to fewer rules.',
      },
      {
        name: 'leastConfidence',
        kind: 'number',
        default: 0.01,
        min: 0,
        max: 1,
        tuned: [0, 0.2],
        what: 'Raising it leaves out rules that come true for a smaller share of those who have the left side.',
      },
      {
        name: 'mostItems',
        kind: 'number',
        integer: true,
        default: 2,
        min: 2,
        max: 6,
        what: 'The most items of a rule, both sides together; three and more find what only a combination says, and take far more memory.',
      },
      {
        name: 'ruleScore',
        kind: 'choice',
        default: 'confidence',
        choices: ['confidence', 'lift'],
        tuned: true,
        what: 'Confidence asks how often a rule comes true, lift how much more often than for anybody: it brings rare items up.',
      },
      {
        name: 'combine',
        kind: 'choice',
        default: 'sum',
        choices: ['sum', 'best'],
        tuned: true,
        what: 'Whether all rules that speak for an item count, or the best one alone, which is easier to tell.',
      },
      {
        name: 'memory',
        kind: 'number',
        default: 256,
        min: 1,
        max: 2048,
        scale: 'log',
        unit: 'MB',
        what: 'Room for the sets that are found; where it is spent, the rules are those of the most popular items only.',
      },
    ],

    estimate(size, given) {
      // Nobody knows how many sets there are before they are found; the budget is the most they may take.
      const most = Number(given.memory) * megabyte;
      const pairsOfItems = Math.min(most, 16 * cooccurrenceOperations(size));
      return {
        operations: 10 * cooccurrenceOperations(size) * 4 ** (Number(given.mostItems) - 2),
        bytes: 60 * size.pairs + 2 * pairsOfItems,
      };
    },

    async train({ pairs }, given, _seed, _compute, run) {
      const request = {
        minCount: Number(given.leastCustomers),
        maxLength: Number(given.mostItems),
        budgetBytes: Number(given.memory) * megabyte,
      };
      const sets = await frequentItemsets(pairs, request, run);
      const model = rulesModel(await rulesState(sets, given, run), pairs);
      const warnings = sets.complete ? [] : [{ code: 'rules_incomplete' as const, values: { items: sets.completeFor } }];
      return { model, losses: [], backend: 'plain TypeScript', reproducible: true, warnings };
    },

    restore: (state, { pairs }) => rulesModel(state, pairs),
  },
  { rareItems: false },
);

/** `left` is `rules × width` with -1 after the last item; `strength` is what each rule says. */
async function rulesState(sets: Itemsets, given: OptionValues, run: RunContext): Promise<ModelState> {
  const width = Number(given.mostItems) - 1;
  const [left, leftItems, right, support, strength]: number[][] = [[], [], [], [], []];
  const request = { minConfidence: Number(given.leastConfidence), consequents: 'one' as const };
  await eachRule(sets, request, run, (antecedent, [item], measures) => {
    for (let place = 0; place < width; place++) left.push(place < antecedent.length ? antecedent[place] : -1);
    leftItems.push(antecedent.length);
    right.push(item);
    support.push(measures.support);
    strength.push(given.ruleScore === 'lift' ? measures.lift : measures.confidence);
  });
  const ofRules = { shape: [right.length], axes: ['rules'] };
  return {
    format,
    arrays: {
      left: { data: Int32Array.from(left), shape: [right.length, width], axes: ['rules', 'places'], numbersOf: 'items' },
      leftItems: { data: Int32Array.from(leftItems), ...ofRules },
      right: { data: Int32Array.from(right), ...ofRules, numbersOf: 'items' },
      support: { data: Float32Array.from(support), ...ofRules },
      strength: { data: Float32Array.from(strength), ...ofRules },
    },
    meta: { combine: String(given.combine) },
  };
}

function rulesModel(state: ModelState, pairs: InteractionMatrix): RecommenderModel {
  const { items } = pairs;
  const { left, right, leftItems, strength } = state.arrays;
  const width = left.shape[1];
  const isSum = state.meta.combine === 'sum';
  const rulesFrom = rulesByFirstItem(state, items);
  const has = new Uint8Array(items);

  /** Every rule of which the customer has the left side. */
  function eachRule(own: Int32Array, use: (rule: number, item: number, strength: number) => void): void {
    for (const item of own) has[item] = 1;
    for (const item of own) {
      for (const rule of rulesFrom(item)) {
        let speaks = true;
        for (let place = 1; place < leftItems.data[rule] && speaks; place++) speaks = has[left.data[rule * width + place]] === 1;
        if (speaks) use(rule, right.data[rule], strength.data[rule]);
      }
    }
    for (const item of own) has[item] = 0;
  }
  const addUp = ({ items: own }: Basket, scores: Float32Array): Float32Array => {
    eachRule(own, (_, item, value) => (scores[item] = isSum ? scores[item] + value : Math.max(scores[item], value)));
    return scores;
  };

  return {
    ...addedUpScores(pairs, addUp),
    /** What a rule says is shared evenly among the items on its left; of the best rule alone where only that counts. */
    explain(who, item) {
      const own = (typeof who === 'number' ? basketOf(pairs, who) : who).items;
      const spoken: { rule: number; value: number }[] = [];
      eachRule(own, (rule, to, value) => to === item && spoken.push({ rule, value }));
      const counted = isSum || spoken.length === 0 ? spoken : [spoken.reduce((best, next) => (next.value > best.value ? next : best))];
      const amounts = new Map<number, number>();
      for (const { rule, value } of counted) {
        const size = leftItems.data[rule];
        for (let place = 0; place < size; place++) {
          const other = left.data[rule * width + place];
          amounts.set(other, (amounts.get(other) ?? 0) + value / size);
        }
      }
      const contributions = Array.from(own, (other) => ({ item: other, amount: amounts.get(other) ?? 0 }));
      return { score: counted.reduce((sum, { value }) => sum + value, 0), contributions, rest: 0 };
    },
    state: () => state,
  };
}

/** Rules by the first item of their left side; those that name an item that is gone are passed over. */
function rulesByFirstItem({ arrays: { left, right, leftItems } }: ModelState, items: number): (item: number) => Int32Array {
  const width = left.shape[1];
  const rules = right.data.length;
  const firstOf = (rule: number) => {
    const own = left.data.subarray(rule * width, rule * width + leftItems.data[rule]);
    return right.data[rule] < 0 || own.some((item: number) => item < 0) ? -1 : own[0];
  };
  const starts = new Int32Array(items + 1);
  for (let rule = 0; rule < rules; rule++) if (firstOf(rule) >= 0) starts[firstOf(rule) + 1]++;
  for (let item = 0; item < items; item++) starts[item + 1] += starts[item];
  const next = starts.slice(0, items);
  const sorted = new Int32Array(starts[items]);
  for (let rule = 0; rule < rules; rule++) if (firstOf(rule) >= 0) sorted[next[firstOf(rule)]++] = rule;
  return (item) => sorted.subarray(starts[item], starts[item + 1]);
}
