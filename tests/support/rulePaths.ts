import type { Rule } from '../../src/lib/core/segments/rule';
import { visitRule } from '../../src/lib/core/segments/walk';

/** The paths of all nodes of a rule, the root first. */
export function childPaths(rule: Rule): string[] {
  const paths: string[] = [];
  visitRule(rule, (_, { path }) => void paths.push(path));
  return paths;
}
