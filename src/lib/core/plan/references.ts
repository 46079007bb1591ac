import type { Diagnostic } from '../base/errors';
import { resolveOptions } from '../base/options';
import { checkExport } from '../exports/checkExport';
import { resolveSpec } from '../predictions/options';
import { modelOfTrait } from '../predictions/modelOfTrait';
import { planTraitProblems, scoresBehind } from '../profiles/planTraits';
import { references } from '../profiles/profilesQuery';
import { findRecommender } from '../recommenders/catalogue';
import { resolveAsOf } from '../schema/asOf';
import { comparisonsOf } from '../measures/asked';
import { kindOf } from '../segments/conditions/kindOf';
import { namesIn } from '../segments/names';
import type { Rule } from '../segments/rule';
import { visitRule } from '../segments/walk';
import { pathText, problem } from './problems';
import { cannotTellAlike, needsSimilarItems, ordersModel } from '../recommendations/listKinds';
import { cannotKeep, policiesNotKept } from '../recommendations/policies/ofKinds';
import { audienceProblems } from './audienceProblems';
import { besideReference, caught, unknownId } from './referenced';
import type { Plan, PlanList, PlanModel } from './schema';

/** What the schema cannot see: ids that name nothing, or two things; circles; options that a model does not have. */
export function referenceProblems(plan: Plan): Diagnostic[] {
  return [
    ...(['sources', 'tags', 'segments', 'idLists', 'models', 'audiences', 'sharing', 'lists'] as const).flatMap((key) =>
      duplicates(plan, key),
    ),
    ...settings(plan),
    ...traitProblems(plan),
    ...plan.segments.flatMap((segment, i) => ruleReferences(plan, segment.rule, ['segments', i, 'rule'])),
    ...segmentCircles(plan),
    ...plan.models.flatMap((_, i) => modelProblems(plan, i)),
    ...audienceProblems(plan),
    ...listProblems(plan),
    ...exportProblems(plan),
  ];
}

function duplicates(
  plan: Plan,
  key: 'sources' | 'tags' | 'segments' | 'idLists' | 'models' | 'audiences' | 'sharing' | 'lists',
): Diagnostic[] {
  const ids = (plan[key] ?? []).map((entry) => entry.id);
  return ids.flatMap((id, i) =>
    ids.indexOf(id) === i
      ? []
      : [
          problem(
            'plan_id_twice',
            `${pathText([key, i])} has the id "${id}", which an earlier one of the ${key} has.`,
            'Give it another id.',
            { path: pathText([key, i]), id, key },
          ),
        ],
  );
}

function settings(plan: Plan): Diagnostic[] {
  const problems: Diagnostic[] = [];
  try {
    new Intl.DateTimeFormat('en', { timeZone: plan.timeZone });
  } catch {
    problems.push(
      problem(
        'plan_time_zone',
        `timeZone "${plan.timeZone}" is not known.`,
        'Write an IANA name such as Asia/Shanghai or Europe/London, or UTC.',
        { timeZone: plan.timeZone },
      ),
    );
    return problems;
  }
  return [...problems, ...caught('asOf', () => resolveAsOf(plan, { lastEvent: '2000-01-01T00:00:00Z' }))];
}

/** Attributes are known when the data is there, so any name that is not known may be one. */
function traitProblems(plan: Plan): Diagnostic[] {
  const found = planTraitProblems(plan.traits, null).map(({ index, problem: { code, message, hint, values } }) => {
    const path = pathText(['traits', index]);
    return problem(code, `${path}: ${message}`, hint, { ...values, path } as Record<string, string | number>);
  });
  return [...found, ...plan.traits.flatMap((trait, i) => references(trait).flatMap((id) => besideReference(plan, id, ['traits', i])))];
}

function ruleReferences(plan: Plan, rule: Rule, path: PropertyKey[]): Diagnostic[] {
  const problems: Diagnostic[] = [];
  visitRule(rule, (node, { steps }) => {
    const kind = kindOf(node);
    if (kind?.compares) problems.push(...comparisonCount(node, kind.key, [...path, ...steps]));
    for (const { kind: named, id, at } of kind?.refersTo(node) ?? []) {
      const place = [...path, ...steps, ...at];
      if (named === 'segment') problems.push(...unknownId(plan.segments, id, place, 'segment'));
      else if (named === 'list') problems.push(...unknownId(plan.idLists ?? [], id, place, 'list of customers'));
      else if (named === 'trait') problems.push(...besideReference(plan, id, place));
    }
  });
  return problems;
}

function comparisonCount(leaf: object, key: string, path: PropertyKey[]): Diagnostic[] {
  const { length } = comparisonsOf(leaf);
  if (length === 1) return [];
  const place = pathText(path);
  const named = (leaf as Record<string, unknown>)[key];
  const what = typeof named === 'string' ? named : key;
  const message = `${place} compares ${what} ${length === 0 ? 'with nothing' : `in ${length} ways at once`}.`;
  const hint = 'Give exactly one comparison, such as atLeast or between; join several with all.';
  return [problem('plan_comparison_count', message, hint, { path: place, trait: what, count: length })];
}

function segmentCircles(plan: Plan): Diagnostic[] {
  const segmentOf = new Map(plan.segments.map((segment) => [segment.id, segment]));
  const finished = new Set<string>();
  const problems: Diagnostic[] = [];
  const visit = (id: string, trail: string[]): void => {
    const segment = segmentOf.get(id);
    if (!segment || finished.has(id)) return;
    const at = trail.indexOf(id);
    if (at >= 0) {
      const circle = [...trail.slice(at), id].join(' → ');
      problems.push(
        problem(
          'plan_segment_circle',
          `Segments are defined by each other in a circle: ${circle}.`,
          'Take one of them out of the other’s rule.',
          { circle },
        ),
      );
      return;
    }
    for (const next of [...namesIn(segment.rule, 'segment'), ...seedsOf(plan, segment.rule)]) visit(next, [...trail, id]);
    finished.add(id);
  };
  for (const segment of plan.segments) visit(segment.id, []);
  return problems;
}

/** The segments that scores in a rule, and those behind its traits, are the likeness to. */
function seedsOf({ models, traits }: Plan, rule: Rule): string[] {
  return scoresBehind(namesIn(rule, 'trait'), traits).flatMap((trait) => {
    const id = modelOfTrait(trait)?.modelId;
    const model = models.find((candidate) => candidate.id === id);
    return model?.kind === 'prediction' && model.target?.segment !== undefined ? [model.target.segment] : [];
  });
}

function modelProblems(plan: Plan, index: number): Diagnostic[] {
  const model = plan.models[index];
  const path = pathText(['models', index]);
  const problems = caught(path, () => {
    if (model.kind === 'prediction') resolveSpec(model);
    else resolveOptions(model.algorithm, findRecommender(model.algorithm).options, model.options);
  });
  const segment = model.kind === 'prediction' ? model.target?.segment : undefined;
  return segment === undefined
    ? problems
    : [...problems, ...unknownId(plan.segments, segment, ['models', index, 'target', 'segment'], 'segment')];
}

function listProblems(plan: Plan): Diagnostic[] {
  const recommenders = plan.models.filter((model) => model.kind === 'recommender');
  return plan.lists.flatMap((list, i) => [
    ...unknownId(plan.audiences, list.for, ['lists', i, 'for'], 'audience'),
    ...listModelProblems(list, recommenders, ['lists', i, 'model']),
    ...caught(pathText(['lists', i, 'policies']), () => checkPolicies(list)),
    ...(list.policies?.models ?? []).flatMap((id, m) => unknownId(recommenders, id, ['lists', i, 'policies', 'models', m], 'recommender')),
  ]);
}

/** @throws UserError `list_policy_not_kept` */
function checkPolicies({ id, kind = 'person', policies = {} }: PlanList): void {
  const parts = policiesNotKept(kind, policies);
  if (parts.length > 0) throw cannotKeep(id, kind, parts);
}

function listModelProblems(
  { id, kind = 'person', model }: PlanList,
  recommenders: readonly PlanModel[],
  path: PropertyKey[],
): Diagnostic[] {
  if (kind === 'bought-together') return [];
  const found = recommenders.find((candidate) => candidate.id === model);
  if (!found && model === ordersModel) {
    const place = pathText(path);
    return [
      problem('plan_value_type', `${place} must be a string.`, 'Name a recommender: only what is bought together needs none.', {
        path: place,
        expected: 'string',
      }),
    ];
  }
  if (!found || found.kind !== 'recommender' || !needsSimilarItems(kind)) return unknownId(recommenders, model, path, 'recommender');
  return caught(pathText(path), () => {
    if (!findRecommender(found.algorithm).can.includes('similarItems')) throw cannotTellAlike(id, model);
  });
}

function exportProblems(plan: Plan): Diagnostic[] {
  return plan.exports.flatMap((entry, i) => [
    ...('audience' in entry
      ? unknownId(plan.audiences, entry.audience, ['exports', i, 'audience'], 'audience')
      : unknownId(plan.lists, entry.list, ['exports', i, 'list'], 'list')),
    ...caught(pathText(['exports', i]), () => checkExport(entry)),
    ...('layout' in entry ? (entry.layout ?? []) : []).flatMap((column, c) =>
      'from' in column && column.from !== 'user' ? besideReference(plan, column.from, ['exports', i, 'layout', c, 'from']) : [],
    ),
    ...Object.entries(entry.columns ?? []).flatMap(([field, column]) =>
      besideReference(plan, column, ['exports', i, 'columns', Array.isArray(entry.columns) ? Number(field) : field]),
    ),
  ]);
}
