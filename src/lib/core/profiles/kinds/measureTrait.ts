import { checkMeasure } from '../../measures/check';
import { measureKind, type EventMeasure } from '../../measures/measure';
import { measureSchema } from '../../measures/schema';
import type { DefinitionKind } from './kind';

/** One figure of a customer's events. */
export const measureTrait: DefinitionKind<EventMeasure> = {
  schema: measureSchema,
  refersTo: () => [],
  kindOf: measureKind,
  check: checkMeasure,
  expression: (measure, builder) => builder.measure(measure),
};
