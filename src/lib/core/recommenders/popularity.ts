import type { RecommenderModel, Recommender } from './recommender';

const format = 'popularity/1';

/** What most customers chose, the same for everybody: the row that every other model has to beat. */
export const popularity: Recommender = {
  id: 'popularity',
  personal: false,
  servesNewUsers: true,
  needs: [],
  can: ['foldIn', 'explain', 'biases'],
  options: [],

  estimate: ({ users, items, pairs }) => ({ operations: pairs, bytes: 4 * (users + items) }),

  async train({ pairs }) {
    const model = popularityModel(pairs.users, customersPerItem(pairs.items, pairs.columns));
    return { model, losses: [], backend: 'plain TypeScript', reproducible: true };
  },

  restore: ({ arrays }, { pairs }) => popularityModel(pairs.users, arrays.customers.data as Float32Array),
};

/** How many customers chose each item. */
export function customersPerItem(items: number, columns: Int32Array): Float32Array {
  const customers = new Float32Array(items);
  for (let entry = 0; entry < columns.length; entry++) customers[columns[entry]]++;
  return customers;
}

export function popularityModel(users: number, customers: Float32Array): RecommenderModel {
  return {
    // One factor: everybody's taste is 1 and an item's factor is its popularity.
    factors: { size: 1, userFactors: new Float32Array(users).fill(1), itemFactors: customers },
    score(asked) {
      const scores = new Float32Array(asked.length * customers.length);
      for (let row = 0; row < asked.length; row++) scores.set(customers, row * customers.length);
      return scores;
    },
    foldIn: () => customers.slice(),
    explain: (_, item) => ({ score: customers[item], contributions: [], rest: customers[item] }),
    biases: () => ({ items: customers.slice() }),
    state: () => ({ format, arrays: { customers: { data: customers, shape: [customers.length], axes: ['items'] } }, meta: {} }),
  };
}
