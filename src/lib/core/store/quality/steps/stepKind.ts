import { localDateShape, z } from '../../../base/shape';
import { isDate } from '../../../schema/asOf';
import type { Sql } from '../../sql';

/**
 * The rows that a step works on, as the CTE `live`: every column of `events` and every property that some part has,
 * with raw person and item numbers, `source_rank` (place of the source's id in byte order) and the row's own place,
 * `part_no` and `row_no`. Rows that an earlier step removed are not among them.
 */
export interface StepScope {
  /** Columns of `live` besides those of its place and source. */
  columns: readonly string[];
  /** `price, value` in the plan's currency, from a row of `live`, whose amounts are in their own. */
  amounts: Sql;
  /** Tables `number, …` in which files about items say what they know; none: nobody knows which items there are. */
  itemTables: readonly string[];
}

/** A way to clean events: what a plan says of it, and which rows it takes out. */
export interface StepKind<Name extends string, Options extends z.ZodType> {
  step: Name;
  schema: z.ZodObject<{ step: z.ZodLiteral<Name>; options: Options }, z.core.$strict>;
  /** `part_no, row_no` of the rows to take out, as a query over `live`; null where the step has nothing to say. */
  rows(options: z.infer<Options>, scope: StepScope): Sql | null;
}

export function stepKind<Name extends string, Options extends z.ZodType>(
  step: Name,
  options: Options,
  rows: StepKind<Name, Options>['rows'],
): StepKind<Name, Options> {
  return { step, schema: z.strictObject({ step: z.literal(step), options }), rows };
}

/** Of steps that have nothing to choose. */
export const noOptions = z.strictObject({}).default({});

export const dayOption = localDateShape.refine(isDate, 'a day that exists, as YYYY-MM-DD');
