import { z } from '../../base/shape';
import { UserError } from '../../base/errors';
import { formulaTraits, parseFormula, printFormula } from '../formula';
import { isNumeric } from '../profileColumns';
import type { DefinitionKind } from './kind';

/** Arithmetic over other traits: `revenue / orders`. A division by zero has no value. */
export const formulaTrait: DefinitionKind<string> = {
  schema: z.string().min(1).max(500),
  refersTo: (formula) => {
    try {
      return formulaTraits(parseFormula(formula));
    } catch (error) {
      if (error instanceof UserError) return [];
      throw error;
    }
  },
  // An id that is no plain word stands in brackets, and so may any other.
  rename: (formula, from, to) => formula.replaceAll(/\[([^\]]+)\]/g, (part, id: string) => (id.trim() === from ? `[${to}]` : part)),
  kindOf: () => 'number',
  check(formula, { kindOf }) {
    try {
      const texts = formulaTraits(parseFormula(formula)).filter((id) => kindOf(id) && !isNumeric(kindOf(id)!));
      return texts.map(
        (trait) =>
          new UserError('formula_needs_numbers', `"${trait}" is not a number.`, 'Use traits that are numbers.', { trait, formula }),
      );
    } catch (error) {
      if (error instanceof UserError) return [error];
      throw error;
    }
  },
  expression: (formula, builder) => printFormula(parseFormula(formula), builder),
};
