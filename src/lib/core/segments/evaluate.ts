import { Bitset } from '../base/bitset';
import { UserError } from '../base/errors';
import { stableJson } from '../base/hash';
import { quietContext, type RunContext } from '../base/run';
import { remember, type DataScope } from '../store/remember';
import type { Sql } from '../store/sql';
import type { TableStore } from '../store/tableStore';
import { readProfileColumns, scorePrefix, type ProfileColumn } from '../profiles/profileColumns';
import { membersByDays, readEventDays } from './eventDays';
import { eventQuery, traitQuery } from './leafSql';
import { cellMatcher, readRfmMeasures, scoreRfm, type RfmMeasures, type RfmMethod, type RfmScores } from './rfm';
import type { LeafRule, Rule } from './rule';
import { checkRule, childPath } from './ruleCheck';
import { windowOf, type EventWindow } from './window';

/** All that a rule's members depend on. The `profiles` table lies in the store, made for the same data and asOf. */
export interface SegmentScope extends DataScope {
  /** The plan's segments, which rules may refer to. */
  segments: readonly { id: string; rule: Rule }[];
  /** Model id → a text that changes whenever its scores do. */
  scoreVersions: ReadonlyMap<string, string>;
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
  scope: DataScope,
  bins: number,
  method: RfmMethod,
  signal?: AbortSignal,
): Promise<{ measures: RfmMeasures; scores: RfmScores }> {
  const measures = await remember(scope, 'rfm measures', () => readRfmMeasures(scope.store, signal));
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
    const { segments, scoreVersions } = this.scope;
    const [problem] = checkRule(rule, { traits: this.traits, segments, scoredModels: [...scoreVersions.keys()] });
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
    const { store, users, asOf, scoreVersions } = this.scope;
    const score = 'trait' in leaf && leaf.trait.startsWith(scorePrefix) ? scoreVersions.get(leaf.trait.slice(scorePrefix.length)) : '';
    return remember(this.scope, `leaf ${stableJson(leaf)} ${score}`, async () => {
      if ('rfm' in leaf) return this.#rfm(leaf.rfm);
      if ('event' in leaf && !leaf.where?.length) {
        const { event } = leaf;
        const days = await remember(this.scope, `event days ${event}`, () => readEventDays(store, event, asOf, this.run.signal));
        return membersByDays(days, leaf, asOf, users);
      }
      const query = 'trait' in leaf ? traitQuery(leaf, this.#kindOf(leaf.trait)) : eventQuery(leaf, asOf);
      const members = await readMembers(store, query.sql, users, this.run.signal);
      return query.complement ? members.not() : members;
    });
  }

  async #rfm({ bins, method, cells }: { bins: number; method: RfmMethod; cells: string[] }): Promise<Bitset> {
    const { scores } = await rfmOf(this.scope, bins, method, this.run.signal);
    const inCells = cellMatcher(cells);
    const members = new Bitset(this.scope.users);
    scores.userIndexes.forEach((user, i) => {
      if (inCells(scores.recency[i], scores.frequency[i], scores.monetary[i])) members.add(user);
    });
    return members;
  }

  #kindOf(trait: string): ProfileColumn['kind'] {
    return trait.startsWith(scorePrefix) ? 'score' : this.traits.find(({ id }) => id === trait)!.kind;
  }
}

/** The members that a query names in its `user_index` column. */
export async function readMembers(store: TableStore, query: Sql, users: number, signal?: AbortSignal): Promise<Bitset> {
  const table = await store.query(query, signal);
  return Bitset.of(users, table.getChild('user_index')!.toArray() as Int32Array);
}

function traitColumns(scope: SegmentScope): Promise<ProfileColumn[]> {
  return remember(scope, 'trait columns', () => readProfileColumns(scope.store));
}
