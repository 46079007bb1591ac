import type { Experiment } from '../audiences/experiment';
import { z } from '../base/shape';

/** The little of a plan that is needed, of whatever version. */
const planShape = z.looseObject({
  audiences: z.array(
    z.looseObject({
      id: z.string(),
      experiment: z
        .looseObject({
          salt: z.string(),
          holdOut: z.number(),
          arms: z.array(z.looseObject({ id: z.string(), share: z.number() })).optional(),
          stratify: z.string().optional(),
        })
        .optional(),
    }),
  ),
});

/** How an audience is parted for a test in the plan that lies beside a manifest; undefined where it does not say. */
export function experimentInPlan(plan: Uint8Array | null, audience: string): Experiment | undefined {
  if (!plan) return undefined;
  const { success, data } = planShape.safeParse(parsed(new TextDecoder().decode(plan)));
  return success ? data.audiences.find(({ id }) => id === audience)?.experiment : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
