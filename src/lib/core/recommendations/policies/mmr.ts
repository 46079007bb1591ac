import { bestLeft, type Picker } from './picker';

/**
 * Maximal marginal relevance: the next one has the highest (1 − amount) · relevance − amount · the likeness to what is
 * most like it in the list. Source: Carbonell & Goldstein, SIGIR 1998, with λ = 1 − amount.
 * @param relevance of each candidate, 0 … 1
 * @param likeness of two candidates
 */
export function mmrPicker(relevance: Float64Array, likeness: (a: number, b: number) => number, amount: number): Picker {
  const values = relevance.map((value) => (1 - amount) * value);
  const nearest = new Float64Array(relevance.length).fill(-Infinity);
  const gone = new Uint8Array(relevance.length);
  return {
    next: (fits) => bestLeft(values, gone, fits),
    took(taken) {
      gone[taken] = 1;
      for (let c = 0; c < values.length; c++) {
        if (gone[c]) continue;
        nearest[c] = Math.max(nearest[c], likeness(taken, c));
        values[c] = (1 - amount) * relevance[c] - amount * nearest[c];
      }
    },
  };
}
