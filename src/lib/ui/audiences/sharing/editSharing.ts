import { freshName } from '$lib/core/plan/names';
import type { Plan, PlanSharing } from '$lib/core/plan/schema';
import { freshId } from '$lib/state/freshId';

/** Stands for a group that is not there yet; no group can have this id. */
export const newGroup = '+';

/** The plan in which an audience shares its people in this group; in none where the id is empty. */
export function movedToGroup(plan: Plan, audience: string, to: string, name: string): Plan {
  const { sharing = [], ...rest } = plan;
  const left = withoutAudience(sharing, audience);
  const entry = { audience };
  const groups: PlanSharing[] =
    to === newGroup
      ? [...left, { ...named(name, left), choose: 'priority', audiences: [entry] }]
      : left.map((group) => (group.id === to ? { ...group, audiences: [...group.audiences, entry] } : group));
  return { ...rest, ...(groups.length > 0 && { sharing: groups }) };
}

/** Groups without an audience; one that nobody is left in goes. */
export function withoutAudience(sharing: readonly PlanSharing[], audience: string): PlanSharing[] {
  return sharing
    .map((group) => ({ ...group, audiences: group.audiences.filter((entry) => entry.audience !== audience) }))
    .filter(({ audiences }) => audiences.length > 0);
}

export function changedGroup(plan: Plan, id: string, change: (group: PlanSharing) => PlanSharing): Plan {
  return { ...plan, sharing: plan.sharing?.map((group) => (group.id === id ? change(group) : group)) };
}

/** One place up in the order of priority. */
export function movedUp<T>(entries: readonly T[], place: number): T[] {
  const moved = [...entries];
  if (place > 0) [moved[place - 1], moved[place]] = [moved[place], moved[place - 1]];
  return moved;
}

function named(name: string, groups: readonly PlanSharing[]): { id: string; name: string } {
  const fresh = freshName(
    name,
    groups.map((group) => group.name ?? group.id),
  );
  return {
    id: freshId(
      fresh,
      groups.map(({ id }) => id),
    ),
    name: fresh,
  };
}
