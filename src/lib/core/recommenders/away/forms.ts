import type { Recommender } from '../recommender';
import { hasScript } from './python';

/**
 * What the files of a model lack, and why: `order` and `sum` have a Python program and no ONNX (what reads histories of any
 * length, what adds up sparse tables), `program` has neither. Undefined where there are both.
 */
export type LackingForm = 'order' | 'sum' | 'program';

/** Models of dense steps, or of one vector for each customer and item: see `chain.ts`. */
const dense: readonly string[] = [
  'popularity',
  'ials',
  'bpr',
  'warp',
  'fm',
  'puresvd',
  'simplex',
  'mult-dae',
  'mult-vae',
  'ease',
  'two-tower',
];

export function lackingForm({ id, needs }: Pick<Recommender, 'id' | 'needs'>): LackingForm | undefined {
  if (!hasScript(`${id}/1`)) return 'program';
  if (dense.includes(id)) return undefined;
  return needs.includes('sequences') ? 'order' : 'sum';
}
