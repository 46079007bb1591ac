import { UserError, type Diagnostic } from '../core/base/errors';
import { checkPlan } from '../core/plan/read';
import type { Plan } from '../core/plan/schema';

/** The lists of a plan whose entries stand on their own. */
const lists = ['traits', 'tags', 'segments', 'idLists', 'models', 'audiences', 'sharing', 'lists', 'exports'] as const;
type Entry = { id?: string };

/** @throws UserError `plan_invalid` where the document does not fit the schema */
export function acceptPlan(document: unknown): { plan: Plan; problems: Diagnostic[] } {
  const { plan, problems } = checkPlan(document);
  if (plan) return { plan, problems };
  throw invalid(document, problems);
}

/**
 * The plan with every part that can be kept: an entry that does not fit is left as it was in `before` (or out, where it
 * is new), and said; one bad part never keeps the rest from being saved.
 * @throws UserError `plan_invalid` where more than single entries is wrong
 */
export function acceptParts(document: unknown, before: Plan): { plan: Plan; problems: Diagnostic[] } {
  const whole = checkPlan(document);
  if (whole.plan) return { plan: whole.plan, problems: whole.problems };
  const repaired = { ...(document as Record<string, unknown>) };
  const left: Diagnostic[] = [];
  for (const key of lists) {
    const entries = repaired[key];
    if (!Array.isArray(entries)) continue;
    const alone = (entry: unknown) => checkPlan({ ...before, ...emptyLists, [key]: [entry] });
    repaired[key] = entries.flatMap((entry: Entry) => {
      const { plan, problems } = alone(entry);
      if (plan) return [entry];
      left.push(notSaved(key, entry, problems));
      const earlier = (before as unknown as Record<string, Entry[] | undefined>)[key]?.find(
        ({ id }) => id !== undefined && id === entry?.id,
      );
      return earlier ? [earlier] : [];
    });
  }
  const { plan, problems } = checkPlan(repaired);
  if (!plan) throw invalid(document, whole.problems);
  return { plan, problems: [...left, ...problems] };
}

const emptyLists = Object.fromEntries(lists.filter((key) => key !== 'traits').map((key) => [key, []]));

function notSaved(list: string, entry: Entry, problems: Diagnostic[]): Diagnostic {
  const id = String(entry?.id ?? '');
  const reason = problems.map(({ message }) => message).join(' ');
  return {
    code: 'plan_part_not_saved',
    severity: 'error',
    message: `The last change of "${id}" (${list}) cannot be saved: ${reason}`,
    hint: 'Correct it; everything else is saved.',
    values: { id, list, reason },
  };
}

function invalid(document: unknown, problems: Diagnostic[]): UserError {
  const text = problems.map(({ message }) => message).join(' ');
  const name = String((document as { name?: unknown } | null)?.name ?? '') || 'The plan';
  return new UserError('plan_invalid', `${name} has problems: ${text}`, 'Correct them and try again.', {
    fileName: name,
    problems: text,
    path: String(problems[0]?.values?.path ?? ''),
  });
}
