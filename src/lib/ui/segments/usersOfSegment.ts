import { segmentsOfSource } from '$lib/core/audiences/source';
import type { Plan } from '$lib/core/plan/schema';
import { segmentsNamed } from '$lib/core/recommenders/segmentNames';
import { namesIn } from '$lib/core/segments/names';

/** Something that is made from a segment. */
export interface SegmentUser {
  kind: 'segment' | 'audience' | 'model';
  id: string;
  name: string;
}

/** The segments, audiences and models of a plan that are made from a segment, so that it cannot be deleted under them. */
export function usersOfSegment(plan: Plan, segmentId: string): SegmentUser[] {
  const segments = plan.segments.filter(({ id, rule }) => id !== segmentId && namesIn(rule, 'segment').includes(segmentId));
  const audiences = plan.audiences.filter(({ from }) => segmentsOfSource(from).includes(segmentId));
  const models = plan.models.filter((model) =>
    model.kind === 'prediction' ? model.target?.segment === segmentId : segmentsNamed(model.options).includes(segmentId),
  );
  return [
    ...segments.map(({ id, name }): SegmentUser => ({ kind: 'segment', id, name: name ?? id })),
    ...audiences.map(({ id, name }): SegmentUser => ({ kind: 'audience', id, name: name ?? id })),
    ...models.map(({ id }): SegmentUser => ({ kind: 'model', id, name: id })),
  ];
}
