import { z } from '../base/shape';
import { conditions } from './conditions/catalogue';
import type { Rule } from './rule';

/** A rule as plans hold it: groups, and the conditions of the catalogue. */
export const ruleSchema: z.ZodType<Rule> = z.lazy(() =>
  z.union([
    z.strictObject({ all: z.array(ruleSchema) }),
    z.strictObject({ any: z.array(ruleSchema) }),
    z.strictObject({ not: ruleSchema }),
    ...conditions.map(({ schema }): z.ZodType<Rule> => schema as z.ZodType<Rule>),
  ]),
);
