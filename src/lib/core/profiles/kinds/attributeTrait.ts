import { z } from '../../base/shape';
import { UserError } from '../../base/errors';
import type { DefinitionKind } from './kind';

/** A column of the users table, by its name there: the plan gives it another id and name. */
export const attributeTrait: DefinitionKind<string> = {
  schema: z.string().min(1),
  refersTo: () => [],
  kindOf: (column, { attributeKind }) => attributeKind(column) ?? 'text',
  check: (column, { attributeKind }) =>
    attributeKind(column)
      ? []
      : [
          new UserError('attribute_unknown', `The data has no customer attribute "${column}".`, 'Import a file of customers that has it.', {
            attribute: column,
          }),
        ],
  expression: (column, builder) => builder.attribute(column),
};
