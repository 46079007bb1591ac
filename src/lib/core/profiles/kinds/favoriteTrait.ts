import { z } from '../../base/shape';
import { favoritesRelation } from '../favorites';
import type { DefinitionKind } from './kind';

/** What a customer likes best: by orders, then views, then any touch. */
export const favoriteTrait: DefinitionKind<'item' | 'category'> = {
  schema: z.enum(['item', 'category']),
  refersTo: () => [],
  kindOf: () => 'text',
  check: () => [],
  expression: (of, builder) => builder.from(favoritesRelation(builder), of),
};
