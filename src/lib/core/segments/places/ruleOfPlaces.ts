import type { Rule } from '../rule';

/** Those of a rule whose trait has one of the values: one more condition of an "all of", where the rule is one. */
export function ruleOfPlaces(rule: Rule, trait: string, values: readonly string[]): Rule {
  const condition: Rule = values.length === 1 ? { trait, is: values[0] } : { trait, oneOf: [...values] };
  return { all: 'all' in rule ? [...rule.all, condition] : [rule, condition] };
}
