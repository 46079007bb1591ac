import type { Destination } from '../destination';

/** Programs and people can take whoever a file names out of a list; of platforms each says for itself. */
export function takesRemovals({ fields, removals }: Pick<Destination, 'fields' | 'removals'>): boolean {
  return fields === 'chosen' || removals === true;
}
