import { UserError } from '../base/errors';
import type { Sql } from '../store/sql';
import { join } from '../store/sql';
import type { TraitBuilder } from './kinds/kind';

/** A formula as a tree; it never becomes SQL as text. */
export type Formula =
  | { number: number }
  | { trait: string }
  | { operator: '+' | '-' | '*' | '/'; left: Formula; right: Formula }
  | { negative: Formula }
  | { coalesce: Formula[] };

/**
 * Reads `revenue / (orders + 1)`: numbers, + - * /, parentheses, traits by id, `coalesce(a, b, …)` for the first that has
 * a value. An id with other signs than letters, digits and _ stands in brackets: `[tea-share]`, `[attribute:orders]`.
 * @throws UserError `formula_wrong`
 */
export function parseFormula(text: string): Formula {
  const tokens = [...text.matchAll(/\s*(?:(\d+\.?\d*|\.\d+)|\[([^\]]+)\]|([\p{L}_][\p{L}\p{N}_]*)|(\S))/gu)];
  let at = 0;
  const sign = () => tokens[at]?.[4];
  const formula = sum();
  if (at < tokens.length) throw wrong();
  return formula;

  function sum(): Formula {
    let left = product();
    for (let operator = sign(); operator === '+' || operator === '-'; operator = sign()) {
      at++;
      left = { operator, left, right: product() };
    }
    return left;
  }

  function product(): Formula {
    let left = factor();
    for (let operator = sign(); operator === '*' || operator === '/'; operator = sign()) {
      at++;
      left = { operator, left, right: factor() };
    }
    return left;
  }

  function factor(): Formula {
    const token = tokens[at];
    if (!token) throw wrong();
    const [, number, bracketed, word] = token;
    if (number !== undefined) return taken({ number: Number(number) });
    if (bracketed !== undefined) return taken({ trait: bracketed.trim() });
    if (word !== undefined) {
      at++;
      if (sign() !== '(') return { trait: word };
      if (word !== 'coalesce') throw wrong(at - 1);
      const values: Formula[] = [];
      do {
        at++;
        values.push(sum());
      } while (sign() === ',');
      close();
      return { coalesce: values };
    }
    if (sign() === '-') {
      at++;
      return { negative: factor() };
    }
    if (sign() !== '(') throw wrong();
    at++;
    const inner = sum();
    close();
    return inner;
  }

  function taken(formula: Formula): Formula {
    at++;
    return formula;
  }

  function close(): void {
    if (sign() !== ')') throw wrong();
    at++;
  }

  function wrong(place = at): UserError {
    const found = tokens[place]?.[0].trim() ?? '…';
    return new UserError(
      'formula_wrong',
      `The formula "${text}" cannot be read at "${found}".`,
      'Write numbers, traits, + - * / and parentheses, such as revenue / orders; ids with a hyphen stand in [brackets].',
      { formula: text, found },
    );
  }
}

/** The traits that a formula names, each once. */
export function formulaTraits(formula: Formula): string[] {
  if ('number' in formula) return [];
  if ('trait' in formula) return [formula.trait];
  if ('negative' in formula) return formulaTraits(formula.negative);
  const parts = 'coalesce' in formula ? formula.coalesce : [formula.left, formula.right];
  return [...new Set(parts.flatMap(formulaTraits))];
}

/** The formula over traits' columns, in doubles. */
export function printFormula(formula: Formula, builder: Pick<TraitBuilder, 'dialect' | 'trait'>): Sql {
  const { sql } = builder.dialect;
  if ('number' in formula) return sql`CAST(${formula.number} AS DOUBLE)`;
  if ('trait' in formula) return sql`CAST(${builder.trait(formula.trait)} AS DOUBLE)`;
  if ('negative' in formula) return sql`(- ${printFormula(formula.negative, builder)})`;
  if ('coalesce' in formula) return sql`coalesce(${join(formula.coalesce.map((part) => printFormula(part, builder)))})`;
  const [left, right] = [printFormula(formula.left, builder), printFormula(formula.right, builder)];
  switch (formula.operator) {
    case '+':
      return sql`(${left} + ${right})`;
    case '-':
      return sql`(${left} - ${right})`;
    case '*':
      return sql`(${left} * ${right})`;
    case '/':
      return sql`(${left} / nullif(${right}, 0))`;
  }
}
