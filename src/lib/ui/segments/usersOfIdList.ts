import type { Plan } from '$lib/core/plan/schema';
import { namesIn } from '$lib/core/segments/names';

/** Names of the segments that name a list, so that it cannot be deleted under them. */
export function usersOfIdList(plan: Plan, id: string): string[] {
  return plan.segments.filter(({ rule }) => namesIn(rule, 'list').includes(id)).map((segment) => segment.name ?? segment.id);
}
