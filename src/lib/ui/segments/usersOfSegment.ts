import type { Plan } from '$lib/core/plan/schema';

/** Names of the segments and audiences of a plan that are made from a segment, so that it cannot be deleted under them. */
export function usersOfSegment(plan: Plan, id: string): string[] {
  const refers = (rule: unknown): boolean =>
    typeof rule === 'object' &&
    rule !== null &&
    (('segment' in rule && rule.segment === id) ||
      Object.values(rule).some((part) => (Array.isArray(part) ? part.some(refers) : refers(part))));
  return [
    ...plan.segments.filter((segment) => segment.id !== id && refers(segment.rule)).map(({ id, name }) => name ?? id),
    ...plan.audiences.filter(({ from }) => from === id).map(({ id, name }) => name ?? id),
  ];
}
