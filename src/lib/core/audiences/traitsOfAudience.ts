import { traitsBehind } from '../segments/names';
import type { Rule } from '../segments/rule';
import type { PlanAudience, PlanSharing } from './schema';
import { segmentsOfSource } from './source';

/** What decides who is in an audience; one without an id is in no plan yet and shares with none. */
export type ChoosingAudience = Pick<PlanAudience, 'from' | 'top'> & { id?: string };

/** Traits by which it is decided who is in an audience, by itself and beside those with which it shares people. */
export function decidingTraits(
  { id = '', from, top }: ChoosingAudience,
  segments: readonly { id: string; rule: Rule }[],
  sharing: readonly PlanSharing[] = [],
): string[] {
  return [...traitsBehind(segmentsOfSource(from), segments), ...(top ? [top.by] : []), ...sharedTraits(id, sharing)];
}

/** Traits that an audience names itself, wherever it does. */
export function traitsOfAudience({ top, columns, experiment, sendAt }: Omit<PlanAudience, 'from'>): string[] {
  return [
    ...(top ? [top.by] : []),
    ...columns,
    ...(experiment?.stratify !== undefined ? [experiment.stratify] : []),
    ...(sendAt ? [sendAt.by] : []),
  ];
}

/** The audience with each trait that it names itself called as `named` says. */
export function withTraits(audience: PlanAudience, named: (trait: string) => string): PlanAudience {
  const { top, experiment, sendAt, columns } = audience;
  return {
    ...audience,
    ...(top && { top: { ...top, by: named(top.by) } }),
    ...(experiment?.stratify !== undefined && { experiment: { ...experiment, stratify: named(experiment.stratify) } }),
    ...(sendAt && { sendAt: { ...sendAt, by: named(sendAt.by) } }),
    columns: columns.map(named),
  };
}

/** Traits by which a group of audiences shares its people. */
export function traitsOfSharing({ audiences }: PlanSharing): string[] {
  return audiences.flatMap(({ score }) => (score === undefined ? [] : [score]));
}

export function sharingWithTraits(sharing: PlanSharing, named: (trait: string) => string): PlanSharing {
  return {
    ...sharing,
    audiences: sharing.audiences.map((entry) => (entry.score === undefined ? entry : { ...entry, score: named(entry.score) })),
  };
}

/** The group that an audience shares people in; undefined where it shares none. */
export function sharingOf(audience: string, sharing: readonly PlanSharing[] = []): PlanSharing | undefined {
  return sharing.find(({ audiences }) => audiences.some((entry) => entry.audience === audience));
}

function sharedTraits(audience: string, sharing: readonly PlanSharing[]): string[] {
  const group = sharingOf(audience, sharing);
  return group ? traitsOfSharing(group) : [];
}
