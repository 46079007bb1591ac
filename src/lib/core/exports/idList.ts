import type { OptionSpec } from '../base/options';
import type { DestinationField, Hash } from './destination';

/** One kind of id that a platform takes as a list. */
export interface IdType extends Pick<DestinationField, 'from' | 'normalise' | 'looks'> {
  /** As the platform calls it: the option's choice, and the name of the field. */
  id: string;
  /** Ids of this kind are hashed so; absent where they stand as they are and a hash can be none of them. */
  hash?: Hash;
}

/**
 * For platforms that take one kind of id a file, chosen by the option `type`: the option, a field for each, and the
 * groups that any of them makes.
 * @param what the option's sentence
 */
export function idListOf(
  types: readonly IdType[],
  what: string,
): { option: OptionSpec; fields: DestinationField[]; identifiers: string[][] } {
  return {
    option: { name: 'type', kind: 'choice', choices: types.map(({ id }) => id), default: types[0].id, what },
    fields: types.map(({ id, hash, ...rest }) => ({
      name: id,
      when: ({ type }) => type === id,
      ...(hash && { hash: () => hash }),
      ...rest,
    })),
    identifiers: types.map(({ id }) => [id]),
  };
}
