import { UserError } from '../../base/errors';
import { z } from '../../base/shape';
import type { Sql } from '../sql';
import { dropAmounts } from './steps/dropAmounts';
import { dropBaskets } from './steps/dropBaskets';
import { dropBefore, dropFuture } from './steps/dropDates';
import { dropDuplicateOrders } from './steps/dropDuplicateOrders';
import { dropEvent } from './steps/dropEvent';
import { dropExactDuplicates } from './steps/dropExactDuplicates';
import { dropItemsUnknown } from './steps/dropItemsUnknown';
import { dropRobots } from './steps/dropRobots';
import type { StepScope } from './steps/stepKind';

/** All ways to clean events. A new one is a file in `steps/`, a line here and one in the schema below. */
const stepKinds = [
  dropExactDuplicates,
  dropDuplicateOrders,
  dropFuture,
  dropBefore,
  dropRobots,
  dropAmounts,
  dropBaskets,
  dropItemsUnknown,
  dropEvent,
] as const;

/**
 * One step of cleaning, as the plan has it: `{ step: 'drop-future', options: { after: '2026-06-30' } }`. Steps work on
 * the events of all sources as they were read, one after the other, each on what the one before has left.
 */
export const cleaningStepSchema = z.discriminatedUnion('step', [
  dropExactDuplicates.schema,
  dropDuplicateOrders.schema,
  dropFuture.schema,
  dropBefore.schema,
  dropRobots.schema,
  dropAmounts.schema,
  dropBaskets.schema,
  dropItemsUnknown.schema,
  dropEvent.schema,
]);

export type CleaningStep = z.infer<typeof cleaningStepSchema>;
/** As it may be written: options that have defaults may be left out. */
export type CleaningStepInput = z.input<typeof cleaningStepSchema>;

export const cleaningSchema = z.array(cleaningStepSchema).max(50);

/** @throws UserError `cleaning_invalid` */
export function readCleaning(steps: unknown): CleaningStep[] {
  const { success, data, error } = cleaningSchema.safeParse(steps);
  if (success) return data;
  const problem = error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ');
  const known = stepKinds.map(({ step }) => step).join(', ');
  throw new UserError('cleaning_invalid', `The steps of cleaning cannot be used: ${problem}.`, `The steps are: ${known}.`, {
    problem,
    known,
  });
}

/** Which rows a step takes out of `live`; null: none. */
export function rowsOfStep({ step, options }: CleaningStep, scope: StepScope): Sql | null {
  const kind = stepKinds.find((candidate) => candidate.step === step)!;
  return (kind.rows as (options: CleaningStep['options'], scope: StepScope) => Sql | null)(options, scope);
}
