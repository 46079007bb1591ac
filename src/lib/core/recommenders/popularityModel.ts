import type { RecommenderModel } from './recommender';

const format = 'popularity/1';

/** What everybody is given alike. @param customers of each item, or whatever says how popular it is */
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
