import type { Epoch } from '../epoch';
import { membersOfSegments } from './segmentInsight';
import { reads } from './context';
import { readCustomer, type CustomerView } from '../../core/profiles/customer';
import { readEventValues, type EventValue } from '../../core/profiles/eventValues';
import { readHistogram, type Histogram } from '../../core/profiles/histogram';
import { readKnownColumns, type KnownColumns } from '../../core/profiles/knownColumns';
import { readTraitDetails, type TraitDetails } from '../../core/profiles/traitDetails';
import { readMonthlySales, type MonthlySales } from '../../core/profiles/monthlySales';
import type { Page, PageRequest } from '../../core/profiles/page';
import { readProfilesPage } from '../../core/profiles/profilesPage';
import { brokenTraits, knownBeside, openProfiles } from '../../core/profiles/materialize';
import { isNumeric } from '../../core/profiles/profileColumns';
import { besideBehind, withReferences, type PlanTrait } from '../../core/profiles/planTraits';
import { keptFromModels, personalAttributes, personalIn, type PersonalColumn } from '../../core/profiles/personal';
import { references } from '../../core/profiles/profilesQuery';
import { tagPrefix } from '../../core/profiles/tags/tag';
import { readTraits } from '../../core/profiles/traitSummary';
import type { TraitInfo } from '../../core/profiles/traits';
import { membersOf } from '../../core/segments/evaluate';
import type { KeptProperty } from '../../core/measures/kept';
import type { TextProperty } from '../../core/measures/measure';
import { remember } from '../../core/store/remember';
import type { Rule } from '../../core/segments/rule';

export type { CustomerView, TimelineEvent } from '../../core/profiles/customer';
export type { Cell, Page, PageRequest } from '../../core/profiles/page';

/** All traits; those that say something about a person name their class. */
export const traitsList = reads<void, TraitInfo[]>(async (_input, epoch) => {
  const { plan } = epoch;
  const traits = await readTraits(await epoch.segments(), epoch.signal);
  const personal = await personalAttributes(await epoch.data(), plan.privacy, plan.traits, epoch);
  const classes = new Map([...personal.values()].map(({ id, class: of }) => [id, of]));
  for (const trait of plan.traits) {
    const [made] = personalIn(withReferences(trait, plan.traits), personal, references);
    if (made) classes.set(trait.id, made.class);
  }
  return traits.map((trait) => (classes.has(trait.id) ? { ...trait, class: classes.get(trait.id) } : trait));
});

/** Customers per bin of a numeric trait, within a segment where one is given. */
export const traitHistogram = reads<{ trait: string; bins: number; rule?: Rule }, Histogram>(async ({ trait, bins, rule }, epoch) => {
  const scope = await epoch.segments();
  return readHistogram(scope, trait, bins, rule && (await membersOf(scope, rule, epoch)), epoch);
});

/** What a trait that is being defined would be. */
export interface TraitPreview {
  info: TraitInfo | null;
  /** Where it is a number. */
  histogram: Histogram | null;
  /** Columns that say something about a person and keep it from models, though it be marked as a feature. */
  keptBy: PersonalColumn[];
}

/**
 * What a trait would be in place of the plan's of the same id: its bars where it is a number, and how many have a value.
 * Nothing of the plan changes.
 * @throws UserError what is wrong with the definition
 */
export const traitPreview = reads<{ trait: PlanTrait; bins: number }, TraitPreview>(async ({ trait, bins }, epoch) => {
  const traits = [...epoch.plan.traits.filter(({ id }) => id !== trait.id), trait];
  const data = await epoch.data();
  const broken = await brokenTraits(data, traits, knownBeside({ tags: epoch.plan.tags, scores: epoch.scores }));
  if (broken.has(trait.id)) throw broken.get(trait.id)!;
  const made = withReferences(trait, traits);
  const outside = new Set(besideBehind([trait.id], made));
  const scores = new Map([...epoch.scores].filter(([id]) => outside.has(id)));
  const tags = epoch.plan.tags?.filter(({ id }) => outside.has(`${tagPrefix}${id}`));
  const scope = await openProfiles(data, { traits: made, tags, scores, personIds: await epoch.personIds() }, epoch);
  const info = (await readTraits(scope, epoch.signal)).find(({ id }) => id === trait.id) ?? null;
  const histogram = info && isNumeric(info.kind) ? await readHistogram(scope, trait.id, bins, undefined, epoch) : null;
  const { privacy = {} } = epoch.plan;
  const keptBy = keptFromModels(trait, made, await personalAttributes(data, privacy, traits, epoch), privacy, references);
  return { info, histogram, keptBy };
});

/** Who bears an id that is merged away, and is shown under another. */
export async function peopleOfId(search: string, { state, desk, signal }: Epoch): Promise<Int32Array | undefined> {
  if (!state.data?.version.people) return undefined;
  const { peopleWithId } = await import('../../core/store/dataset');
  return peopleWithId(await desk.store(), state.data.version, search, signal);
}

/**
 * Customers (of a segment, where a rule is given) with all traits as columns; `user_id` comes first. With `inSegments` the
 * last column, `in_segments`, has the ids of those that each customer is in, one a line: a segment that is wrong itself is
 * told of where it is mended.
 */
export const profilesPage = reads<PageRequest & { rule?: Rule; inSegments?: readonly { id: string; rule: Rule }[] }, Page>(
  async ({ rule, inSegments, ...request }, epoch) => {
    const scope = { ...(await epoch.segments()), ...(inSegments && { segments: inSegments }) };
    const search = request.search?.trim();
    const alsoFound = search ? await peopleOfId(search, epoch) : undefined;
    const sets = inSegments && (await membersOfSegments(scope, undefined, epoch));
    const idsOf = (user: number) => sets!.filter(({ members }) => members.has(user)).map(({ id }) => id).join('\n') || null; // prettier-ignore
    const beside = sets && { id: 'in_segments', cellOf: idsOf };
    return readProfilesPage(scope, request, rule && (await membersOf(scope, rule, epoch)), epoch.signal, alsoFound, beside);
  },
);

/** @throws UserError `user_unknown` */
export const profilesOne = reads<{ userId: string; timelineOffset?: number; timelineLimit?: number }, CustomerView>(
  async ({ userId, timelineOffset, timelineLimit }, epoch) =>
    readCustomer(await epoch.profiles(), userId, { offset: timelineOffset, limit: timelineLimit }, epoch.signal),
);

/** Money, orders and buyers of every month up to asOf: the trend on the overview. */
export const salesByMonth = reads<void, MonthlySales[]>(async (_input, epoch) => readMonthlySales(await epoch.data(), epoch.signal));

/** A source of the data, as the dictionary names it. */
export interface TraitSource {
  files: string[];
  rows: number;
}

export interface TraitsDetails {
  traits: TraitDetails[];
  /** Sources of events by their number. */
  sources: TraitSource[];
  /** By column of a customer attribute, the files that say it, with the rows that do. */
  attributes: Record<string, TraitSource[]>;
  asOf: string;
}

/** Of every trait where it comes from, how fresh it is, and an example. */
export const traitsDetails = reads<void, TraitsDetails>(async (_input, epoch) => {
  const { version } = epoch.state.data!;
  const scope = await epoch.profiles();
  const traits = await readTraitDetails(scope, epoch.plan.traits, epoch);
  const { statedColumns } = await import('../../core/store/dataset/statedColumns');
  const stated = await remember(scope, 'stated columns', async () => statedColumns(await epoch.desk.store(), version, epoch.signal));
  const filesOf = (source: number) => version.sources[source]?.files ?? [];
  const attributes = Object.fromEntries(
    Object.entries(stated).map(([column, sources]) => [column, sources.map(({ source, rows }) => ({ files: filesOf(source), rows }))]),
  );
  return { traits, sources: version.sources.map(({ files, rows }) => ({ files, rows })), attributes, asOf: scope.asOf };
});

/** What the orders and products of the data say: whether traits of the library can be made of it. */
export const knownColumns = reads<void, KnownColumns>(async (_input, epoch) => readKnownColumns(await epoch.data()));

/** Values of an event property that contain the search text, most frequent first: choices for the rule builder. `event` lists event names. */
export const valuesList = reads<{ property: TextProperty | KeptProperty | 'event'; search?: string; limit: number }, EventValue[]>(
  async ({ property, search = '', limit }, epoch) => readEventValues(await epoch.data(), property, search, limit, epoch.signal),
);
