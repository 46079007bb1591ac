import { UserError, type ErrorValues } from '../base/errors';
import { isDate } from '../schema/asOf';
import { isNumeric, scorePrefix, type ProfileColumn } from '../profiles/profileColumns';
import type { TraitKind } from '../profiles/traits';
import { comparisonOperators, comparisonsOf, type ComparisonOperator } from './comparison';
import { eventFilterProperties, rfmMethods, type EventRule, type LeafRule, type RfmRule, type Rule, type TraitRule } from './rule';

/** What a rule may refer to. */
export interface RuleVocabulary {
  traits: readonly ProfileColumn[];
  segments: readonly { id: string }[];
}

/** Deeper trees are a mistake of whatever wrote them, and would exhaust the stack. */
const deepest = 64;

/**
 * Everything that is wrong with a rule, in the order of its nodes; `values.path` of each error names the node
 * (`""` is the root, `all.0.not` …).
 */
export function checkRule(rule: Rule, vocabulary: RuleVocabulary): UserError[] {
  return walk(rule, '', 0);

  function walk(node: Rule, path: string, depth: number): UserError[] {
    const kinds = node !== null && typeof node === 'object' ? nodeKinds.filter((kind) => kind in node) : [];
    if (kinds.length !== 1)
      return [
        problem(
          'rule_malformed',
          path,
          'A condition is none of all, any, not, trait, event, segment and rfm, or several at once.',
          'Remove it and add it again.',
        ),
      ];
    if (depth > deepest)
      return [
        problem(
          'rule_too_deep',
          path,
          `Groups are nested more than ${deepest} deep.`,
          'Take some groups apart, or move them into a segment of their own.',
          { deepest },
        ),
      ];
    if ('all' in node) return node.all.flatMap((child, i) => walk(child, childPath(path, 'all', i), depth + 1));
    if ('any' in node) return node.any.flatMap((child, i) => walk(child, childPath(path, 'any', i), depth + 1));
    if ('not' in node) return walk(node.not, childPath(path, 'not'), depth + 1);
    return checkLeaf(node, path, vocabulary);
  }
}

const nodeKinds = ['all', 'any', 'not', 'trait', 'event', 'segment', 'rfm'] as const;

/** Path of a child node: `all.0`, `all.0.not`. */
export function childPath(path: string, ...steps: (string | number)[]): string {
  return [...(path === '' ? [] : [path]), ...steps].join('.');
}

function checkLeaf(leaf: LeafRule, path: string, vocabulary: RuleVocabulary): UserError[] {
  if ('trait' in leaf) return checkTrait(leaf, path, vocabulary);
  if ('event' in leaf) return checkEvent(leaf, path);
  if ('rfm' in leaf) return checkRfm(leaf, path);
  if (vocabulary.segments.some(({ id }) => id === leaf.segment)) return [];
  return [
    leaf.segment
      ? problem('segment_unknown', path, `There is no segment "${leaf.segment}".`, 'Choose one of the segments of this plan.', {
          segment: leaf.segment,
        })
      : emptyCondition(path),
  ];
}

function checkTrait(rule: TraitRule, path: string, { traits }: RuleVocabulary): UserError[] {
  if (!rule.trait) return [emptyCondition(path)];
  const { trait } = rule;
  const kind = traits.find(({ id }) => id === trait)?.kind;
  if (!kind && trait.startsWith(scorePrefix)) {
    const model = trait.slice(scorePrefix.length);
    return [
      problem('score_missing', path, `The model "${model}" has not scored anyone yet.`, 'Train it on the Predictions screen first.', {
        model,
      }),
    ];
  }
  if (!kind)
    return [
      problem('trait_unknown', path, `There is no trait "${trait}".`, 'Choose one of the traits in the list; names are exact.', { trait }),
    ];
  const comparisons = comparisonsOf(rule);
  if (comparisons.length === 0) return [emptyCondition(path)];
  if (comparisons.length > 1) {
    const names = comparisons.map(({ operator }) => operator).join(', ');
    return [
      problem(
        'condition_double',
        path,
        `The condition on "${trait}" has more than one comparison: ${names}.`,
        'Keep one of them, and add a condition for each other.',
        { trait, comparisons: names },
      ),
    ];
  }
  const { operator, operand } = comparisons[0];
  const wanted = comparisonOperators[operator];
  if (wanted === 'text' && kind !== 'text' && kind !== 'date')
    return [
      problem('comparison_needs_text', path, `"${operator}" looks into text, but "${trait}" is not text.`, 'Use another comparison.', {
        trait,
        operator,
      }),
    ];
  if (wanted === 'number' && !isNumeric(kind))
    return [
      problem(
        'comparison_needs_number',
        path,
        `"${operator}" compares numbers, but "${trait}" is not a number.`,
        'Use is, is one of or contains.',
        { trait, operator },
      ),
    ];
  return checkOperand(trait, kind, operator, operand, path);
}

function checkOperand(trait: string, kind: TraitKind, operator: ComparisonOperator, operand: unknown, path: string): UserError[] {
  const operands = Array.isArray(operand) ? operand : [operand];
  if (operands.length === 0 || operands.some((value) => value === '' && operator !== 'is' && operator !== 'isNot'))
    return [emptyCondition(path)];
  const fits =
    operator === 'exists'
      ? typeof operand === 'boolean'
      : operands.every((value) =>
          isNumeric(kind) ? Number.isFinite(value) : kind === 'boolean' ? typeof value === 'boolean' : typeof value !== 'boolean',
        );
  if (!fits)
    return [
      problem(
        'comparison_value_wrong',
        path,
        `"${trait}" cannot be compared with ${operands.map((value) => JSON.stringify(value)).join(', ')}.`,
        'Give a number for numbers, yes or no for yes/no traits, and text for text.',
        { trait, value: operands.map(String).join(', ') },
      ),
    ];
  if (operator === 'between' && (operands.length !== 2 || operands[0] > operands[1]))
    return [
      problem('between_backwards', path, `"${trait}" is between ${operands.join(' and ')}, which is no one.`, 'Write the smaller first.', {
        trait,
        low: Number(operands[0]),
        high: Number(operands[1]),
      }),
    ];
  if ((operator === 'topPercent' || operator === 'bottomPercent') && !(Number(operand) > 0 && Number(operand) <= 100))
    return [
      problem('percent_out_of_range', path, `${operand} % of "${trait}" is no share.`, 'Give a percentage above 0 and at most 100.', {
        trait,
        value: Number(operand),
      }),
    ];
  return [];
}

function checkEvent(rule: EventRule, path: string): UserError[] {
  if (!rule.event) return [emptyCondition(path)];
  const found: UserError[] = [];
  const { event, atLeast, atMost, withinDays, from, to, where = [] } = rule;
  for (const times of [atLeast, atMost])
    if (times !== undefined && !(Number.isInteger(times) && times >= 0))
      found.push(
        problem('times_invalid', path, `"${event}" is asked ${times} times.`, 'Give a whole number from 0.', {
          event,
          times: String(times),
        }),
      );
  if (atLeast !== undefined && atMost !== undefined && atLeast > atMost)
    found.push(
      problem(
        'times_backwards',
        path,
        `"${event}" is asked at least ${atLeast} and at most ${atMost} times, which is no one.`,
        'Raise the second number or lower the first.',
        { event, atLeast, atMost },
      ),
    );
  if (withinDays !== undefined && (from !== undefined || to !== undefined))
    found.push(problem('window_double', path, `"${event}" has both a number of days and dates.`, 'Keep one of them.', { event }));
  if (withinDays !== undefined && !(Number.isInteger(withinDays) && withinDays >= 1 && withinDays <= 36500))
    found.push(
      problem('days_invalid', path, `"${event}" is asked within ${withinDays} days.`, 'Give a whole number of days from 1 to 36500.', {
        event,
        days: String(withinDays),
      }),
    );
  for (const date of [from, to])
    if (date !== undefined && !(/^\d{4}-\d{2}-\d{2}$/.test(date) && isDate(date)))
      found.push(
        problem('date_invalid', path, `"${date}" is no date.`, 'Write year, month and day, such as 2026-05-01.', { date: String(date) }),
      );
  if (from !== undefined && to !== undefined && from > to)
    found.push(
      problem('window_backwards', path, `The window from ${from} to ${to} ends before it begins.`, 'Swap the two dates.', { from, to }),
    );
  for (const { property, oneOf } of where) {
    if (!eventFilterProperties.includes(property))
      found.push(
        problem('property_unknown', path, `Events have no property "${property}".`, `They have: ${eventFilterProperties.join(', ')}.`, {
          property,
          known: eventFilterProperties.join(', '),
        }),
      );
    if (!oneOf?.length) found.push(emptyCondition(path));
  }
  return found;
}

function checkRfm({ rfm }: RfmRule, path: string): UserError[] {
  const found: UserError[] = [];
  const binsFit = Number.isInteger(rfm.bins) && rfm.bins >= 2 && rfm.bins <= 9;
  if (!binsFit)
    found.push(
      problem('rfm_bins_invalid', path, `RFM with ${rfm.bins} scores is not possible.`, 'Choose 2 to 9 scores.', {
        bins: String(rfm.bins),
      }),
    );
  if (!rfmMethods.includes(rfm.method))
    found.push(
      problem('rfm_method_unknown', path, `There is no RFM method "${rfm.method}".`, `The methods are: ${rfmMethods.join(', ')}.`, {
        method: String(rfm.method),
        known: rfmMethods.join(', '),
      }),
    );
  if (rfm.cells.length === 0) found.push(emptyCondition(path));
  const highest = binsFit ? rfm.bins : 9;
  const hasScore = (score: string) => score !== '0' && Number(score) <= highest;
  for (const cell of rfm.cells)
    if (!/^(\d|\.|\[\d+\]){3}$/.test(cell) || !(cell.match(/\d/g) ?? []).every(hasScore))
      found.push(
        problem(
          'rfm_cell_invalid',
          path,
          `"${cell}" is no RFM cell.`,
          'Write three places for recency, frequency and monetary: a score, scores in brackets, or a dot for any, such as 5[45].',
          { cell },
        ),
      );
  return found;
}

function emptyCondition(path: string): UserError {
  return problem('condition_empty', path, 'A condition is not filled in.', 'Fill it in, or remove it.');
}

function problem(code: string, path: string, message: string, hint: string, values: ErrorValues = {}): UserError {
  return new UserError(code, message, hint, { ...values, path });
}
