import type { OptionValues } from '../base/options';
import { segmentsNamed } from '../recommenders/segmentNames';

/** What everybody is given alike, which every other model has to beat. */
export function isBaseline({ algorithm, options = {} }: { algorithm: string; options?: OptionValues }): boolean {
  return algorithm === 'popularity' && segmentsNamed(options).length === 0;
}
