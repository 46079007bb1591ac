import { LineCounter, parseDocument, stringify, isNode, type Document } from 'yaml';
import { UserError, type ErrorValues } from '../base/errors';
import type { z } from '../base/shape';
import { expandRule } from './expandRule';
import { kindOf } from './conditions/kindOf';
import { conditions, ruleKeys } from './conditions/catalogue';
import type { Rule } from './rule';
import { deepestRule, groupOf, visitRule } from './walk';

/** A rule as a person may copy it into a message and back: reading it gives the same rule. */
export function writeRule(rule: Rule): string {
  return stringify(rule, { lineWidth: 0, aliasDuplicateObjects: false });
}

/**
 * A rule from its YAML (or JSON), with what hands may abbreviate filled in. Whether its traits and segments are there is
 * found out where it is counted.
 * @throws UserError `rule_not_readable`, `rule_text_wrong`; `values.line` counts from 1
 */
export function readRule(text: string): Rule {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const [broken] = document.errors;
  if (broken) {
    const what = broken.message.split('\n')[0].replace(/ at line.*$/, '');
    throw notReadable(broken.linePos?.[0].line ?? 1, what, yamlReasons[broken.code] ?? 'other');
  }
  let written: unknown;
  try {
    written = document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    throw notReadable(1, error instanceof Error ? error.message : String(error), 'alias');
  }
  const rule = expandRule(written) as Rule;
  const lineAt = (path: readonly PropertyKey[]) => lineOf(document, lines, path);
  visitRule(rule, (node, { steps, depth }) => {
    const fail = (path: readonly PropertyKey[], what: string, reason: string, values: ErrorValues = {}) => {
      throw wrong(lineAt([...steps, ...path]), [...steps, ...path].join('.') || '–', what, reason, values);
    };
    if (depth > deepestRule) fail([], `nested more than ${deepestRule} deep`, 'deep', { most: deepestRule });
    const isObject = typeof node === 'object' && node !== null && !Array.isArray(node);
    const keys = isObject ? ruleKeys.filter((key) => key in node) : [];
    if (keys.length !== 1) fail([], `one of ${ruleKeys.join(', ')} is needed`, 'key', { keys: ruleKeys.join(', ') });
    const group = groupOf(node);
    const others = isObject ? Object.keys(node).filter((key) => key !== keys[0]) : [];
    if (group && others.length > 0)
      fail([others[0]], `"${others[0]}" cannot stand beside "${keys[0]}"`, 'beside', { key: others[0], beside: keys[0] });
    if (group) return;
    if (!conditions.some(({ key }) => key === keys[0])) fail([keys[0]], `"${keys[0]}" needs a list`, 'list', { key: keys[0] });
    const parsed = kindOf(node)!.schema.safeParse(node);
    if (parsed.success) return;
    const [issue] = parsed.error.issues;
    if (issue.code === 'unrecognized_keys')
      fail([...issue.path, issue.keys[0]], `"${issue.keys[0]}" is not known here`, 'unknown', { key: issue.keys[0] });
    const { reason, values } = reasonOf(issue);
    fail(issue.path, issue.message, reason, values);
  });
  return rule;
}

/** The line of the part of the text that stands at the path, or of the nearest one around it that does. */
function lineOf(document: Document, lines: LineCounter, path: readonly PropertyKey[]): number {
  for (let length = path.length; length > 0; length--) {
    const node: unknown = document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
  }
  return isNode(document.contents) && document.contents.range ? lines.linePos(document.contents.range[0]).line : 1;
}

/** What a shape was not satisfied with, as a sentence that screens have: `error_rule_text_wrong_<reason>`. */
function reasonOf(issue: z.core.$ZodIssue): { reason: string; values?: ErrorValues } {
  switch (issue.code) {
    case 'invalid_type':
      return { reason: valueTypes[issue.expected] ?? 'other' };
    case 'too_small':
      return { reason: 'small', values: { least: Number(issue.minimum) } };
    case 'too_big':
      return { reason: 'big', values: { most: Number(issue.maximum) } };
    case 'invalid_value':
      return { reason: 'choice', values: { known: issue.values.map(String).join(', ') } };
    case 'invalid_format':
      return { reason: 'format' };
    default:
      return { reason: 'other' };
  }
}

const valueTypes: Record<string, string> = {
  number: 'number',
  int: 'number',
  string: 'text',
  array: 'values',
  tuple: 'values',
  boolean: 'flag',
  object: 'object',
};

/** What the reader of YAML trips over most; `error_rule_not_readable_<reason>`. */
const yamlReasons: Record<string, string> = {
  ...{ TAB_AS_INDENT: 'tab', BAD_INDENT: 'indent', DUPLICATE_KEY: 'twice', MISSING_CHAR: 'character', UNEXPECTED_TOKEN: 'token' },
  ...{ BAD_ALIAS: 'alias', BLOCK_AS_IMPLICIT_KEY: 'indent', MULTILINE_IMPLICIT_KEY: 'key', KEY_OVER_1024_CHARS: 'key' },
};

function notReadable(line: number, what: string, reason: string): UserError {
  return new UserError('rule_not_readable', `Line ${line} is not readable as YAML: ${what}.`, 'Correct that line.', { line, what, reason });
}

function wrong(line: number, at: string, what: string, reason: string, values: ErrorValues): UserError {
  return new UserError('rule_text_wrong', `Line ${line} (${at}) is no rule: ${what}.`, 'Correct that line.', {
    ...values,
    ...{ line, at, what, reason },
  });
}
