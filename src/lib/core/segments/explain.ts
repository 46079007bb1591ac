import { quietContext, type RunContext } from '../base/run';
import { readKeptColumns, type KeptColumn } from '../measures/kept';
import { traitColumns } from '../profiles/profileRelation';
import type { ProfileColumn } from '../profiles/profileColumns';
import { kindOf } from './conditions/kindOf';
import { evaluateRule, type SegmentScope } from './evaluate';
import { readFigures, type Figure } from './figures';
import type { Meaning } from './meaning';
import { missedBy, type Miss } from './miss';
import type { LeafRule, Rule } from './rule';
import { groupOf, visitRule } from './walk';

/** One node of a rule for one person: whether it holds, and for a condition what decided. */
export interface Reason {
  path: string;
  holds: boolean;
  figure?: Figure;
  /** How far from holding a condition is; only where it does not hold, and where that can be said. */
  miss?: Miss;
  /** The reasons inside the segment that a condition names. */
  inside?: Reason[];
}

/** Why somebody is in a segment, or is not: the tree of truth, in the order of the rule's nodes. */
export interface Explanation {
  /** The person's number. */
  user: number;
  reasons: Reason[];
}

/**
 * Why each of some people is in, or is not. Whether a node holds is what {@link evaluateRule} found, so the two cannot
 * differ; the figures are read beside it, one query for each condition and all these people.
 * @throws UserError as {@link evaluateRule}
 */
export async function explainRule(
  scope: SegmentScope,
  rule: Rule,
  users: readonly number[],
  { segmentId, run = quietContext() }: { segmentId?: string; run?: RunContext } = {},
): Promise<Explanation[]> {
  const around = { traits: await traitColumns(scope), kept: await readKeptColumns(scope), run };
  const reasons = await reasonsOf(scope, rule, users, segmentId, around);
  return users.map((user, i) => ({ user, reasons: reasons[i] }));
}

interface Around {
  traits: readonly ProfileColumn[];
  kept: readonly KeptColumn[];
  run: RunContext;
}

async function reasonsOf(
  scope: SegmentScope,
  rule: Rule,
  users: readonly number[],
  segmentId: string | undefined,
  around: Around,
): Promise<Reason[][]> {
  const { sets } = await evaluateRule(scope, rule, { segmentId, run: around.run });
  const nodes: [string, Rule][] = [];
  visitRule(rule, (node, { path }) => void nodes.push([path, node]));
  const found = users.map((): Reason[] => []);
  for (const [path, node] of nodes) {
    await around.run.breathe();
    const held = sets.get(path)!;
    if (groupOf(node) !== undefined) {
      users.forEach((user, i) => found[i].push({ path, holds: held.has(user) }));
      continue;
    }
    const meaning = kindOf(node as LeafRule).meaning(node, scope);
    const figures = await readFigures(scope, meaning, users, around, around.run);
    const inside = await insideOf(scope, meaning, users, around);
    users.forEach((user, i) => {
      const holds = held.has(user);
      const figure = figures[i];
      const miss = holds || !figure ? undefined : missedBy(meaning, figure, scope.asOf);
      found[i].push({ path, holds, ...(figure && { figure }), ...(miss && { miss }), ...(inside && { inside: inside[i] }) });
    });
  }
  return found;
}

/** That a segment is made of itself, `evaluateRule` has found out before. */
async function insideOf(scope: SegmentScope, meaning: Meaning, users: readonly number[], around: Around): Promise<Reason[][] | undefined> {
  if (meaning.kind !== 'membership') return undefined;
  const { rule } = scope.segments.find(({ id }) => id === meaning.segment)!;
  return reasonsOf(scope, rule, users, undefined, around);
}

/** A condition that decides, and whether it is asked for turned round. */
export interface Deciding {
  path: string;
  negated: boolean;
}

/**
 * The conditions that decide for somebody: those that hold, for whoever is in; those that stand in the way, for whoever
 * is not. Of an "any of" that holds, the first that does.
 */
export function decidingFor(rule: Rule, reasons: readonly Reason[]): Deciding[] {
  const holds = new Map(reasons.map((reason) => [reason.path, reason.holds]));
  const isIn = holds.get('')!;
  const found: Deciding[] = [];
  const visit = (node: Rule, path: string, negated: boolean): void => {
    const inner = (step: string) => (path === '' ? step : `${path}.${step}`);
    if ('not' in node) visit(node.not, inner('not'), !negated);
    else if ('all' in node || 'any' in node) {
      const key = 'all' in node ? 'all' : 'any';
      const children = 'all' in node ? node.all : node.any;
      const truth = holds.get(path)!;
      const alike = children.map((child, i) => ({ child, path: inner(`${key}.${i}`) })).filter((child) => holds.get(child.path) === truth);
      // Whoever is in needs one reason where one is enough; whoever is out wants to know all that stands in the way.
      const isEnough = isIn && (key === 'any') === truth;
      for (const { child, path: at } of isEnough ? alike.slice(0, 1) : alike) visit(child, at, negated);
    } else found.push({ path, negated });
  };
  visit(rule, '', false);
  return found;
}
