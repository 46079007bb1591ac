import type { Bitset } from '../core/base/bitset';
import { UserError } from '../core/base/errors';
import type { Progress, RunContext } from '../core/base/run';
import type { Plan, PlanTrait } from '../core/plan/schema';
import type { PrivacyChoices } from '../core/profiles/personal';
import { readSeed, type Seed } from '../core/predictions/seed';
import { openProfiles } from '../core/profiles/materialize';
import type { ProfileScope, ScoreColumn } from '../core/profiles/profileRelation';
import { resolveAsOf } from '../core/schema/asOf';
import type { SegmentScope } from '../core/segments/evaluate';
import type { ReplayScope } from '../core/segments/history';
import type { DataScope } from '../core/store/dataScope';
import type { DerivedCache } from '../core/store/derivedCache';
import type { Sql } from '../core/store/sql';
import type { InteractionScope } from '../core/store/interactionQueries';
import type { Desk } from './desk';
import { segmentsAt } from './segmentsAt';
import type { WorkspaceState } from './workspace';

/** The data as of the plan's instant, with its sizes and the names of its events. */
export interface EpochData extends DataScope, InteractionScope {
  /** Names of the events that occur. */
  eventNames: string[];
  /** Of which predictions learn from those that say so. */
  planTraits: readonly PlanTrait[];
  /** What was decided of columns that say something about people. */
  privacy?: PrivacyChoices;
  /** A segment of the plan: whom a prediction compares others with. */
  seed(segment: string): Promise<Seed>;
  segmentIds: string[];
  /** See `segmentLabels`. */
  segmentOf(ids: readonly string[], before?: number): Promise<(string | null)[]>;
  /** Everybody with their traits, and the plan's segments. */
  people(): Promise<SegmentScope>;
  /** The plan's segments as of another midnight; see {@link segmentsAt}. */
  segmentsAt(asOf: string, run: RunContext): Promise<{ segment: string; members: Bitset }[]>;
}

/**
 * What one run works on: a state of the workspace that does not change under it, and the run itself. What it computes
 * is kept under keys that name the state, so it never stands for another one.
 */
export class Epoch implements RunContext {
  readonly signal: AbortSignal;

  constructor(
    readonly desk: Desk,
    readonly state: WorkspaceState,
    readonly cache: DerivedCache,
    private readonly run: RunContext,
    /** Puts what was made into the newest state of the same workspace, in one step, and saves. */
    readonly commit: (update: (state: WorkspaceState) => WorkspaceState) => Promise<WorkspaceState>,
  ) {
    this.signal = run.signal;
  }

  get plan(): Plan {
    return this.state.plan;
  }

  report(progress: Progress): void {
    this.run.report(progress);
  }

  breathe(): Promise<void> {
    return this.run.breathe();
  }

  /** The same epoch with another way to report. */
  reporting(report: (progress: Progress) => void): Epoch {
    const run = { signal: this.signal, breathe: () => this.breathe(), report };
    return new Epoch(this.desk, this.state, this.cache, run, this.commit);
  }

  /** The same epoch with predictions that were made in it. */
  with(part: Pick<WorkspaceState, 'predictions'>): Epoch {
    return new Epoch(this.desk, { ...this.state, ...part }, this.cache, this.run, this.commit);
  }

  /** @throws UserError `no_data`, `as_of_invalid` */
  async data(): Promise<EpochData> {
    const { plan, data } = this.state;
    const asOf = resolveAsOf(plan, data?.version.facts ?? null);
    if (!data || asOf === null) throw noData();
    const { key, tables, facts } = data.version;
    return {
      store: await this.desk.store(),
      cache: this.cache,
      tables,
      dataKey: key,
      dataHash: facts.dataHash,
      asOf,
      users: facts.userNumbers,
      items: facts.itemNumbers,
      eventNames: facts.eventCounts.map(({ event }) => event),
      planTraits: plan.traits,
      seed: async (segment) =>
        readSeed(await this.segments(), segment, this, (model) => this.state.predictions.get(model)?.report.protocol.madeFrom),
      segmentIds: plan.segments.map(({ id }) => id),
      segmentOf: async (ids, before) => (await import('./segmentLabels')).segmentLabels(this, ids, before),
      people: () => this.segments(),
      segmentsAt: async (at, run) => segmentsAt(await this.replay(), at, run),
      ...(plan.privacy && { privacy: plan.privacy }),
    };
  }

  /** The data with one row per customer. @throws UserError `no_data`, `as_of_invalid` */
  async profiles(): Promise<ProfileScope> {
    const data = await this.data();
    const { traits, tags } = this.plan;
    return openProfiles(data, { traits, tags, scores: this.scores, personIds: await this.personIds() }, this);
  }

  /** What rules are evaluated in. @throws UserError `no_data`, `as_of_invalid` */
  async segments(): Promise<SegmentScope> {
    const { segments, idLists } = this.plan;
    return { ...(await this.profiles()), segments, idLists, personIds: await this.personIds() };
  }

  /** What rules are evaluated in as of past days; `segments` where others stand in for the plan's. */
  async replay(segments?: ReplayScope['segments']): Promise<ReplayScope> {
    const { idLists, personIds, segments: saved } = await this.segments();
    return { ...(await this.data()), scores: this.scores, planTags: this.plan.tags, segments: segments ?? saved, idLists, personIds };
  }

  /** `user_index, id` of every id of the data; nothing without data. */
  async personIds(): Promise<Sql | undefined> {
    const { personIdsQuery } = await import('../core/store/dataset/personIds');
    return this.state.data ? personIdsQuery(this.state.data.version) : undefined;
  }

  /** The outputs of trained models, by trait id. */
  get scores(): ReadonlyMap<string, ScoreColumn> {
    return new Map([...this.state.predictions.values()].flatMap(({ outputs }) => [...outputs]));
  }
}

export function noData(): UserError {
  return new UserError('no_data', 'This workspace has no data yet.', 'Import a file of events or orders on the Data screen first.');
}
