import { LineCounter, parseDocument, stringify, isNode, type Document } from 'yaml';
import { UserError } from '../base/errors';
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
  if (broken) throw notReadable(broken.linePos?.[0].line ?? 1, broken.message.split('\n')[0].replace(/ at line.*$/, ''));
  let written: unknown;
  try {
    written = document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    throw notReadable(1, error instanceof Error ? error.message : String(error));
  }
  const rule = expandRule(written) as Rule;
  const lineAt = (path: readonly PropertyKey[]) => lineOf(document, lines, path);
  visitRule(rule, (node, { steps, depth }) => {
    const fail = (path: readonly PropertyKey[], what: string) => {
      throw wrong(lineAt([...steps, ...path]), [...steps, ...path].join('.') || '–', what);
    };
    if (depth > deepestRule) fail([], `nested more than ${deepestRule} deep`);
    const isObject = typeof node === 'object' && node !== null && !Array.isArray(node);
    const keys = isObject ? ruleKeys.filter((key) => key in node) : [];
    if (keys.length !== 1) fail([], `one of ${ruleKeys.join(', ')} is needed`);
    const group = groupOf(node);
    const others = isObject ? Object.keys(node).filter((key) => key !== keys[0]) : [];
    if (group && others.length > 0) fail([others[0]], `"${others[0]}" cannot stand beside "${keys[0]}"`);
    if (group) return;
    if (!conditions.some(({ key }) => key === keys[0])) fail([keys[0]], `"${keys[0]}" needs a list`);
    const parsed = kindOf(node)!.schema.safeParse(node);
    if (parsed.success) return;
    const [issue] = parsed.error.issues;
    if (issue.code === 'unrecognized_keys') fail([...issue.path, issue.keys[0]], `"${issue.keys[0]}" is not known here`);
    fail(issue.path, issue.message);
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

function notReadable(line: number, what: string): UserError {
  return new UserError('rule_not_readable', `Line ${line} is not readable as YAML: ${what}.`, 'Correct that line.', { line, what });
}

function wrong(line: number, at: string, what: string): UserError {
  return new UserError('rule_text_wrong', `Line ${line} (${at}) is no rule: ${what}.`, 'Correct that line.', { line, at, what });
}
