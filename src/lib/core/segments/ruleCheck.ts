import { UserError } from '../base/errors';
import type { RuleVocabulary } from './condition';
import { ruleKeys } from './conditions/catalogue';
import { kindOf } from './conditions/kindOf';
import type { Rule } from './rule';
import { deepestRule, groupOf, visitRule } from './walk';

export type { RuleVocabulary } from './condition';

/**
 * Everything that is wrong with a rule, in the order of its nodes; `values.path` of each error names the node
 * (`""` is the root, `all.0.not` …).
 */
export function checkRule(rule: Rule, vocabulary: RuleVocabulary): UserError[] {
  const found: UserError[] = [];
  visitRule(rule, (node, { path, depth }) => {
    const add = (code: string, message: string, hint: string, values = {}) =>
      found.push(new UserError(code, message, hint, { ...values, path }));
    const keys = typeof node === 'object' && node !== null ? ruleKeys.filter((key) => key in node) : [];
    const kind = kindOf(node);
    if (keys.length !== 1 || !(kind || groupOf(node))) {
      const last = ruleKeys.length - 1;
      const known = `${ruleKeys.slice(0, last).join(', ')} and ${ruleKeys[last]}`;
      add('rule_malformed', `A condition is none of ${known}, or several at once.`, 'Remove it and add it again.', { known });
      return false;
    }
    if (depth > deepestRule) {
      const hint = 'Take some groups apart, or move them into a segment of their own.';
      add('rule_too_deep', `Groups are nested more than ${deepestRule} deep.`, hint, { deepest: deepestRule });
      return false;
    }
    for (const { code, message, hint, values } of kind?.check(node, vocabulary) ?? []) add(code, message, hint, values);
  });
  return found;
}
