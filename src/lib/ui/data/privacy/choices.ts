import type { Plan } from '$lib/core/plan/schema';
import type { ColumnClass } from '$lib/core/schema/privacy/classes';

/** The plan in which a column has a class that somebody chose, or (undefined) the one that it seems to have. */
export function withClass(plan: Plan, column: string, of: ColumnClass | 'none' | undefined): Plan {
  const others = Object.entries(plan.privacy?.columns ?? {}).filter(([name]) => !same(name, column));
  return withPrivacy(plan, { ...plan.privacy, columns: Object.fromEntries([...others, ...(of ? [[column, of] as const] : [])]) });
}

/** The plan in which models may learn from a personal column, or no longer. */
export function withAllowed(plan: Plan, column: string, isAllowed: boolean): Plan {
  const others = (plan.privacy?.allowFeatures ?? []).filter((name) => !same(name, column));
  return withPrivacy(plan, { ...plan.privacy, allowFeatures: isAllowed ? [...others, column] : others });
}

/** What says nothing is left out, so that a choice taken back leaves the plan as it was. */
function withPrivacy({ privacy: _, ...plan }: Plan, { columns = {}, allowFeatures = [] }: NonNullable<Plan['privacy']>): Plan {
  const privacy = {
    ...(Object.keys(columns).length > 0 && { columns }),
    ...(allowFeatures.length > 0 && { allowFeatures }),
  };
  return Object.keys(privacy).length > 0 ? { ...plan, privacy } : plan;
}

const same = (a: string, b: string) => a.toLowerCase() === b.toLowerCase();
