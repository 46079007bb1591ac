import { Bitset } from '../base/bitset';
import { UserError } from '../base/errors';
import { quietContext, type RunContext } from '../base/run';
import { readKeptColumns, type KeptColumn } from '../measures/kept';
import { resolveWindow, type EventWindow } from '../measures/window';
import type { ProfileColumn } from '../profiles/profileColumns';
import { populationOf } from '../profiles/population';
import { traitColumns, type ProfileScope } from '../profiles/profileRelation';
import { kindOf } from './conditions/kindOf';
import type { IdList } from './idList';
import type { IdListScope } from './idListMembers';
import { leafMembers, type LeafMeaning } from './leafMembers';
import type { Meaning } from './meaning';
import type { LeafRule, Rule } from './rule';
import { checkRule } from './ruleCheck';
import { groupOf, visitRule, type RulePlace } from './walk';

export { readMembers } from './leafMembers';
export { rfmOf } from './rfm';

/** All that a rule's members depend on. */
export interface SegmentScope extends ProfileScope, IdListScope {
  /** The plan's segments, which rules may refer to. */
  segments: readonly { id: string; rule: Rule }[];
  /** Its lists of ids. */
  idLists?: readonly IdList[];
}

/** What one evaluation found at each node, in the order of the tree. */
export interface RuleEvaluation {
  members: Bitset;
  /** Everyone whom the data knows as of the scope's instant: what shares are of. */
  population: number;
  /** `left`: for children of `all`, how many are left after it and those before it. */
  nodes: { path: string; count: number; left?: number }[];
  windows: ({ path: string } & EventWindow)[];
  /** Whom each node holds for by itself, by its path. */
  sets: ReadonlyMap<string, Bitset>;
  /** The population itself. */
  everyone: Bitset;
}

/**
 * The customers a rule holds for: what counts, audiences and exports all use.
 * @throws UserError as {@link evaluateRule}
 */
export async function membersOf(scope: SegmentScope, rule: Rule, run?: RunContext): Promise<Bitset> {
  return (await evaluateRule(scope, rule, { run })).members;
}

/**
 * Evaluates a rule among the people known as of the scope's instant: each condition is one query (or one pass over an
 * event's days) whose answer is remembered by what it means, the rest are bit operations. A segment that the rule
 * refers to is evaluated once, however often it occurs. `segmentId` is the segment being edited, so that a reference
 * back to it is found.
 * @throws UserError the first problem of {@link checkRule}, or `segment_cycle`; `values.path` names the node of this
 * rule, also where the problem lies in a segment it refers to (`values.segment`).
 */
export async function evaluateRule(
  scope: SegmentScope,
  rule: Rule,
  { segmentId, run = quietContext() }: { segmentId?: string; run?: RunContext } = {},
): Promise<RuleEvaluation> {
  await run.breathe();
  const [traits, population, kept] = [await traitColumns(scope), await populationOf(scope, run), await readKeptColumns(scope)];
  return new Evaluation(scope, traits, population, kept, run).tree(rule, segmentId === undefined ? [] : [segmentId]);
}

class Evaluation {
  #segments = new Map<string, Bitset>();

  constructor(
    private readonly scope: SegmentScope,
    private readonly traits: readonly ProfileColumn[],
    private readonly population: Bitset,
    private readonly kept: readonly KeptColumn[],
    private readonly run: RunContext,
  ) {}

  /** @param opened ids of the segments around this rule, outermost first. */
  async tree(rule: Rule, opened: readonly string[]): Promise<RuleEvaluation> {
    const [problem] = checkRule(rule, { traits: this.traits, segments: this.scope.segments, idLists: this.scope.idLists, kept: this.kept });
    if (problem) throw problem;
    const nodes: { node: Rule; place: RulePlace; parts: Bitset[] }[] = [];
    visitRule(rule, (node, place) => void nodes.push({ node, place, parts: [] }));
    const byPath = new Map(nodes.map((entry) => [entry.place.path, entry]));
    const windows: RuleEvaluation['windows'] = [];
    const membersAt = new Map<string, Bitset>();

    // All at once, so that what one query brings is taken in while the engine is at the next.
    const asked: Promise<void>[] = [];
    const references: { path: string; segment: string }[] = [];
    for (const { node, place } of nodes) {
      if (groupOf(node) !== undefined) continue;
      const { path } = place;
      const meaning = kindOf(node as LeafRule).meaning(node, this.scope);
      const window = windowOf(meaning, this.scope.asOf);
      if (window) windows.push({ path, ...window });
      if (meaning.kind === 'membership') references.push({ path, segment: meaning.segment });
      else asked.push(this.#leaf(meaning).then((members) => void membersAt.set(path, members)));
    }
    await Promise.all(asked);
    for (const { path, segment } of references) membersAt.set(path, await this.#segment(segment, path, opened));
    // Groups, the innermost first: what is in a group stands after it.
    for (const { node, place, parts } of nodes.toReversed()) {
      const members = membersAt.get(place.path) ?? this.#group(node, parts);
      membersAt.set(place.path, members);
      if (place.parent) byPath.get(place.parent.path)!.parts.unshift(members);
    }
    const counts: RuleEvaluation['nodes'] = nodes.map(({ place: { path } }) => ({ path, count: membersAt.get(path)!.count }));
    const left = new Map(nodes.flatMap(({ node, place, parts }) => ('all' in node ? this.#waterfall(place.path, parts) : [])));
    for (const entry of counts) if (left.has(entry.path)) entry.left = left.get(entry.path);
    return {
      members: membersAt.get('')!,
      population: this.population.count,
      nodes: counts,
      windows,
      sets: membersAt,
      everyone: this.population,
    };
  }

  #group(node: Rule, parts: readonly Bitset[]): Bitset {
    switch (groupOf(node)) {
      case 'all':
        return parts.reduce((members, part) => members.and(part), this.population);
      case 'any':
        return parts.reduce((members, part) => members.or(part), new Bitset(this.scope.users));
      default:
        return this.population.andNot(parts[0]);
    }
  }

  /** How many are left after each part of an `all`, by the part's path. */
  #waterfall(path: string, parts: readonly Bitset[]): [string, number][] {
    let left = this.population;
    return parts.map((part, i) => {
      left = left.and(part);
      return [path === '' ? `all.${i}` : `${path}.all.${i}`, left.count];
    });
  }

  async #leaf(meaning: LeafMeaning): Promise<Bitset> {
    await this.run.breathe();
    return leafMembers(this.scope, meaning, this.population, this.traits, this.run);
  }

  async #segment(id: string, path: string, opened: readonly string[]): Promise<Bitset> {
    const known = this.#segments.get(id);
    if (known) return known;
    const at = opened.indexOf(id);
    if (at !== -1) {
      const cycle = [...opened.slice(at), id].join(' → ');
      throw new UserError('segment_cycle', `The segment refers to itself: ${cycle}.`, 'Remove one of these references.', { path, cycle });
    }
    try {
      const { rule } = this.scope.segments.find((segment) => segment.id === id)!;
      const { members } = await this.tree(rule, [...opened, id]);
      this.#segments.set(id, members);
      return members;
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      // The screen shows this rule, so the problem belongs to the node that leads to it.
      throw new UserError(error.code, error.message, error.hint, { segment: id, ...error.values, path });
    }
  }
}

function windowOf(meaning: Meaning, asOf: string): EventWindow | undefined {
  if (meaning.kind === 'measure') return resolveWindow(meaning.measure.window, asOf);
  return meaning.kind === 'sequence' ? resolveWindow(meaning.sequence.window, asOf) : undefined;
}
