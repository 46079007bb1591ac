import { ruleKeys } from '../segments/conditions/catalogue';
import { expandRule } from '../segments/expandRule';
import { personLine } from '../profiles/tags/tag';
import { idText } from '../segments/idList';
import type { PlanDocument } from './migrate';

/**
 * Spells out what people may abbreviate when they write a plan by hand. Shapes that it does not know pass through and
 * are refused by the schema.
 * - a segment's condition directly beside its id: `{ id, rfm: … }`, `{ id, all: … }`;
 * - what a kind of condition lets people leave out (an RFM condition without bins or method: five quintiles);
 * - a model without `kind`: with a `task` or a `target` it is a prediction, otherwise a recommender;
 * - a prediction without `task`: `propensity`, whose learner is `logistic` unless it is named (`algorithm` will do);
 * - a tag's people beside its id, as a list of ids, or by label: `people: { gold: [a, b] }`;
 * - a list's ids as a list instead of one a line of a text;
 * - `top: { by: <prediction's id> }` for `score:<id>`;
 * - `{ audience, destination: [csv, parquet] }` for one entry each.
 */
export function expandShorthand(document: PlanDocument): PlanDocument {
  const expanded = { ...document };
  mapEach(expanded, 'segments', expandSegment);
  mapEach(expanded, 'tags', expandTag);
  mapEach(expanded, 'idLists', (list) => (Array.isArray(list.ids) ? { ...list, ids: idText(list.ids.map(String)) } : list));
  mapEach(expanded, 'models', expandModel);
  const predictionIds = objects(expanded.models)
    .filter((model) => model.kind === 'prediction')
    .map((model) => model.id);
  mapEach(expanded, 'audiences', (audience) => {
    const { top } = audience;
    return isObject(top) && predictionIds.includes(top.by) ? { ...audience, top: { ...top, by: `score:${String(top.by)}` } } : audience;
  });
  if (Array.isArray(expanded.exports)) expanded.exports = expanded.exports.flatMap(expandExport);
  return expanded;
}

function expandModel(model: PlanDocument): PlanDocument {
  const kind = model.kind ?? ('target' in model || 'task' in model ? 'prediction' : 'recommender');
  if (kind !== 'prediction') return { ...model, kind };
  const { algorithm, ...rest } = model;
  const learner = algorithm ?? ('task' in model ? undefined : 'logistic');
  return { task: 'propensity', ...(learner === undefined ? {} : { learner }), ...rest, kind };
}

function expandTag({ people, ...tag }: PlanDocument): PlanDocument {
  const lines = (ids: unknown, label?: string) => (Array.isArray(ids) ? ids.flatMap((id) => personLine(String(id), label) ?? []) : []);
  if (Array.isArray(people)) return { ...tag, given: [{ people: lines(people).join('\n') }] };
  if (!isObject(people)) return people === undefined ? tag : { ...tag, people };
  const labelled = Object.entries(people).flatMap(([label, ids]) => lines(ids, label));
  return { ...tag, kind: 'label', given: [{ people: labelled.join('\n') }] };
}

function expandSegment(segment: PlanDocument): PlanDocument {
  if ('rule' in segment) return { ...segment, rule: expandRule(segment.rule) };
  if (!ruleKeys.some((key) => key in segment)) return segment;
  const { id, name, ...rule } = segment;
  return { id, ...(name === undefined ? {} : { name }), rule: expandRule(rule) };
}

function expandExport(entry: unknown): unknown[] {
  if (!isObject(entry)) return [entry];
  const { destination } = entry;
  return Array.isArray(destination) ? destination.map((one: unknown) => ({ ...entry, destination: one })) : [entry];
}

function mapEach(document: PlanDocument, key: string, change: (entry: PlanDocument) => PlanDocument): void {
  const list = document[key];
  if (Array.isArray(list)) document[key] = list.map((entry) => (isObject(entry) ? change(entry) : entry));
}

function objects(list: unknown): PlanDocument[] {
  return Array.isArray(list) ? list.filter(isObject) : [];
}

function isObject(value: unknown): value is PlanDocument {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
