import { Bitset } from '../base/bitset';
import { UserError } from '../base/errors';
import { stableJson } from '../base/hash';
import { quietContext, type RunContext } from '../base/run';
import { remember } from '../store/remember';
import type { Sql } from '../store/sql';
import type { TableStore } from '../store/tableStore';
import type { ProfileColumn } from '../profiles/profileColumns';
import { traitColumns, type ProfileScope } from '../profiles/profileRelation';
import { membersByDays, readEventDays } from './eventDays';
import { eventQuery, traitQuery } from './leafSql';
import { cellMatcher, readRfmMeasures, scoreRfm, type RfmMeasures, type RfmMethod, type RfmScores } from './rfm';
import type { LeafRule, Rule } from './rule';
import { checkRule, childPath } from './ruleCheck';
import { windowOf, type EventWindow } from './window';

/** All that a rule's members depend on. */
export interface SegmentScope extends ProfileScope {
  /** The plan's segments, which rules may refer to. */
  segments: readonly { id: string; rule: Rule }[];
}

/** What one evaluation found at each node, in the order of the tree. */
export interface RuleEvaluation {
  members: Bitset;
  /** `left`: for children of `all`, how many are left after it and those before it. */
  nodes: { path: string; count: number; left?: number }[];
  windows: ({ path: string } & EventWindow)[];
}

/**
 * The customers a rule holds for: what counts, audiences and exports all use.
 * @throws UserError as {@link evaluateRule}
 */
export async function membersOf(scope: SegmentScope, rule: Rule, run?: RunContext): Promise<Bitset> {
  return (await evaluateRule(scope, rule, { run })).members;
}

/**
 * Evaluates a rule: each leaf is one query (or one pass over an event's days) whose answer is remembered, the
 * rest are bit operations. A segment that
 * the rule refers to is evaluated once, however often it occurs. `segmentId` is the segment being edited, so that a
 * reference back to it is found.
 * @throws UserError the first problem of {@link checkRule}, or `segment_cycle`; `values.path` names the node of this
 * rule, also where the problem lies in a segment it refers to (`values.segment`).
 */
export async function evaluateRule(
  scope: SegmentScope,
  rule: Rule,
  { segmentId, run = quietContext() }: { segmentId?: string; run?: RunContext } = {},
): Promise<RuleEvaluation> {
  return new Evaluation(scope, await traitColumns(scope), run).tree(rule, segmentId === undefined ? [] : [segmentId]);
}

/** The RFM scores of the current data, computed once for each number of bins and method. */
export async function rfmOf(
  scope: ProfileScope,
  bins: number,
  method: RfmMethod,
  run?: RunContext,
): Promise<{ measures: RfmMeasures; scores: RfmScores }> {
  const measures = await remember(scope, 'rfm measures', ({ signal }) => readRfmMeasures(scope.store, scope.profiles, signal), run);
  return { measures, scores: await remember(scope, `rfm ${bins} ${method}`, () => scoreRfm(measures, bins, method)) };
}

class Evaluation {
  #segments = new Map<string, Bitset>();

  constructor(
    private readonly scope: SegmentScope,
    private readonly traits: readonly ProfileColumn[],
    private readonly run: RunContext,
  ) {}

  /** @param opened ids of the segments around this rule, outermost first. */
  async tree(rule: Rule, opened: readonly string[]): Promise<RuleEvaluation> {
    const { segments } = this.scope;
    const [problem] = checkRule(rule, { traits: this.traits, segments });
    if (problem) throw problem;
    const nodes: RuleEvaluation['nodes'] = [];
    const windows: RuleEvaluation['windows'] = [];
    const members = await this.#node(rule, '', opened, nodes, windows);
    return { members, nodes, windows };
  }

  async #node(
    rule: Rule,
    path: string,
    opened: readonly string[],
    nodes: RuleEvaluation['nodes'],
    windows: RuleEvaluation['windows'],
  ): Promise<Bitset> {
    await this.run.breathe();
    const entry: RuleEvaluation['nodes'][number] = { path, count: 0 };
    nodes.push(entry);
    const child = (inner: Rule, ...steps: (string | number)[]) => this.#node(inner, childPath(path, ...steps), opened, nodes, windows);
    let members: Bitset;
    if ('all' in rule) {
      members = Bitset.all(this.scope.users);
      for (const [i, inner] of rule.all.entries()) {
        const at = nodes.length;
        members = members.and(await child(inner, 'all', i));
        nodes[at].left = members.count;
      }
    } else if ('any' in rule) {
      members = new Bitset(this.scope.users);
      for (const [i, inner] of rule.any.entries()) members = members.or(await child(inner, 'any', i));
    } else if ('not' in rule) {
      members = (await child(rule.not, 'not')).not();
    } else {
      if ('event' in rule) windows.push({ path, ...windowOf(rule, this.scope.asOf) });
      members = 'segment' in rule ? await this.#segment(rule.segment, path, opened) : await this.#leaf(rule);
    }
    entry.count = members.count;
    return members;
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

  #leaf(leaf: Exclude<LeafRule, { segment: string }>): Promise<Bitset> {
    const { scope } = this;
    const { store, users, asOf } = scope;
    const score = 'trait' in leaf ? (scope.scores.get(leaf.trait)?.version ?? '') : '';
    const compute = async (run: RunContext): Promise<Bitset> => {
      if ('rfm' in leaf) return this.#rfm(leaf.rfm, run);
      if ('event' in leaf && !leaf.where?.length) {
        const { event } = leaf;
        const days = await remember(scope, `event days ${event}`, ({ signal }) => readEventDays(scope, event, signal), run);
        return membersByDays(days, leaf, asOf, users);
      }
      const query = 'trait' in leaf ? traitQuery(leaf, this.#kindOf(leaf.trait), scope) : eventQuery(leaf, scope);
      const members = await readMembers(store, query.sql, users, run.signal);
      return query.complement ? members.not() : members;
    };
    return remember(scope, `leaf ${stableJson(leaf)} ${score}`, compute, this.run);
  }

  async #rfm({ bins, method, cells }: { bins: number; method: RfmMethod; cells: string[] }, run: RunContext): Promise<Bitset> {
    const { scores } = await rfmOf(this.scope, bins, method, run);
    const inCells = cellMatcher(cells);
    const members = new Bitset(this.scope.users);
    scores.userIndexes.forEach((user, i) => {
      if (inCells(scores.recency[i], scores.frequency[i], scores.monetary[i])) members.add(user);
    });
    return members;
  }

  #kindOf(trait: string): ProfileColumn['kind'] {
    return this.traits.find(({ id }) => id === trait)!.kind;
  }
}

/** The members that a query names in its `user_index` column. */
export async function readMembers(store: TableStore, query: Sql, users: number, signal?: AbortSignal): Promise<Bitset> {
  const table = await store.query(query, signal);
  return Bitset.of(users, table.getChild('user_index')!.toArray() as Int32Array);
}
