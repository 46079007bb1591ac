import { daysShape, localDateShape, z } from '../base/shape';
import type { KeptProperty } from './kept';
import { aggregateNames, measureColumns, numberProperties, textProperties } from './measure';

const daysAgo = z.number().int().min(0).max(36500);
const eventNames = z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]);

export const windowSchema = z.union([
  z.strictObject({ withinDays: daysShape }),
  z.strictObject({ from: localDateShape.optional(), to: localDateShape.optional() }),
  z.strictObject({ fromDaysAgo: daysAgo.optional(), toDaysAgo: daysAgo.optional() }),
]);

/** Any name fits: whether the data has such a property is found out when it is used. */
const keptShape = z
  .string()
  .regex(/^(event|item)\.[^]+$/, 'event. or item. and the name of a kept column') as unknown as z.ZodType<KeptProperty>;

export const propertyFilterSchema = z.union([
  z.strictObject({ property: z.union([z.enum(textProperties), keptShape]), oneOf: z.array(z.string()).min(1) }),
  z.strictObject({
    property: z.union([z.enum(numberProperties), keptShape]),
    atLeast: z.number().optional(),
    atMost: z.number().optional(),
    moreThan: z.number().optional(),
    lessThan: z.number().optional(),
  }),
]);

export const measureSchema = z.strictObject({
  aggregate: z.enum(aggregateNames),
  of: z.union([z.enum(measureColumns), keptShape]).optional(),
  events: eventNames.optional(),
  where: z.array(propertyFilterSchema).optional(),
  window: windowSchema.optional(),
  opposite: z.boolean().optional(),
});

export const sequenceStepSchema = z.strictObject({ events: eventNames, where: z.array(propertyFilterSchema).optional() });

export const sequenceSchema = z.strictObject({
  first: sequenceStepSchema,
  next: sequenceStepSchema.optional(),
  withinDays: z.number().int().min(0).max(36500).optional(),
  without: sequenceStepSchema.optional(),
  window: windowSchema.optional(),
});
