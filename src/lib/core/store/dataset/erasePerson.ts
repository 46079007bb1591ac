import type { RunContext } from '../../base/run';
import { textFrom } from '../../schema/staging/fromArrow';
import { indexesOf, textsOf } from '../columns';
import { identifier, join, sql, type Sql } from '../sql';
import type { TableStore } from '../tableStore';
import { wholeAgain } from '../quality/cleanSources';
import { buildVersion, type BuildOptions } from './buildVersion';
import { subtractSums, sumOfEntities, sumOfEvents, sumOfNumbered, type ContentSum } from './contentSum';
import { shortHash } from './names';
import { allIds, plainId } from './numbering';
import { entitiesFrom, eventsFrom, stagedEventColumns } from './readBack';
import { sortedCounts } from './sourceFacts';
import { TableMaker } from './tableMaker';
import { eventsOf, eventsOfPart, tablesToSave, type DatasetSource, type DatasetVersion } from './version';

/** Everything by which the data knows one person, over one or several versions of it. */
export interface PersonIds {
  /** Ids under which their rows came; of the declared ones, those that nobody else has. */
  ids: { kind: string; id: string }[];
  /** Texts that stand for them wherever they occur: the ids, e-mail addresses, phone numbers. */
  texts: string[];
}

/** Rows that were taken out, by what they were. */
export type ErasedRows = Partial<Record<'events' | 'stated' | 'ids' | 'rejects' | 'scores' | 'other', number>>;

export interface Erased {
  /** null where nothing is left. */
  version: DatasetVersion | null;
  rows: ErasedRows;
  /** Kept rejected rows that went, by source id. */
  rejects: Map<string, number>;
}

/**
 * The person with this id, as a screen shows it: all raw ids that are merged with it in any of the versions, also of
 * sources that were taken away, whose numbers are kept for them.
 * @returns undefined where no version knows the id
 */
export async function findPerson(store: TableStore, versions: readonly DatasetVersion[], userId: string): Promise<PersonIds | undefined> {
  const ids = new Map<string, { kind: string; id: string }>();
  const add = (found: readonly { kind: string; id: string }[]) => {
    const before = ids.size;
    for (const each of found) ids.set(`${each.kind}\0${each.id}`, each);
    return ids.size > before;
  };
  for (const version of versions) {
    const shown = await store.query(sql`SELECT user_index FROM ${identifier(version.tables.users)} WHERE user_id = ${userId}`);
    const numbers = indexesOf(shown, 'user_index');
    if (numbers.length > 0) add(await idsOf(store, version, await allNumbers(store, version, numbers)));
  }
  if (ids.size === 0)
    for (const version of versions)
      add(idRows(await store.query(sql`SELECT id_kind, id FROM (${allIds(version.ids.users)}) WHERE id = ${userId}`)));
  if (ids.size === 0) return undefined;
  // What one version merges with them may be merged with more in another.
  for (let grows = true; grows;) {
    grows = false;
    for (const version of versions) {
      const numbers = await numbersOf(store, version, [...ids.values()]);
      if (add(await idsOf(store, version, numbers))) grows = true;
    }
  }
  const texts = new Set([...ids.values()].map(({ id }) => id));
  for (const version of versions) {
    const numbers = await numbersOf(store, version, [...ids.values()]);
    if (numbers.length === 0) continue;
    const own = (await saidOf(store, version, numbers)).filter(({ shared }) => !shared);
    add(own.filter(({ isId }) => isId).map(({ kind, id }) => ({ kind, id })));
    own.forEach(({ id }) => texts.add(id));
  }
  return { ids: [...ids.values()].sort((a, b) => (a.id < b.id ? -1 : 1)), texts: [...texts].sort() };
}

/**
 * The version without a person: every table that has rows of theirs is written again without them, and what is derived
 * is made anew, so it is the version that the same files would have given had they never been in them. Their numbers
 * stay vacant. The version that was given stays as it is, until nobody keeps it.
 * @throws Cancelled
 */
export async function erasePerson(store: TableStore, version: DatasetVersion, person: PersonIds, options: BuildOptions): Promise<Erased> {
  const { run } = options;
  const numbers = await numbersOf(store, version, person.ids);
  const maker = await TableMaker.over(store, run.signal);
  let needed: string[] | undefined;
  try {
    // What cleaning took out is theirs as well, and it is cleaned again behind it.
    const whole = { ...version, sources: await wholeAgain(maker, version.sources) };
    const erasure = new TablesWithout(maker, whole, numbers, person.texts, run);
    const { tables, rows, rejects } = await erasure.write();
    const sources: DatasetSource[] = [];
    for (const source of whole.sources) sources.push(await erasure.source(source));
    const sums = { ...version.sums, userNumbers: subtractSums(version.sums.userNumbers, ...(await erasure.idSums())) };
    const rewritten = renamed({ ...version, sources, sums }, tables);
    const { version: next } = await buildVersion(store, rewritten, { afresh: true }, options);
    needed = tablesToSave(next);
    const { events, users, items } = next.facts;
    return { version: events + users + items === 0 ? null : next, rows, rejects };
  } finally {
    await maker.end(needed !== undefined, needed);
  }
}

/** A table of rows by person number (`user_index`) without some people, under a name of its own. */
export async function scoresWithout(
  store: TableStore,
  table: string,
  numbers: readonly number[],
): Promise<{ table: string; rows: number }> {
  const without = `scores_${shortHash([table, [...numbers]])}_erased`;
  const theirs = sql`user_index IN (${[...numbers, -1]})`;
  await store.execute(sql`CREATE OR REPLACE TABLE ${identifier(without)} AS SELECT * FROM ${identifier(table)} WHERE NOT (${theirs})`);
  return { table: without, rows: await count(store, table, theirs) };
}

/** Raw numbers of the person in a version, ascending. */
export async function numbersOf(
  store: TableStore,
  version: DatasetVersion,
  ids: readonly { kind: string; id: string }[],
): Promise<number[]> {
  if (ids.length === 0) return [];
  const wanted = join(
    ids.map(({ kind, id }) => sql`(id_kind = ${kind} AND id = ${id})`),
    ' OR ',
  );
  const rows = await store.query(sql`SELECT number FROM (${allIds(version.ids.users)}) WHERE ${wanted}`);
  return allNumbers(store, version, indexesOf(rows, 'number'));
}

/** The raw numbers of everybody who is one person with these. */
async function allNumbers(store: TableStore, { people }: DatasetVersion, numbers: Iterable<number>): Promise<number[]> {
  const found = new Set(numbers);
  if (people !== null && found.size > 0) {
    const list = [...found];
    const rows = await store.query(sql`
      WITH theirs AS (SELECT person FROM ${identifier(people)} WHERE number IN (${list}) OR person IN (${list}))
      SELECT number FROM ${identifier(people)} WHERE person IN (SELECT person FROM theirs)
      UNION SELECT person AS number FROM theirs`);
    for (const number of indexesOf(rows, 'number')) found.add(number);
  }
  return [...found].sort((a, b) => a - b);
}

async function idsOf(store: TableStore, { ids }: DatasetVersion, numbers: readonly number[]): Promise<{ kind: string; id: string }[]> {
  if (numbers.length === 0) return [];
  return idRows(await store.query(sql`SELECT id_kind, id FROM (${allIds(ids.users)}) WHERE number IN (${numbers})`));
}

function idRows(rows: Awaited<ReturnType<TableStore['query']>>): { kind: string; id: string }[] {
  const ids = textsOf(rows, 'id');
  return textsOf(rows, 'id_kind').map((kind, row) => ({ kind: kind ?? plainId, id: ids[row] ?? '' }));
}

/**
 * Ids that sources declare of them, e-mail addresses and phone numbers; `shared` where somebody else has it too, so that
 * it does not tell who it is.
 */
async function saidOf(store: TableStore, { sources }: DatasetVersion, numbers: readonly number[]) {
  const said = sources.flatMap(({ declared }) => declared.map((each) => ({ ...each, isId: true })));
  for (const { stated } of sources) {
    if (stated.users === null) continue;
    const columns = await columnsOf(store, stated.users);
    for (const kind of ['email', 'phone'])
      if (columns.some(({ name }) => name === `_${kind}`)) said.push({ kind, table: stated.users, column: `_${kind}`, isId: false });
  }
  const found: { kind: string; id: string; isId: boolean; shared: boolean }[] = [];
  for (const { kind, table, column, isId } of said) {
    const of = identifier(column);
    const rows = await store.query(sql`
      SELECT ${of} AS id, bool_or(number NOT IN (${numbers}))::INTEGER AS shared FROM ${identifier(table)}
      WHERE ${of} IN (SELECT ${of} FROM ${identifier(table)} WHERE number IN (${numbers}) AND ${of} <> '') GROUP BY 1`);
    const shared = indexesOf(rows, 'shared');
    textsOf(rows, 'id').forEach((id, row) => found.push({ kind, id: id!, isId, shared: shared[row] === 1 }));
  }
  return found;
}

/** Writes the tables of a version again that have rows of somebody, and counts what is no longer in them. */
class TablesWithout {
  constructor(
    private readonly maker: TableMaker,
    private readonly version: DatasetVersion,
    private readonly numbers: readonly number[],
    private readonly texts: readonly string[],
    private readonly run: RunContext,
  ) {}

  get #store(): TableStore {
    return this.maker.store;
  }

  async write(): Promise<{ tables: Map<string, { name: string; rows: number }>; rows: ErasedRows; rejects: Map<string, number> }> {
    const { version } = this;
    const tables = new Map<string, { name: string; rows: number }>();
    const rows: ErasedRows = {};
    const rejects = new Map<string, number>();
    const derived = new Set([version.tables.users, version.tables.items, version.people]);
    const ofItems = new Set([...version.ids.items.parts, ...version.sources.map(({ stated }) => stated.items)]);
    const all = tablesToSave(version).filter((table) => !derived.has(table) && !ofItems.has(table));
    for (const [done, table] of all.entries()) {
      this.run.report({ stage: 'erase', done, total: all.length, unit: 'steps' });
      await this.run.breathe();
      const theirs = await this.#theirs(table);
      const gone = theirs ? await count(this.#store, table, theirs) : 0;
      if (!theirs || gone === 0) continue;
      // Named by what it was and whose numbers went, never by their ids: a name is kept where it can be read.
      const name = `${table.replace(/[0-9a-f]{16}/, shortHash([table, this.numbers]))}`;
      await this.maker.create(name, sql`SELECT * FROM ${identifier(table)} WHERE NOT coalesce(${theirs}, FALSE)`);
      tables.set(table, { name, rows: await count(this.#store, name) });
      const kind = kindOfTable(version, table);
      rows[kind] = (rows[kind] ?? 0) + gone;
      const source = version.sources.find((each) => each.rejects === table || each.moreRejects?.includes(table));
      if (source) rejects.set(source.id, (rejects.get(source.id) ?? 0) + gone);
    }
    return { tables, rows, rejects };
  }

  /** What it says of itself when their rows are gone; its tables still have the names of before. */
  async source(source: DatasetSource): Promise<DatasetSource> {
    const { run } = this;
    const { numbers } = this;
    const whose = sql`number IN (${[...numbers, -1]})`;
    const ids = allIds(this.version.ids.users);
    const taken: ContentSum[] = [];
    let { eventHash, rows, firstEvent, lastEvent, eventCounts } = source;
    if (source.parts.length > 0) {
      const events = await this.#events(source);
      if (events.rows > 0) {
        const sum = await sumOfEvents(events, run);
        taken.push(sum);
        eventHash = subtractSums(eventHash, sum);
        rows -= events.rows;
        const gone = new Map<string, number>();
        events.event.codes.forEach((code) => gone.set(events.event.pool.text(code), (gone.get(events.event.pool.text(code)) ?? 0) + 1));
        const left = eventCounts.map(({ event, count: before }) => ({ event, count: before - (gone.get(event) ?? 0) }));
        eventCounts = sortedCounts(left.filter(({ count: some }) => some > 0));
        ({ firstEvent, lastEvent } = await this.#range(source));
      }
    }
    if (source.stated.users !== null) {
      const stated = entitiesFrom(
        await this.#store.query(
          sql`SELECT s.*, id AS stated_id FROM ${identifier(source.stated.users)} s JOIN (${ids}) USING (number) WHERE ${whose}`,
        ),
        'stated_id',
      );
      const { length } = stated.id.codes;
      if (length > 0) taken.push(sumOfEntities(stated, 'users'));
      if (source.kind === 'users') rows -= length;
    }
    for (const { kind, table, column } of source.declared.filter(({ table }) => table !== source.stated.users)) {
      const links = await this.#store.query(
        sql`SELECT ids.id AS owner, l.${identifier(column)} AS known FROM ${identifier(table)} l JOIN (${ids}) ids USING (number) WHERE ${whose}`,
      );
      const known = textFrom(links.getChild('known')!);
      if (links.numRows > 0)
        taken.push(sumOfEntities({ id: textFrom(links.getChild('owner')!), attributes: new Map([[kind, known]]) }, 'links'));
    }
    if (taken.length === 0) return source;
    return { ...source, hash: subtractSums(source.hash, ...taken), eventHash, rows, firstEvent, lastEvent, eventCounts };
  }

  /** Sums of their ids with their numbers, as they were counted when they were given. */
  async idSums(): Promise<ContentSum[]> {
    const rows = await this.#store.query(
      sql`SELECT number, id_kind, id FROM (${allIds(this.version.ids.users)}) WHERE number IN (${[...this.numbers, -1]})`,
    );
    const ids = textFrom(rows.getChild('id')!);
    const numbers = indexesOf(rows, 'number');
    return textsOf(rows, 'id_kind').map((kind, row) =>
      sumOfNumbered(ids.codes.subarray(row, row + 1), ids.pool, numbers.subarray(row, row + 1), kind ?? plainId),
    );
  }

  /** Their rows of a table; undefined where it can have none. */
  async #theirs(table: string): Promise<Sql | undefined> {
    const columns = await columnsOf(this.#store, table);
    const has = (name: string) => columns.some((column) => column.name === name);
    const numbers = [...this.numbers, -1];
    if (has('user_index')) return sql`user_index IN (${numbers})`;
    if (has('number')) return sql`number IN (${numbers})`;
    // Rows as text: those in which one of their ids stands by itself.
    const texts = columns.filter(({ type }) => type === 'VARCHAR');
    if (texts.length === 0 || this.texts.length === 0) return undefined;
    const pattern = `(^|[^\\p{L}\\p{N}])(${this.texts.map(escaped).join('|')})($|[^\\p{L}\\p{N}])`;
    return join(
      texts.map(({ name }) => sql`coalesce(regexp_matches(${identifier(name)}, ${pattern}), FALSE)`),
      ' OR ',
    );
  }

  async #events(source: DatasetSource) {
    const theirs = sql`user_index IN (${[...this.numbers, -1]})`;
    const parts = source.parts.map((part) => eventsOfPart(part, source, { where: theirs }));
    const rows = await this.#store.query(
      sql`SELECT ${stagedEventColumns(source.properties)}, e.currency FROM (${join(parts, ' UNION ALL ')}) e
        JOIN (SELECT number AS user_index, id AS user_id FROM (${allIds(this.version.ids.users)})) USING (user_index)
        LEFT JOIN (SELECT number AS item_index, id AS item_id FROM (${allIds(this.version.ids.items)})) USING (item_index)`,
      this.run.signal,
    );
    return eventsFrom(rows, source.properties);
  }

  async #range(source: DatasetSource): Promise<Pick<DatasetSource, 'firstEvent' | 'lastEvent'>> {
    const rows = await this.#store.query(sql`
      SELECT floor(epoch_us(min(ts)) / 1000)::DOUBLE AS first, floor(epoch_us(max(ts)) / 1000)::DOUBLE AS last
      FROM (${eventsOf([source])}) WHERE user_index NOT IN (${[...this.numbers, -1]})`);
    const instant = (name: string) => {
      const at = rows.getChild(name)!.get(0) as number | null;
      return at === null ? null : new Date(at).toISOString();
    };
    return { firstEvent: instant('first'), lastEvent: instant('last') };
  }
}

function kindOfTable(version: DatasetVersion, table: string): keyof ErasedRows {
  if (version.ids.users.parts.includes(table)) return 'ids';
  for (const { parts, stated, declared, rejects, moreRejects } of version.sources) {
    if (parts.some((part) => part.table === table)) return 'events';
    if (stated.users === table || declared.some((each) => each.table === table)) return 'stated';
    if (rejects === table || moreRejects?.includes(table)) return 'rejects';
  }
  return 'other';
}

/** The document with tables under other names, wherever it names them; beside a `table`, `rows` are those of the new one. */
function renamed<T>(value: T, tables: ReadonlyMap<string, { name: string; rows: number }>): T {
  if (typeof value === 'string') return (tables.get(value)?.name ?? value) as T;
  if (Array.isArray(value)) return value.map((member) => renamed(member, tables)) as T;
  if (value === null || typeof value !== 'object') return value;
  const { table, rows } = value as { table?: unknown; rows?: unknown };
  const other = typeof table === 'string' ? tables.get(table) : undefined;
  const members = Object.entries(value).map(([key, member]) => [key, renamed(member, tables)]);
  return { ...Object.fromEntries(members), ...(other && typeof rows === 'number' && { rows: other.rows }) } as T;
}

async function columnsOf(store: TableStore, table: string): Promise<{ name: string; type: string }[]> {
  const rows = await store.query(
    sql`SELECT column_name AS name, data_type AS type FROM information_schema.columns WHERE table_name = ${table} ORDER BY ordinal_position`,
  );
  const types = textsOf(rows, 'type');
  return textsOf(rows, 'name').map((name, row) => ({ name: name!, type: types[row]! }));
}

async function count(store: TableStore, table: string, where: Sql = sql`TRUE`): Promise<number> {
  const rows = await store.query(sql`SELECT count(*)::INTEGER AS n FROM ${identifier(table)} WHERE ${where}`);
  return indexesOf(rows, 'n')[0];
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&');
}
