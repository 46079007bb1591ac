import { Table } from 'apache-arrow';
import { sha256Hex, stableJson } from '../../base/hash';
import type { RunContext } from '../../base/run';
import { canonicalTables, type DatasetFacts } from '../../schema/canonical';
import { TimeZone } from '../../schema/parse/timeZone';
import type { SourceKind } from '../../schema/roles';
import type { TextColumn } from '../../schema/staging/columns';
import { textFrom } from '../../schema/staging/fromArrow';
import type { StagedEntities, StagedSource } from '../../schema/staging/staged';
import { TextPool } from '../../schema/staging/textPool';
import { indexesOf } from '../columns';
import { identifier, join, Sql, sql } from '../sql';
import type { TableStore } from '../tableStore';
import { int32Column, textColumn } from './arrowColumns';
import { addSums, emptySum, sumOfEntities, sumOfEvents, sumOfNumbered } from './contentSum';
import { countDuplicates } from './duplicates';
import { entityTable, mergeStatements, type Entities, type Statement } from './entityTable';
import { writeEvents } from './eventParts';
import { shortHash } from './names';
import { allIds, numberIds, plainId, usedCodes, type IdUse, type Numbers } from './numbering';
import { countNewOrders, countOrders } from './orders';
import { peopleTable, readPeople } from './personMap';
import { rezoned } from './rezone';
import { sortByUserAndTime } from './sortEvents';
import { rejectsTable, statedTable } from './stated';
import { TableMaker } from './tableMaker';
import { createEventsView, eventsOf, type DatasetSource, type DatasetVersion, type EventPart, type IdSpace } from './version';

export interface BuildOptions {
  timeZone: string;
  currency: string;
  run: RunContext;
}

/** A source to be added, and what only the caller knows of it. */
export interface NewSource {
  staged: StagedSource;
  files: string[];
  /** Attributes of its users that are other ids of the same person, and their kinds: `{ email: 'email' }`. */
  declaredIds?: Record<string, string>;
}

export interface Changes {
  /** Whether a source of the current version stays. A new source with the same id takes its place in any case. */
  keep?: (source: DatasetSource) => boolean;
  add?: readonly NewSource[];
  /** Kinds of declared ids by which people are merged from now on; where it is left out, those of before and of new sources. */
  mergedBy?: readonly string[];
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
  let made = false;
  try {
    const built = await new VersionBuild(maker, current, options).build(changes);
    made = true;
    return built;
  } finally {
    await maker.end(made);
  }
}

type EntityKind = 'users' | 'items';

const noIds: IdSpace = { size: 0, parts: [] };
const indexName = { users: 'user_index', items: 'item_index' } as const;
const idName = { users: 'user_id', items: 'item_id' } as const;

class VersionBuild {
  /** What the new version goes on from; nothing where no source stays, and numbering starts anew. */
  #base: DatasetVersion | null = null;
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

  async build({ keep = () => true, add = [], mergedBy, afresh = false, check }: Changes): Promise<Built> {
    const { maker } = this;
    const replaced = new Set(add.map(({ staged }) => staged.sourceId));
    let kept = (this.current?.sources ?? []).filter((source) => !replaced.has(source.id) && keep(source));
    const current = kept.length > 0 ? this.current : null;
    this.#base = current;
    const before = current?.sources ?? [];
    const zoneChanged = current !== null && current.facts.timeZone !== this.options.timeZone;
    if (zoneChanged) kept = await rezoned(maker, kept, this.#zone);

    const users = await numberIds(maker, 'user', current?.ids.users ?? noIds, usesOf(add, 'users'));
    await this.#run.breathe();
    const items = await numberIds(maker, 'item', current?.ids.items ?? noIds, usesOf(add, 'items'));
    await this.#run.breathe();

    const duplicates = new Map<string, number>();
    const added: DatasetSource[] = [];
    for (const source of add) {
      const { entry, equalRows } = await this.#addSource(source, users, items);
      added.push(entry);
      duplicates.set(entry.id, equalRows);
    }
    const sources = [...kept, ...added];

    const kinds = [
      ...new Set(mergedBy ?? [...(this.current?.mergedBy ?? []), ...added.flatMap((source) => source.declared.map(({ kind }) => kind))]),
    ].sort();
    const merging = current?.people != null || (kinds.length > 0 && sources.some(({ declared }) => declared.length > 0));
    const isShort = afresh || kept.length < before.length;
    const userTable = await this.#entities('users', users, { sources, added, isShort, zoneChanged, merging, kinds });
    const itemTable = await this.#entities('items', items, { sources, added, isShort, zoneChanged, merging: false, kinds });

    this.#run.report({ stage: 'orders', done: 0, unit: 'rows' });
    const { people } = userTable;
    const canAdd = current !== null && !isShort && !zoneChanged && !merging;
    const orders = await this.#orders(canAdd ? current.facts.orders : null, kept, added, people);

    const dataHash = sha256Hex(
      stableJson({
        timeZone: this.options.timeZone,
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
      sources: sources.map(({ id, hash, files, rejects }) => [id, hash, files, rejects]),
      currency: this.options.currency,
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
        currency: this.options.currency,
        timeZone: this.options.timeZone,
      },
      sources,
      ids: { users: users.space, items: items.space },
      mergedBy: kinds,
      people,
      sums,
    };
    await this.#run.breathe();
    await maker.view(version.tables.events, createEventsView(version));
    await check?.(version);
    return { version, duplicates };
  }

  /** Writes one source's own tables: its events, what it states, what it left out. */
  async #addSource(
    { staged, files, declaredIds = {} }: NewSource,
    users: Numbers,
    items: Numbers,
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
      sums.events = await sumOfEvents(events, this.#run);
      ({ parts, equalRows } = await this.#writeParts(staged, sums.events, users, items));
    }
    const declared = Object.entries(declaredIds)
      .filter(([name]) => stated.users !== null && staged.users!.attributes.has(name))
      .map(([name, kind]) => ({ kind, table: stated.users!, column: `_${name}` }));
    let linkSum = emptySum;
    for (const { kind, user, id } of staged.links ?? []) {
      const numbers = users.ofUse.get(user.pool)!;
      const sum = sumOfEntities({ id: user, attributes: new Map([[kind, id]]) }, 'links');
      const numbered = sumOfNumbered(user.codes, user.pool, numberOfRows({ id: user }, numbers), 'links');
      const table = () => new Table({ number: int32Column(numberOfRows({ id: user }, numbers)), id: textColumn(id.codes, id.pool) });
      declared.push({ kind, table: await maker.put(`links_${shortHash([sum, numbered])}`, table), column: 'id' });
      linkSum = addSums(linkSum, sum);
    }
    const rejects =
      staged.rejects && staged.rejects.length > 0
        ? await maker.put(`rejects_${shortHash([staged.sourceId, staged.rejects])}`, () => rejectsTable(staged.rejects!))
        : null;
    const range = timeRange(events?.ts.values);
    const rows = events ? events.rows : Math.max(staged.users?.id.codes.length ?? 0, staged.items?.id.codes.length ?? 0);
    const entry: DatasetSource = {
      id: staged.sourceId,
      kind: kindOf(staged),
      files,
      rows,
      parts,
      stated,
      rejects,
      declared,
      hash: addSums(sums.events, sums.users, sums.items, linkSum),
      eventHash: sums.events,
      ...range,
      eventCounts: events ? countEvents(events.event) : [],
    };
    return { entry, equalRows };
  }

  async #writeParts(staged: StagedSource, sum: string, users: Numbers, items: Numbers): Promise<{ parts: EventPart[]; equalRows: number }> {
    const { maker } = this;
    const events = staged.events!;
    const userOfCode = users.ofUse.get(events.user.pool)!;
    const itemOfCode = events.item && items.ofUse.get(events.item.pool);
    const userOfRow = events.user.codes.map((code) => userOfCode[code]);
    const { order } = await sortByUserAndTime(userOfRow, users.space.size, events.ts.values, this.#run);
    const equalRows = await countDuplicates(events, order, userOfRow, this.#run);
    const numbered = [
      sumOfNumbered(
        codesUsed(userOfCode),
        events.user.pool,
        userOfCode.filter((number) => number >= 0),
        'user',
      ),
      itemOfCode
        ? sumOfNumbered(
            codesUsed(itemOfCode),
            events.item!.pool,
            itemOfCode.filter((number) => number >= 0),
            'item',
          )
        : '',
    ];
    const stem = `events_part_${shortHash([sum, numbered, this.options.timeZone, staged.userIdKind ?? plainId])}`;
    const parts: EventPart[] = [];
    await writeEvents(
      { events, order, userOfRow, itemOfCode, zone: this.#zone },
      async (slice, index) => {
        const table = `${stem}_${index}`;
        parts.push({ table, rows: slice.numRows, columns: slice.schema.fields.map(({ name }) => name) });
        await maker.put(table, () => slice);
      },
      this.#run,
    );
    return { parts, equalRows };
  }

  /** The `users` or `items` table of the new version: the one of before, that one and the new ids, or merged anew. */
  async #entities(
    kind: EntityKind,
    numbers: Numbers,
    change: { sources: DatasetSource[]; added: DatasetSource[]; isShort: boolean; zoneChanged: boolean; merging: boolean; kinds: string[] },
  ): Promise<{ table: string; rows: number; sum: string; people: string | null; mergedSum: string }> {
    const { maker } = this;
    const current = this.#base;
    const states = change.added.some(({ stated }) => stated[kind] !== null) || (change.zoneChanged && kind === 'users');
    const mentioned = mentionedNumbers(numbers);
    if (current && !change.isShort && !states && !change.merging && mentioned.length === 0) {
      const rows = kind === 'users' ? current.facts.users : current.facts.items;
      return { table: current.tables[kind], rows, sum: current.sums[kind], people: null, mergedSum: emptySum };
    }
    if (!current && !states && !change.merging && numbers.fresh.length < 2) return this.#first(kind, numbers);
    const mentionedTable = await maker.temporary(`mentioned_${kind}`, new Table({ number: int32Column(mentioned) }));
    const base = current?.tables[kind];
    if (!change.isShort && !states && !change.merging)
      return this.#extended(kind, numbers, base, mentionedTable, current?.sums[kind] ?? emptySum);

    const present = await maker.temporary(
      `present_${kind}`,
      change.isShort || change.merging || !base
        ? presentIn(kind, change.sources)
        : sql`SELECT ${identifier(indexName[kind])} AS number FROM ${identifier(base)} UNION SELECT number FROM ${identifier(mentionedTable)}`,
    );
    const people = change.merging ? await peopleTable(maker, change.sources, numbers.space, change.kinds, present) : null;
    const personOf = await readPeople(maker, people);
    const persons =
      people === null
        ? sql`SELECT number FROM ${identifier(present)}`
        : sql`SELECT DISTINCT coalesce(p.person, r.number)::INTEGER AS number FROM ${identifier(present)} r LEFT JOIN ${identifier(people)} p USING (number)`;
    const rows = await this.#store.query(
      sql`SELECT number, id FROM (${persons}) JOIN (${allIds(numbers.space)}) USING (number) ORDER BY number`,
      this.#run.signal,
    );
    const entities: Entities = { numbers: indexesOf(rows, 'number'), ids: textFrom(rows.getChild('id')!) };
    await this.#run.breathe();
    const statements: Statement[] = [];
    for (const source of change.sources) {
      const name = source.stated[kind];
      if (name !== null) statements.push(await this.#readStatement(name, personOf));
      await this.#run.breathe();
    }
    const merged = mergeStatements(entities, statements, numbers.space.size);
    const mergedSum = people === null ? emptySum : await this.#sumOfMerged(people, numbers.space);
    const sum = sumOfEntities({ id: await this.#idsToHash(entities, people, numbers.space), attributes: merged }, kind);
    await this.#run.breathe();
    const numbered = sumOfNumbered(entities.ids.codes, entities.ids.pool, entities.numbers, kind);
    const name = `${kind}_${shortHash([sum, numbered, this.options.timeZone])}`;
    const table = await maker.put(name, () => entityTable(kind, entities, merged, this.#zone));
    return { table, rows: entities.numbers.length, sum, people, mergedSum };
  }

  /** The first ids of all, of which nothing is said: they are all at hand. */
  async #first(kind: EntityKind, { fresh: [fresh] }: Numbers) {
    const ids: TextColumn = fresh ? { kind: 'text', codes: fresh.codes, pool: fresh.ids } : noTexts();
    const numbers = fresh?.numbers ?? new Int32Array(0);
    const sum = sumOfEntities({ id: ids, attributes: new Map() }, kind);
    const name = `${kind}_${shortHash([sum, sumOfNumbered(ids.codes, ids.pool, numbers, kind), this.options.timeZone])}`;
    await this.#run.breathe();
    const table = await this.maker.put(name, () => entityTable(kind, { numbers, ids }, new Map(), this.#zone));
    return { table, rows: numbers.length, sum, people: null, mergedSum: emptySum };
  }

  /** Nothing new is said of anybody: the table of before and a line for each new id. */
  async #extended(kind: EntityKind, numbers: Numbers, base: string | undefined, mentioned: string, sumBefore: string) {
    const { maker } = this;
    const index = identifier(indexName[kind]);
    const isNew = base ? sql`WHERE number NOT IN (SELECT ${index} FROM ${identifier(base)})` : sql``;
    const fresh = await this.#store.query(
      sql`SELECT number, id FROM (SELECT number FROM ${identifier(mentioned)} ${isNew}) JOIN (${allIds(numbers.space)}) USING (number) ORDER BY number`,
      this.#run.signal,
    );
    const ids = textFrom(fresh.getChild('id')!);
    const freshNumbers = indexesOf(fresh, 'number');
    const sum = addSums(sumBefore, sumOfEntities({ id: ids, attributes: new Map() }, kind));
    const numbered = sumOfNumbered(ids.codes, ids.pool, freshNumbers, kind);
    const name = `${kind}_${shortHash([base ?? null, sum, numbered])}`;
    if (!maker.has(name)) {
      const added = await maker.temporary(
        `added_${kind}`,
        new Table({ [indexName[kind]]: int32Column(freshNumbers), [idName[kind]]: textColumn(ids.codes, ids.pool) }),
      );
      const columns = Object.entries(canonicalTables[kind]).map(([column, type]) =>
        column === indexName[kind] || column === idName[kind] ? identifier(column) : sql`NULL::${new Sql(type)} AS ${identifier(column)}`,
      );
      // Ids that are new altogether have the greatest numbers.
      const inOrder = freshNumbers.length === 0 || freshNumbers[0] >= (this.#base?.ids[kind].size ?? 0);
      const both = base && sql`SELECT * FROM ${identifier(base)} UNION ALL BY NAME SELECT * FROM ${identifier(added)}`;
      await maker.create(
        name,
        both ? (inOrder ? both : sql`SELECT * FROM (${both}) ORDER BY ${index}`) : sql`SELECT ${join(columns)} FROM ${identifier(added)}`,
      );
    }
    const [rows] = indexesOf(await this.#store.query(sql`SELECT count(*)::INTEGER AS n FROM ${identifier(name)}`), 'n');
    return { table: name, rows, sum, people: null, mergedSum: emptySum };
  }

  async #readStatement(name: string, personOf: Map<number, number>): Promise<Statement> {
    const rows = await this.#store.query(sql`SELECT * FROM ${identifier(name)}`, this.#run.signal);
    const attributes = new Map<string, TextColumn>();
    for (const field of rows.schema.fields) {
      if (field.name === 'number') continue;
      const column = textFrom(rows.getChild(field.name)!);
      if (column.pool.size > 0) attributes.set(field.name.slice(1), column);
    }
    const numbers = indexesOf(rows, 'number');
    return { numbers: personOf.size === 0 ? numbers : numbers.map((number) => personOf.get(number) ?? number), attributes };
  }

  /** Which ids are one person, whatever their numbers: each group by its ids in byte order. */
  async #sumOfMerged(people: string, ids: IdSpace): Promise<string> {
    const rows = await this.#store.query(sql`
      WITH members AS (SELECT number, person FROM ${identifier(people)} UNION SELECT person, person FROM ${identifier(people)})
      SELECT string_agg(id_kind || ' ' || id, chr(10) ORDER BY id_kind, id) AS ids
      FROM members JOIN (${allIds(ids)}) USING (number) GROUP BY person`);
    return sumOfEntities({ id: textFrom(rows.getChild('ids')!), attributes: new Map() }, 'merged');
  }

  /** A person of several ids goes by the first in byte order, because which one has the lowest number depends on what came first. */
  async #idsToHash({ numbers, ids }: Entities, people: string | null, space: IdSpace): Promise<TextColumn> {
    if (people === null) return ids;
    const rows = await this.#store.query(sql`
      WITH members AS (SELECT number, person FROM ${identifier(people)} UNION SELECT person, person FROM ${identifier(people)})
      SELECT person, min(id) AS id FROM members JOIN (${allIds(space)}) USING (number) GROUP BY person`);
    const first = textFrom(rows.getChild('id')!);
    const firstOf = new Map(Array.from(indexesOf(rows, 'person'), (person, row) => [person, first.pool.text(first.codes[row])]));
    const codes = ids.codes.map((code, row) => (firstOf.has(numbers[row]) ? ids.pool.internText(firstOf.get(numbers[row])!) : code));
    return { kind: 'text', codes, pool: ids.pool };
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

const noTexts = (): TextColumn => ({ kind: 'text', codes: new Int32Array(0), pool: new TextPool(1) });

function kindOf({ events, users }: StagedSource): SourceKind {
  return events ? 'events' : users ? 'users' : 'items';
}

/** The pools in which the new sources' ids lie, each with the codes that occur. */
function usesOf(add: readonly NewSource[], kind: EntityKind): IdUse[] {
  const uses = new Map<TextPool, IdUse>();
  for (const { staged } of add) {
    const idKind = kind === 'users' ? (staged.userIdKind ?? plainId) : plainId;
    const links = kind === 'users' ? (staged.links ?? []).map(({ user }) => user) : [];
    for (const column of [kind === 'users' ? staged.events?.user : staged.events?.item, staged[kind]?.id, ...links]) {
      if (!column) continue;
      const known = uses.get(column.pool);
      uses.set(column.pool, { kind: idKind, pool: column.pool, used: usedCodes(column.codes, column.pool.size, known?.used) });
    }
  }
  return [...uses.values()];
}

/** Every number that the new sources mention, ascending. */
function mentionedNumbers({ ofUse, space }: Numbers): Int32Array {
  const seen = new Uint8Array(space.size);
  for (const numbers of ofUse.values()) for (const number of numbers) if (number >= 0) seen[number] = 1;
  return Int32Array.from(seen.keys()).filter((number) => seen[number] === 1);
}

/** Raw numbers that some source has, from the tables themselves. */
function presentIn(kind: EntityKind, sources: readonly DatasetSource[]): Sql {
  const index = identifier(indexName[kind]);
  const from = [
    sql`SELECT DISTINCT ${index} AS number FROM (${eventsOf(sources)}) WHERE ${index} >= 0`,
    ...sources.flatMap(({ stated }) => (stated[kind] === null ? [] : [sql`SELECT number FROM ${identifier(stated[kind])}`])),
  ];
  return join(from, ' UNION ');
}

function numberOfRows({ id }: Pick<StagedEntities, 'id'>, numbers: Int32Array): Int32Array {
  return id.codes.map((code) => numbers[code]);
}

function codesUsed(numberOfCode: Int32Array): Int32Array {
  return Int32Array.from(numberOfCode.keys()).filter((code) => numberOfCode[code] >= 0);
}

function timeRange(ts: Float64Array | undefined): { firstEvent: string | null; lastEvent: string | null } {
  if (!ts || ts.length === 0) return { firstEvent: null, lastEvent: null };
  let first = Infinity;
  let last = -Infinity;
  for (const at of ts) {
    if (at < first) first = at;
    if (at > last) last = at;
  }
  return { firstEvent: new Date(first / 1000).toISOString(), lastEvent: new Date(last / 1000).toISOString() };
}

function countEvents({ codes, pool }: TextColumn): DatasetFacts['eventCounts'] {
  const counts = new Float64Array(pool.size);
  for (const code of codes) counts[code]++;
  return sortedCounts(Array.from(counts, (count, code) => ({ event: pool.text(code), count })).filter(({ count }) => count > 0));
}

function addCounts(all: readonly DatasetFacts['eventCounts'][]): DatasetFacts['eventCounts'] {
  const sums = new Map<string, number>();
  for (const { event, count } of all.flat()) sums.set(event, (sums.get(event) ?? 0) + count);
  return sortedCounts([...sums].map(([event, count]) => ({ event, count })));
}

function sortedCounts(counts: DatasetFacts['eventCounts']): DatasetFacts['eventCounts'] {
  return counts.sort((a, b) => b.count - a.count || (a.event < b.event ? -1 : 1));
}

/** The earliest (or latest) of ISO instants, which sort as text. */
function least(instants: readonly (string | null)[], greatest = false): string | null {
  const known = instants.filter((instant) => instant !== null).sort();
  return known.at(greatest ? -1 : 0) ?? null;
}
