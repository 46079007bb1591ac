import type { z } from 'zod';
import type { Diagnostic } from '../base/errors';
import { ruleKeys } from '../segments/conditions/catalogue';

type Issue = z.core.$ZodIssue;

/** The schema's findings as sentences: each names the place in the plan, what is wrong there and what to write. */
export function shapeProblems(issues: readonly Issue[]): Diagnostic[] {
  return issues.flatMap((issue) => flatten(issue, [])).map(({ issue, path }) => toDiagnostic(issue, pathText(path)));
}

/** `segments[2].rule.all[0].trait`, counted from 0 as in the document. */
export function pathText(path: readonly PropertyKey[]): string {
  const text = path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`)).join('');
  return text.replace(/^\./, '') || 'the plan';
}

interface PlacedIssue {
  issue: Issue;
  path: PropertyKey[];
}

/** Of a union's branches, the one that comes closest: fewest issues, then the deepest. */
function flatten(issue: Issue, prefix: PropertyKey[]): PlacedIssue[] {
  const path = [...prefix, ...issue.path];
  if (issue.code !== 'invalid_union' || issue.errors.length === 0) return [{ issue, path }];
  const branches = issue.errors.map((branch) => branch.flatMap((inner) => flatten(inner, path)));
  const depth = (branch: PlacedIssue[]) => Math.max(...branch.map((placed) => placed.path.length));
  const closest = branches.reduce((best, branch) =>
    branch.length < best.length || (branch.length === best.length && depth(branch) > depth(best)) ? branch : best,
  );
  // Where even the closest branch lacks its key and has others instead, naming its findings would mislead.
  const foreign =
    closest.length > 1 && closest.some((placed) => placed.issue.code === 'unrecognized_keys' && placed.path.length === path.length);
  return foreign ? [{ issue, path }] : closest;
}

function toDiagnostic(issue: Issue, path: string): Diagnostic {
  switch (issue.code) {
    case 'unrecognized_keys':
      return problem(
        'plan_key_unknown',
        `${path} has a key that is not known: ${issue.keys.join(', ')}.`,
        'Correct its spelling or take it out; the schema is static/plan.schema.json.',
        {
          path,
          keys: issue.keys.join(', '),
        },
      );
    case 'invalid_type':
      return problem('plan_value_type', `${path} must be ${aKind(issue.expected)}.`, 'Correct it; the schema is static/plan.schema.json.', {
        path,
        expected: issue.expected,
      });
    case 'too_small':
    case 'too_big': {
      const bound = issue.code === 'too_small' ? `at least ${issue.minimum}` : `at most ${issue.maximum}`;
      const what = issue.origin === 'string' ? `${bound} characters long` : issue.origin === 'array' ? `${bound} entries long` : bound;
      return problem('plan_value_range', `${path} must be ${what}.`, 'Correct it.', { path, expected: what });
    }
    case 'invalid_value': {
      const expected = issue.values.map(String).join(', ');
      return problem('plan_value_choice', `${path} must be one of: ${expected}.`, 'Correct it.', { path, expected });
    }
    case 'invalid_format':
      return problem('plan_value_format', `${path} is not written as it must be: ${formatOf(issue)}.`, 'Correct it.', {
        path,
        expected: formatOf(issue),
      });
    case 'invalid_union':
      return problem(
        'plan_condition_unknown',
        `${path} is none of the things that can stand there.`,
        `A condition has one of the keys ${ruleKeys.slice(0, -1).join(', ')} or ${ruleKeys.at(-1)}; a model has the kind recommender or prediction; an export names an audience or a list, and a destination.`,
        { path },
      );
    default:
      return problem('plan_value_wrong', `${path}: ${issue.message}.`, 'Correct it.', { path, what: issue.message });
  }
}

function formatOf(issue: Extract<Issue, { code: 'invalid_format' }>): string {
  return issue.message.startsWith('Invalid') ? `it must match ${issue.pattern ?? issue.format}` : issue.message;
}

function aKind(expected: string): string {
  if (expected === 'int') return 'a whole number';
  return /^[aeiou]/.test(expected) ? `an ${expected}` : `a ${expected}`;
}

export function problem(code: string, message: string, hint: string, values: Record<string, string | number>): Diagnostic {
  return { code, severity: 'error', message, hint, values };
}
