import { checkMeasure } from '../../measures/check';
import { measureKind, type EventMeasure } from '../../measures/measure';
import { measureSchema } from '../../measures/schema';
import type { DefinitionKind } from './kind';

/** One figure of a customer's events. */
export const measureTrait: DefinitionKind<EventMeasure> = {
  schema: measureSchema,
  refersTo: () => [],
  kindOf: (measure, { kept }) => measureKind(measure, kept),
  check: (measure, { kept }) => checkMeasure(measure, kept),
  expression: (measure, builder) => builder.measure(measure),
};
