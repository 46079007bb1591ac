import type { Plan } from '$lib/core/plan/schema';
import { namesIn } from '$lib/core/segments/names';

/** Names of the segments and audiences that name a list, so that it cannot be deleted under them. */
export function usersOfIdList(plan: Plan, id: string): string[] {
  const segments = plan.segments.filter(({ rule }) => namesIn(rule, 'list').includes(id));
  const audiences = plan.audiences.filter(({ suppress }) => suppress?.includes(id));
  return [...segments, ...audiences].map((user) => user.name ?? user.id);
}
