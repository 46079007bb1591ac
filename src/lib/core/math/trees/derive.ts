import { exactExp } from './exactExp';

/** Rows whose sums are added up on their own: the same blocks whatever the number of threads. */
export const rowsOfDerivation = 16384;

/** Gradient, hessian and loss of one row: written, because it is called for each. */
export const derivatives = { gradient: 0, hessian: 0 };

export function logLossAt(score: number, label: number): void {
  const chance = 1 / (1 + exactExp(-score));
  derivatives.gradient = chance - label;
  derivatives.hessian = chance * (1 - chance);
}

/** The largest power of two by which a sum of this size stays within the limit. */
export function scaleFor(sum: number, limit: number): number {
  if (!(sum > 0)) return 1;
  let exponent = Math.floor(Math.log2(limit / sum));
  exponent = Math.max(-1000, Math.min(60, exponent));
  while (sum * 2 ** exponent > limit) exponent--;
  while (exponent < 60 && sum * 2 ** (exponent + 1) <= limit) exponent++;
  return 2 ** exponent;
}

/** 32 bits that look random, of row and seed (the finisher of Steele, Lea & Flood, OOPSLA 2014). */
export function hashOf(row: number, seed: number): number {
  let z = Math.imul(row, 0x9e3779b9) ^ seed;
  z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
  z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
  return (z ^ (z >>> 15)) >>> 0;
}

/** A sum of losses; logarithms are taken of products, some hundred rows together. */
export class LossSum {
  #sum = 0;
  #product = 1;

  /** @param chance that what happened had */
  addChance(chance: number, weight: number): void {
    const bounded = Math.max(chance, 1e-100);
    if (weight !== 1) this.#sum -= weight * Math.log(bounded);
    else {
      this.#product *= bounded;
      if (this.#product < 1e-200) this.#close();
    }
  }

  add(loss: number): void {
    this.#sum += loss;
  }

  total(): number {
    this.#close();
    return this.#sum;
  }

  #close(): void {
    this.#sum -= Math.log(this.#product);
    this.#product = 1;
  }
}
