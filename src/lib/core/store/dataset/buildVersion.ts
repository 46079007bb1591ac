import { Table } from 'apache-arrow';
import { sha256Hex, stableJson } from '../../base/hash';
import { inStretches, type RunContext } from '../../base/run';
import { TimeZone } from '../../schema/parse/timeZone';
import type { StagedSource } from '../../schema/staging/staged';
import type { TextPool } from '../../schema/staging/textPool';
import { indexesOf } from '../columns';
import type { CleaningStep } from '../quality/cleaning';
import { cleanSources, wholeAgain } from '../quality/cleanSources';
import type { TableStore } from '../tableStore';
import { int32Column, textColumn } from './arrowColumns';
import { addSums, emptySum, sumOfEntities, sumOfEvents, sumOfLinks, sumOfNumbered } from './contentSum';
import { countDuplicates } from './duplicates';
import { EntityBuild } from './entityBuild';
import { writeEvents } from './eventParts';
import { propertiesOf, propertiesOfSource } from './eventProperties';
import type { Merging } from './identityKeys';
import { IndexProgress, partOf, type Tell } from './indexProgress';
import { codesUsed, numberOfRows, usesOf } from './idUses';
import { itemAttributesOf } from './itemAttributes';
import { hasOtherCurrencies, ratesInUse, readCurrencies, type Rates } from './money';
import { shortHash } from './names';
import { numberIds, plainId, type Numbers } from './numbering';
import { countNewOrders, countOrders } from './orders';
import { rezoned } from './rezone';
import { sortByUserAndTime } from './sortEvents';
import { addCounts, countEvents, kindOf, least, timeRange } from './sourceFacts';
import { writeRejects } from './rejects';
import { statedTable } from './stated';
import { TableMaker } from './tableMaker';
import type { Survivorship } from './survivorship';
import { withoutUpdated } from './upsert';
import { createEventsView, eventsOf, tablesToSave, type DatasetSource, type DatasetVersion, type EventPart, type IdSpace } from './version';

export interface BuildOptions {
  timeZone: string;
  currency: string;
  /** What one unit of other currencies is in that one. */
  rates?: Rates;
  /** Steps of cleaning; those of the current version where it is left out. */
  cleaning?: readonly CleaningStep[];
  /** Which value of an attribute counts where sources disagree; by the rules of before where it is left out. */
  survivorship?: Survivorship;
  run: RunContext;
}

/** A source to be added, and what only the caller knows of it. */
export interface NewSource {
  staged: StagedSource;
  files: string[];
  /** Rows that equal an earlier one of it, where somebody has counted them. */
  equalRows?: number;
  /** Attributes of its users that are other ids of the same person, and their kinds: `{ email: 'email' }`. */
  declaredIds?: Record<string, string>;
  /**
   * Rows of earlier sources (and of earlier ones of the same change) that agree with a row of this one in these columns
   * go: roles of events, such as `order` and `item`. Files of users and items go by their id whatever is named.
   */
  upsertBy?: readonly string[];
  /** The source behind which it is put; behind all of them where that is left out. */
  after?: string;
}

export interface Changes {
  /** Whether a source of the current version stays. A new source with the same id takes its place in any case. */
  keep?: (source: DatasetSource) => boolean;
  add?: readonly NewSource[];
  /** By which ids people are merged from now on; where it is left out, those of before and all that new sources declare. */
  merging?: Merging;
  /** Rows were taken out of the current version's own tables, so nothing that was derived from them is taken over. */
  afresh?: boolean;
  /** Looks at the version before it counts as made; what it throws undoes it. */
  check?: (version: DatasetVersion) => Promise<void>;
}

export interface Built {
  version: DatasetVersion;
  /** Rows equal in every staged column to an earlier one of the same source, by source id. */
  duplicates: Map<string, number>;
}

/**
 * Makes the next version of the data from the current one (null: none): some of its sources stay, others are added.
 * What stays is not read again, so the work is that of what is new. Nothing that is in the store is changed; after a
 * failure or a cancel nothing of the new version is left.
 *
 * @throws Cancelled
 */
export async function buildVersion(
  store: TableStore,
  current: DatasetVersion | null,
  changes: Changes,
  options: BuildOptions,
): Promise<Built> {
  const maker = await TableMaker.over(store, options.run.signal);
  let built: Built | undefined;
  try {
    return (built = await new VersionBuild(maker, current, options).build(changes));
  } finally {
    await maker.end(built !== undefined, built && tablesToSave(built.version));
  }
}

const noIds: IdSpace = { size: 0, parts: [] };

class VersionBuild {
  readonly #run: RunContext;
  readonly #zone: TimeZone;
  readonly #store: TableStore;

  constructor(
    private readonly maker: TableMaker,
    private readonly current: DatasetVersion | null,
    private readonly options: BuildOptions,
  ) {
    this.#run = options.run;
    this.#zone = new TimeZone(options.timeZone);
    this.#store = maker.store;
  }

  async build({ keep = () => true, add = [], merging: given, afresh = false, check }: Changes): Promise<Built> {
    const { maker } = this;
    const replaced = new Set(add.map(({ staged }) => staged.sourceId));
    let kept = (this.current?.sources ?? []).filter((source) => !replaced.has(source.id) && keep(source));
    const current = kept.length > 0 ? this.current : null;
    const before = current?.sources ?? [];
    const zoneChanged = current !== null && current.facts.timeZone !== this.options.timeZone;
    if (zoneChanged || add.some(({ upsertBy }) => upsertBy)) kept = await wholeAgain(maker, kept);
    if (zoneChanged) kept = await rezoned(maker, kept, this.#zone);

    const newRows = add.reduce((sum, { staged }) => sum + rowsOf(staged), 0);
    const progress = new IndexProgress(this.#run, newRows);
    progress.step(0, 0)(1);
    const users = await numberIds(maker, 'user', current?.ids.users ?? noIds, await usesOf(add, 'users', this.#run), this.#run);
    progress.step(0, 0.1)(1);
    await this.#run.breathe();
    const items = await numberIds(maker, 'item', current?.ids.items ?? noIds, await usesOf(add, 'items', this.#run), this.#run);
    progress.step(0, sourcesFrom)(1);
    await this.#run.breathe();

    const duplicates = new Map<string, number>();
    const added: DatasetSource[] = [];
    let sources = kept;
    let isShort = afresh || kept.length < before.length;
    let written = 0;
    const shareOf = (rows: number) => sourcesFrom + (sourcesTo - sourcesFrom) * (rows / Math.max(1, newRows));
    for (const source of add) {
      const before = written;
      written += rowsOf(source.staged);
      const tell = progress.step(shareOf(before), shareOf(written));
      const { entry, equalRows } = await this.#addSource(source, users, items, tell);
      if (source.upsertBy) {
        const rest = await withoutUpdated(maker, sources, entry, source.upsertBy, { users: users.space, items: items.space }, this.#run);
        isShort ||= rest.some((left, i) => left !== sources[i]) || rest.length < sources.length;
        sources = rest;
      }
      added.push(entry);
      sources = inserted(sources, entry, source.after);
      duplicates.set(entry.id, equalRows);
    }

    const { currency, rates = {}, cleaning = this.current?.cleaning ?? [] } = this.options;
    const ids = { users: users.space, items: items.space };
    const cleaned = await cleanSources(maker, sources, cleaning, { ids, rates, run: this.#run });
    sources = cleaned.sources;
    // What is counted from the tables of before would count rows that are taken out, or miss what comes back.
    isShort ||= cleaning.length > 0 || before.some(({ raw }) => raw);

    const by = given ?? mergingOf(this.current, added);
    const kinds = new Set(by.merge.map(({ kind }) => kind));
    const merging = current?.people != null || sources.some(({ declared }) => declared.some(({ kind }) => kinds.has(kind)));
    const entities = new EntityBuild(maker, current, this.#zone, this.#run);
    const survivorship = this.options.survivorship ?? this.current?.survivorship ?? {};
    const rulesChanged = current !== null && stableJson(current.survivorship ?? {}) !== stableJson(survivorship);
    const change = { sources, added, isShort, zoneChanged, by, survivorship, rulesChanged };
    const canAdd = current !== null && !isShort && !zoneChanged && !merging;
    const isNew = ({ id }: DatasetSource) => replaced.has(id);
    const ordersWith = (people: string | null) =>
      this.#orders(
        canAdd ? current.facts.orders : null,
        sources.filter((source) => !isNew(source)),
        sources.filter(isNew),
        people,
      );
    // Where nobody is merged the engine counts while the tables of people and items are made.
    const counting = merging ? undefined : ordersWith(null);
    counting?.catch(() => {});
    const userTable = await entities.build('users', users, { ...change, merging });
    progress.step(0, 0.95)(1);
    const itemTable = await entities.build('items', items, { ...change, merging: false });

    const tellOrders = (done: number) => this.#run.report({ stage: 'orders', done, total: lastSteps, unit: 'steps' });
    tellOrders(0);
    const { people } = userTable;
    const orders = await (counting ?? ordersWith(people));
    tellOrders(1);

    const currencies = hasOtherCurrencies(sources)
      ? await readCurrencies(this.#store, eventsOf(sources, people), currency, rates, this.#run.signal)
      : undefined;
    const properties = propertiesOf(sources);
    const itemAttributes = await itemAttributesOf(this.#store, itemTable.table);
    tellOrders(2);

    const dataHash = sha256Hex(
      stableJson({
        timeZone: this.options.timeZone,
        ...(currencies && { currency, rates: ratesInUse(currencies, currency) }),
        events: addSums(...sources.map(({ eventHash }) => eventHash)),
        users: userTable.sum,
        items: itemTable.sum,
        merged: userTable.mergedSum,
      }),
    );
    const sums = {
      users: userTable.sum,
      items: itemTable.sum,
      userNumbers: addSums(current?.sums.userNumbers ?? emptySum, users.sum),
      itemNumbers: addSums(current?.sums.itemNumbers ?? emptySum, items.sum),
    };
    const key = shortHash({
      dataHash,
      userNumbers: sums.userNumbers,
      itemNumbers: sums.itemNumbers,
      people,
      sources: sources.map(({ id, hash, files, rejects, moreRejects = [], raw, parts }) => [
        id,
        hash,
        files,
        rejects,
        ...moreRejects,
        ...(raw ? parts.map(({ table }) => table) : []),
      ]),
      ...(cleaning.length > 0 && { cleaning }),
      currency,
    });
    const version: DatasetVersion = {
      key,
      tables: { events: `events_${key}`, users: userTable.table, items: itemTable.table },
      facts: {
        dataHash,
        users: userTable.rows,
        items: itemTable.rows,
        userNumbers: users.space.size,
        itemNumbers: items.space.size,
        events: sources.reduce((sum, { parts }) => sum + parts.reduce((rows, part) => rows + part.rows, 0), 0),
        orders,
        firstEvent: least(sources.map(({ firstEvent }) => firstEvent)),
        lastEvent: least(
          sources.map(({ lastEvent }) => lastEvent),
          true,
        ),
        eventCounts: addCounts(sources.map(({ eventCounts }) => eventCounts)),
        currency,
        timeZone: this.options.timeZone,
        ...(cleaning.length > 0 && { removed: cleaned.removed }),
        ...(properties.length > 0 && { properties }),
        ...(itemAttributes.length > 0 && { itemAttributes }),
        ...(currencies && { currencies }),
      },
      sources,
      ids,
      ...(cleaning.length > 0 && { cleaning: [...cleaning] }),
      mergedBy: [...kinds].sort(),
      merging: by,
      people,
      ...(Object.keys(rates).length > 0 && { rates }),
      ...(Object.keys(survivorship).length > 0 && { survivorship }),
      sums,
    };
    await this.#run.breathe();
    await maker.settled();
    tellOrders(3);
    await maker.view(version.tables.events, createEventsView(version));
    await check?.(version);
    return { version, duplicates };
  }

  /** Writes one source's own tables: its events, what it states, what it left out. */
  async #addSource(
    { staged, files, equalRows: counted, declaredIds = {}, upsertBy }: NewSource,
    users: Numbers,
    items: Numbers,
    tell: Tell,
  ): Promise<{ entry: DatasetSource; equalRows: number }> {
    const { maker } = this;
    const { events } = staged;
    const stated: DatasetSource['stated'] = { users: null, items: null };
    const sums = { events: emptySum, users: emptySum, items: emptySum };
    for (const kind of ['users', 'items'] as const) {
      const entities = staged[kind];
      if (!entities || entities.id.codes.length === 0) continue;
      const numbers = (kind === 'users' ? users : items).ofUse.get(entities.id.pool)!;
      sums[kind] = sumOfEntities(entities, kind);
      const numbered = sumOfNumbered(entities.id.codes, entities.id.pool, numberOfRows(entities, numbers), kind);
      stated[kind] = await maker.put(`stated_${kind}_${shortHash([sums[kind], numbered])}`, () => statedTable(entities, numbers));
      await this.#run.breathe();
    }
    let parts: EventPart[] = [];
    let equalRows = 0;
    if (events && events.rows > 0) {
      sums.events = await sumOfEvents(events, this.#run, partOf(tell, 0, 0.2));
      ({ parts, equalRows } = await this.#writeParts({ staged, counted }, sums.events, users, items, partOf(tell, 0.15, 1)));
    }
    const declared = Object.entries(declaredIds)
      .filter(([name]) => stated.users !== null && staged.users!.attributes.has(name))
      .map(([name, kind]) => ({ kind, table: stated.users!, column: `_${name}` }));
    let linkSum = emptySum;
    for (const { kind, user, id } of staged.links ?? []) {
      const numbers = users.ofUse.get(user.pool)!;
      const sum = sumOfLinks(user, kind, id);
      const numbered = sumOfNumbered(user.codes, user.pool, numberOfRows({ id: user }, numbers), 'links');
      const table = () => new Table({ number: int32Column(numberOfRows({ id: user }, numbers)), id: textColumn(id.codes, id.pool) });
      declared.push({ kind, table: await maker.put(`links_${shortHash([sum, numbered])}`, table), column: 'id' });
      linkSum = addSums(linkSum, sum);
    }
    const rejects = await writeRejects(maker, staged.sourceId, staged.rejects ?? [], this.#run);
    const range = timeRange(events?.ts.values);
    const rows = rowsOf(staged);
    const entry: DatasetSource = {
      id: staged.sourceId,
      kind: kindOf(staged),
      files,
      rows,
      parts,
      stated,
      ...rejects,
      declared,
      hash: addSums(sums.events, sums.users, sums.items, linkSum),
      eventHash: sums.events,
      ...range,
      eventCounts: events ? countEvents(events.event) : [],
      ...(upsertBy && { upsertBy: [...upsertBy] }),
      ...propertiesOfSource(events),
    };
    return { entry, equalRows };
  }

  async #writeParts(
    { staged, counted }: { staged: StagedSource; counted: number | undefined },
    sum: string,
    users: Numbers,
    items: Numbers,
    tell: Tell,
  ): Promise<{ parts: EventPart[]; equalRows: number }> {
    const { maker } = this;
    const events = staged.events!;
    const userOfCode = users.ofUse.get(events.user.pool)!;
    const itemOfCode = events.item && items.ofUse.get(events.item.pool);
    const userOfRow = new Int32Array(events.rows);
    const { codes } = events.user;
    await inStretches(events.rows, this.#run, (start, end) => {
      for (let row = start; row < end; row++) userOfRow[row] = userOfCode[codes[row]];
    });
    const { order } = await sortByUserAndTime(userOfRow, users.space.size, events.ts.values, this.#run, partOf(tell, 0, 0.15));
    const numberedBy = (numbers: Int32Array, pool: TextPool, salt: string) =>
      sumOfNumbered(
        codesUsed(numbers),
        pool,
        numbers.filter((number) => number >= 0),
        salt,
      );
    const numbered = [numberedBy(userOfCode, events.user.pool, 'user')];
    await this.#run.breathe();
    numbered.push(itemOfCode ? numberedBy(itemOfCode, events.item!.pool, 'item') : '');
    await this.#run.breathe();
    const stem = `events_part_${shortHash([sum, numbered, this.options.timeZone, staged.userIdKind ?? plainId])}`;
    const parts: EventPart[] = [];
    let equalRows = counted ?? 0;
    const told = partOf(tell, 0.2, 1);
    await writeEvents(
      { events, order, userOfRow, itemOfCode, zone: this.#zone },
      async (slice, index, onShare) => {
        const table = `${stem}_${index}`;
        parts.push({ table, rows: slice.numRows, columns: slice.schema.fields.map(({ name }) => name) });
        await maker.put(table, () => slice, onShare);
      },
      this.#run,
      told,
      async () => {
        // Progress stays where it is, and still says that something is done.
        if (counted === undefined) equalRows = await countDuplicates(events, order, userOfRow, this.#run, () => told(0));
      },
    );
    return { parts, equalRows };
  }

  async #orders(
    countedBefore: number | null,
    kept: readonly DatasetSource[],
    added: readonly DatasetSource[],
    people: string | null,
  ): Promise<number> {
    const selling = (sources: readonly DatasetSource[]) =>
      sources.filter(({ eventCounts }) => eventCounts.some(({ event }) => event === 'order_completed'));
    const [before, fresh] = [selling(kept), selling(added)];
    if (countedBefore !== null && fresh.length === 0) return countedBefore;
    if (before.length + fresh.length === 0) return 0;
    const onlyNew = countedBefore !== null;
    const query = onlyNew ? countNewOrders(eventsOf(fresh), eventsOf(before)) : countOrders(eventsOf([...before, ...fresh], people));
    const [counted] = indexesOf(await this.#store.query(query, this.#run.signal), 'orders');
    return (countedBefore ?? 0) + counted;
  }
}

/** From which share to which the sources' own tables are made: ids are numbered before, people and items merged after. */
const sourcesFrom = 0.15;
const sourcesTo = 0.85;
/** What is left then: orders, attributes of items, what was put meanwhile, the view. */
const lastSteps = 4;

function rowsOf({ events, users, items }: StagedSource): number {
  return events ? events.rows : Math.max(users?.id.codes.length ?? 0, items?.id.codes.length ?? 0);
}

/** As before, and by all that new sources declare. */
function mergingOf(current: DatasetVersion | null, added: readonly DatasetSource[]): Merging {
  const before = current?.merging ?? { merge: (current?.mergedBy ?? []).map((kind) => ({ kind })) };
  const known = new Set(before.merge.map(({ kind }) => kind));
  const fresh = new Set(added.flatMap(({ declared }) => declared.map(({ kind }) => kind)).filter((kind) => !known.has(kind)));
  return { ...before, merge: [...before.merge, ...[...fresh].sort().map((kind) => ({ kind }))] };
}

/** The sources with another one behind the one with that id, or at the end. */
function inserted(sources: readonly DatasetSource[], entry: DatasetSource, after: string | undefined): DatasetSource[] {
  const at = sources.findIndex(({ id }) => id === after);
  return at < 0 ? [...sources, entry] : [...sources.slice(0, at + 1), entry, ...sources.slice(at + 1)];
}
