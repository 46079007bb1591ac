import { parse, YAMLParseError } from 'yaml';
import { UserError, type Diagnostic } from '../base/errors';
import { migratePlan, planVersion, type PlanDocument } from './migrate';
import { shapeProblems } from './problems';
import { referenceProblems } from './references';
import { planSchema, type Plan } from './schema';
import { expandShorthand } from './shorthand';

export interface ReadPlan {
  plan: Plan;
  /** What changed when the plan was brought forward from an older version. */
  changes: string[];
}

/**
 * A plan from its text, JSON or YAML (which JSON is a part of).
 * @throws UserError `plan_not_readable` with the line; `plan_too_new`, `plan_too_old`, `plan_version_missing`;
 * `plan_invalid` with all problems in one message
 */
export function readPlan(text: string, fileName = 'the plan'): ReadPlan {
  const { document, changes } = migratePlan(parseText(text, fileName));
  const { plan, problems } = checkPlan(document);
  if (plan && problems.length === 0) return { plan, changes };
  const lines = problems.map(({ message, hint }) => [message, hint].filter(Boolean).join(' '));
  throw new UserError(
    'plan_invalid',
    `${fileName} has ${problems.length === 1 ? 'a problem' : `${problems.length} problems`}: ${lines.join(' ')}`,
    '',
    { fileName, count: problems.length, problems: lines.join(' ') },
  );
}

/** Shape first; references only where the shape is right. `plan` is absent where it is not. */
export function checkPlan(document: unknown): { plan?: Plan; problems: Diagnostic[] } {
  const isObject = typeof document === 'object' && document !== null && !Array.isArray(document);
  const parsed = planSchema.safeParse(isObject ? expandShorthand(document as PlanDocument) : document);
  if (!parsed.success) return { problems: shapeProblems(parsed.error.issues) };
  return { plan: parsed.data, problems: referenceProblems(parsed.data) };
}

function parseText(text: string, fileName: string): PlanDocument {
  let document: unknown;
  try {
    document = parse(text, { maxAliasCount: 100 });
  } catch (error) {
    if (!(error instanceof YAMLParseError || error instanceof ReferenceError)) throw error;
    const line = error instanceof YAMLParseError ? (error.linePos?.[0].line ?? 1) : 1;
    const what = error.message
      .split('\n')[0]
      .replace(/ at line.*$/, '')
      .replace(/[.:]$/, '');
    throw new UserError(
      'plan_not_readable',
      `${fileName} is not readable as YAML or JSON at line ${line}: ${what}.`,
      'Correct that line.',
      {
        fileName,
        line,
        what,
      },
    );
  }
  if (typeof document !== 'object' || document === null || Array.isArray(document)) {
    throw new UserError(
      'plan_not_a_plan',
      `${fileName} is not a plan.`,
      `A plan is a YAML or JSON object that begins with "muster: ${planVersion}".`,
      {
        fileName,
      },
    );
  }
  return document as PlanDocument;
}
