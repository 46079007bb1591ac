import { UserError } from '../base/errors';
import { v1ToV2 } from './migrations/v1ToV2';
import { planVersion, type Migration, type PlanDocument } from './version';

export { planVersion, type Migration, type PlanDocument } from './version';

/** One entry for each version that a release has written and that is older than {@link planVersion}. */
export const migrations: readonly Migration[] = [v1ToV2];

/**
 * The document brought forward to the current version, step by step, and what changed on the way.
 * @throws UserError `plan_version_missing`, `plan_too_new`, `plan_too_old`
 */
export function migratePlan(
  document: PlanDocument,
  table: readonly Migration[] = migrations,
  current = planVersion,
): { document: PlanDocument; changes: string[] } {
  const given = document.muster;
  if (typeof given !== 'number' || !Number.isInteger(given) || given < 0) {
    throw new UserError(
      'plan_version_missing',
      'The plan does not say which version of the plan format it is written in.',
      `Begin it with "muster: ${current}".`,
      { current },
    );
  }
  if (given > current) {
    throw new UserError(
      'plan_too_new',
      `The plan is of version ${given}, and this Muster reads versions up to ${current}.`,
      'Open it with a newer Muster.',
      { version: given, current },
    );
  }
  const changes: string[] = [];
  let migrated = document;
  for (let version = given; version < current; version++) {
    const step = table.find((candidate) => candidate.from === version);
    if (!step) {
      throw new UserError(
        'plan_too_old',
        `The plan is of version ${given}, which this Muster cannot bring forward.`,
        `Write it again as version ${current}; the schema is static/plan.schema.json.`,
        { version: given, current },
      );
    }
    migrated = { ...step.migrate(migrated), muster: version + 1 };
    changes.push(step.what);
  }
  return { document: migrated, changes };
}
