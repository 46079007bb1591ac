import { armStretches } from '../audiences/experiment';
import { contactValue } from '../audiences/contactValue';
import { placesOfSource } from '../audiences/source';
import type { Diagnostic } from '../base/errors';
import { pathText, problem } from './problems';
import { besideReference, caught, unknownId } from './referenced';
import type { Plan, PlanAudience, PlanSharing } from './schema';

/** What the schema cannot see of audiences and of groups of them. */
export function audienceProblems(plan: Plan): Diagnostic[] {
  return [
    ...plan.audiences.flatMap((audience, i) => problemsOf(plan, audience, ['audiences', i])),
    ...(plan.sharing ?? []).flatMap((group, i) => sharingProblems(plan, group, ['sharing', i])),
    ...sharedTwice(plan),
  ];
}

function problemsOf(
  plan: Plan,
  { from, suppress = [], top, experiment, sendAt, columns }: PlanAudience,
  path: PropertyKey[],
): Diagnostic[] {
  return [
    ...placesOfSource(from).flatMap((place) => unknownId(plan.segments, place.segment, [...path, 'from', ...place.path], 'segment')),
    ...suppress.flatMap((list, l) => unknownId(plan.idLists ?? [], list, [...path, 'suppress', l], 'list of customers')),
    ...(top ? besideReference(plan, top.by, [...path, 'top', 'by']) : []),
    ...(experiment ? caught(pathText([...path, 'experiment']), () => armStretches(experiment)) : []),
    ...(experiment?.stratify !== undefined ? besideReference(plan, experiment.stratify, [...path, 'experiment', 'stratify']) : []),
    ...(sendAt ? besideReference(plan, sendAt.by, [...path, 'sendAt', 'by']) : []),
    ...columns.flatMap((column, c) => besideReference(plan, column, [...path, 'columns', c])),
  ];
}

function sharingProblems(plan: Plan, { choose, budget, audiences }: PlanSharing, path: PropertyKey[]): Diagnostic[] {
  return audiences.flatMap((entry, i) => {
    const { audience, score, cost, value, effect, budget: own, profitable } = entry;
    const at = [...path, 'audiences', i];
    const needsValue = value === undefined && effect === undefined && (choose === 'profit' || profitable === true);
    const needsCost = cost === undefined && (own !== undefined || budget !== undefined);
    return [
      ...unknownId(plan.audiences, audience, [...at, 'audience'], 'audience'),
      ...(score === undefined ? [] : besideReference(plan, score, [...at, 'score'])),
      ...(effect === undefined ? [] : caught(pathText([...at, 'effect']), () => contactValue(entry, plan.effects))),
      ...(needsValue ? [missing('sharing_value_missing', at, audience, 'what a success is worth', 'value')] : []),
      ...(needsCost ? [missing('sharing_cost_missing', at, audience, 'what a contact costs', 'cost')] : []),
    ];
  });
}

function missing(code: string, at: PropertyKey[], audience: string, what: string, key: string): Diagnostic {
  const path = pathText(at);
  return problem(code, `${path} does not say ${what} in the audience "${audience}".`, `Give it as ${key}.`, { path, audience });
}

/** Who excludes whom would not be known of an audience in two groups. */
function sharedTwice({ sharing = [] }: Plan): Diagnostic[] {
  const places = sharing.flatMap(({ audiences }, g) =>
    audiences.map(({ audience }, i) => ({ audience, at: ['sharing', g, 'audiences', i] })),
  );
  return places.flatMap(({ audience, at }, i) => {
    if (places.findIndex((other) => other.audience === audience) === i) return [];
    const path = pathText(at);
    return [
      problem(
        'sharing_twice',
        `${path} names the audience "${audience}", which shares its people already.`,
        'Take it out of one of the two places.',
        {
          path,
          audience,
        },
      ),
    ];
  });
}
