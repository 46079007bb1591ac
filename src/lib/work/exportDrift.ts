import type { AudienceMembers } from '../core/audiences/members';
import { segmentsOfSource } from '../core/audiences/source';
import { UserError } from '../core/base/errors';
import type { RunContext } from '../core/base/run';
import { audienceTable } from '../core/exports/audienceTable';
import type { DriftColumns } from '../core/exports/drift/driftReport';
import { modelQuality } from '../core/exports/drift/modelQuality';
import { columnSpread, scoreSpread, segmentPrefix, type DriftColumn } from '../core/exports/drift/spreads';
import type { Manifest } from '../core/exports/types';
import type { PlanAudience, PredictionSpec } from '../core/plan/schema';
import type { Spread } from '../core/predictions/drift';
import { outputsOf } from '../core/predictions/outputs';
import { describeAttributes } from '../core/profiles/personal';
import { isNumeric, type ProfileColumn } from '../core/profiles/profileColumns';
import { traitColumns, type ProfileScope } from '../core/profiles/profileRelation';
import { evaluateRule, type SegmentScope } from '../core/segments/evaluate';
import type { Epoch } from './epoch';

/** People who are looked at; of more every so many-th. */
const mostPeople = 100_000;
const mostTraits = 12;
const mostSegments = 20;

/** What tells most of what customers are like, after what the audience itself goes by. */
const mainTraits = ['orders', 'revenue', 'averageOrderValue', 'daysSinceLastOrder', 'tenureDays', 'favoriteCategory'];

/**
 * The people of a run as the next one is compared with them: of every audience the traits that say most, and the plan's
 * segments that they are in; of every model that was used its score over everybody. Nothing that says who somebody is:
 * columns with a class of personal data are left out.
 */
export async function driftColumns(
  epoch: Epoch,
  audiences: readonly PlanAudience[],
  membersOf: ReadonlyMap<string, AudienceMembers>,
  models: readonly PredictionSpec[],
): Promise<DriftColumns> {
  const scope = await epoch.segments();
  const segments = await segmentMembers(scope, epoch);
  const comparable = await comparableTraits(epoch, scope);
  const columns = new Map<string, DriftColumn[]>();
  for (const audience of audiences) {
    const people = someOf(membersOf.get(audience.id)!.order);
    const wanted = [...(audience.top ? [audience.top.by] : []), ...audience.columns, ...mainTraits];
    const traits = [...new Set(wanted)].flatMap((id) => comparable.get(id) ?? []).slice(0, mostTraits);
    columns.set(audience.id, [
      ...(await traitValues(scope, people, traits, epoch)),
      ...segments
        .filter(({ id }) => !segmentsOfSource(audience.from).includes(id))
        .map(({ id, has }): DriftColumn => ({
          id: `${segmentPrefix}${id}`,
          kind: 'text',
          values: Array.from(people, (user) => (has(user) ? isMember : isOther)),
        })),
    ]);
  }
  return { audiences: columns, scores: await scoresOfEveryone(epoch, scope, models) };
}

/** The members' share comes first, whichever there are more of. */
const isMember = 'in it';
const isOther = null;

/** What the manifest keeps of the columns. */
export function spreadsOf(
  { state: { predictions } }: Epoch,
  { audiences, scores }: DriftColumns,
  models: readonly PredictionSpec[],
): Pick<Manifest, 'models'> & { audiences: ReadonlyMap<string, Spread[]> } {
  const entries = models.map(({ id, task }) => {
    const score = scores.get(id);
    return { id, task, quality: modelQuality(predictions.get(id)!.report), ...(score && { score: scoreSpread(score) }) };
  });
  return {
    audiences: new Map([...audiences].map(([id, columns]) => [id, columns.map(columnSpread)])),
    ...(entries.length > 0 && { models: entries }),
  };
}

/** Of scores that are numbers. */
async function scoresOfEveryone(epoch: Epoch, scope: ProfileScope, models: readonly PredictionSpec[]): Promise<DriftColumns['scores']> {
  const known = new Map((await traitColumns(scope)).map((column) => [column.id, column]));
  const everyone = someOf(Int32Array.from({ length: scope.users }, (_, user) => user));
  const scores = new Map<string, DriftColumn & { kind: 'number' }>();
  for (const model of models) {
    const trait = known.get(outputsOf(model)[0].traitId);
    if (!trait || !isNumeric(trait.kind)) continue;
    const [column] = await traitValues(scope, everyone, [trait], epoch);
    if (column.kind === 'number') scores.set(model.id, column);
  }
  return scores;
}

/** Segments whose rule goes by something that is not there yet, as a score that nobody asked for, are left out. */
async function segmentMembers(scope: SegmentScope, run: RunContext): Promise<{ id: string; has(user: number): boolean }[]> {
  const found: { id: string; has(user: number): boolean }[] = [];
  for (const { id, rule } of scope.segments.slice(0, mostSegments)) {
    try {
      const { members } = await evaluateRule(scope, rule, { segmentId: id, run });
      found.push({ id, has: (user) => members.has(user) });
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
    }
  }
  return found;
}

async function comparableTraits(epoch: Epoch, scope: ProfileScope): Promise<Map<string, ProfileColumn>> {
  const { plan } = epoch;
  const attributes = await describeAttributes(scope, plan.privacy, plan.traits, epoch);
  const personal = new Set(attributes.filter((attribute) => attribute.class !== null).map(({ id }) => id));
  const columns = (await traitColumns(scope)).filter(({ id, kind, origin }) => {
    if (personal.has(id) || kind === 'date') return false;
    // Texts that a plan makes may be made of anything.
    return kind !== 'text' || origin === 'profile' || origin === 'attribute';
  });
  return new Map(columns.map((column) => [column.id, column]));
}

async function traitValues(
  scope: ProfileScope,
  people: Int32Array,
  traits: readonly ProfileColumn[],
  run: RunContext,
): Promise<DriftColumn[]> {
  if (traits.length === 0) return [];
  const table = await audienceTable(
    scope,
    people,
    traits.map(({ id }) => id),
    run,
  );
  const cells = traits.map((): unknown[] => []);
  for await (const block of table.blocks()) for (const [t, own] of cells.entries()) for (const cell of block.cells[t + 1]) own.push(cell);
  return traits.map(({ id, kind }, t): DriftColumn =>
    isNumeric(kind)
      ? { id, kind: 'number', values: Float64Array.from(cells[t], (cell) => (cell === null ? NaN : Number(cell))) }
      : { id, kind: 'text', values: cells[t].map((cell) => (cell === null ? null : String(cell))) },
  );
}

function someOf(people: Int32Array): Int32Array {
  const step = Math.max(1, Math.ceil(people.length / mostPeople));
  return step === 1 ? people : people.filter((_, i) => i % step === 0);
}
