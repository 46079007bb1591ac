import type { Recommender } from './recommender';

/** What most customers chose, the same for everybody: the row that every other model has to beat. */
export const popularity: Recommender = {
  id: 'popularity',
  servesNewUsers: true,
  options: [],

  estimate: ({ users, items, pairs }) => ({ operations: pairs, bytes: 4 * (users + items) }),

  async train(matrix) {
    const model = popularityModel(matrix.users, customersPerItem(matrix.items, matrix.columns));
    return { model, losses: [], backend: 'plain TypeScript', reproducible: true };
  },
};

/** How many customers chose each item. */
export function customersPerItem(items: number, columns: Int32Array): Float32Array {
  const customers = new Float32Array(items);
  for (let entry = 0; entry < columns.length; entry++) customers[columns[entry]]++;
  return customers;
}

function popularityModel(users: number, customers: Float32Array) {
  return {
    // One factor: everybody's taste is 1 and an item's factor is its popularity.
    factors: { size: 1, userFactors: new Float32Array(users).fill(1), itemFactors: customers },
    score(asked: Int32Array): Float32Array {
      const scores = new Float32Array(asked.length * customers.length);
      for (let row = 0; row < asked.length; row++) scores.set(customers, row * customers.length);
      return scores;
    },
  };
}
