import { Table } from 'apache-arrow';
import { canonicalTables } from '../../schema/canonical';
import type { RunContext } from '../../base/run';
import type { TimeZone } from '../../schema/parse/timeZone';
import type { TextColumn } from '../../schema/staging/columns';
import { textFrom } from '../../schema/staging/fromArrow';
import { TextPool } from '../../schema/staging/textPool';
import { indexesOf } from '../columns';
import { identifier, join, Sql, sql } from '../sql';
import { int32Column, textColumn } from './arrowColumns';
import { addSums, emptySum, sumOfEntities, sumOfNumbered, type ContentSum } from './contentSum';
import { entityTable, mergeStatements, type Entities, type Statement } from './entityTable';
import { idName, indexName, mentionedNumbers, presentIn, type EntityKind } from './idUses';
import { shortHash } from './names';
import { allIds, type Numbers } from './numbering';
import { peopleTable, readPeople } from './personMap';
import type { TableMaker } from './tableMaker';
import type { DatasetSource, DatasetVersion, IdSpace } from './version';

/** How a version's sources differ from those of the version that it goes on from. */
export interface EntityChange {
  /** All sources of the new version, and those of them that are new. */
  sources: DatasetSource[];
  added: DatasetSource[];
  /** Rows of before are gone: what is there has to be looked up. */
  isShort: boolean;
  zoneChanged: boolean;
  /** People may be merged, or were. */
  merging: boolean;
  /** Kinds of declared ids by which they are. */
  kinds: string[];
}

export interface BuiltEntities {
  table: string;
  rows: number;
  sum: ContentSum;
  /** Table of the merged people; null where nobody is merged. */
  people: string | null;
  mergedSum: ContentSum;
}

/** Makes the `users` and `items` tables of a new version: the one of before, that one and the new ids, or merged anew. */
export class EntityBuild {
  constructor(
    private readonly maker: TableMaker,
    /** The version that it goes on from; null where numbering starts anew. */
    private readonly base: DatasetVersion | null,
    private readonly zone: TimeZone,
    private readonly run: RunContext,
  ) {}

  async build(kind: EntityKind, numbers: Numbers, change: EntityChange): Promise<BuiltEntities> {
    const { maker } = this;
    const current = this.base;
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
    const rows = await this.maker.store.query(
      sql`SELECT number, id FROM (${persons}) JOIN (${allIds(numbers.space)}) USING (number) ORDER BY number`,
      this.run.signal,
    );
    const entities: Entities = { numbers: indexesOf(rows, 'number'), ids: textFrom(rows.getChild('id')!) };
    await this.run.breathe();
    const statements: Statement[] = [];
    for (const source of change.sources) {
      const name = source.stated[kind];
      if (name !== null) statements.push(await this.#readStatement(name, personOf));
      await this.run.breathe();
    }
    const merged = mergeStatements(entities, statements, numbers.space.size);
    const mergedSum = people === null ? emptySum : await this.#sumOfMerged(people, numbers.space);
    const sum = sumOfEntities({ id: await this.#idsToHash(entities, people, numbers.space), attributes: merged }, kind);
    await this.run.breathe();
    const numbered = sumOfNumbered(entities.ids.codes, entities.ids.pool, entities.numbers, kind);
    const name = `${kind}_${shortHash([sum, numbered, this.zone.name])}`;
    const table = await maker.put(name, () => entityTable(kind, entities, merged, this.zone));
    return { table, rows: entities.numbers.length, sum, people, mergedSum };
  }

  /** The first ids of all, of which nothing is said: they are all at hand. */
  async #first(kind: EntityKind, { fresh: [fresh] }: Numbers) {
    const ids: TextColumn = fresh ? { kind: 'text', codes: fresh.codes, pool: fresh.ids } : noTexts();
    const numbers = fresh?.numbers ?? new Int32Array(0);
    const sum = sumOfEntities({ id: ids, attributes: new Map() }, kind);
    const name = `${kind}_${shortHash([sum, sumOfNumbered(ids.codes, ids.pool, numbers, kind), this.zone.name])}`;
    await this.run.breathe();
    const table = await this.maker.put(name, () => entityTable(kind, { numbers, ids }, new Map(), this.zone));
    return { table, rows: numbers.length, sum, people: null, mergedSum: emptySum };
  }

  /** Nothing new is said of anybody: the table of before and a line for each new id. */
  async #extended(kind: EntityKind, numbers: Numbers, base: string | undefined, mentioned: string, sumBefore: string) {
    const { maker } = this;
    const index = identifier(indexName[kind]);
    const isNew = base ? sql`WHERE number NOT IN (SELECT ${index} FROM ${identifier(base)})` : sql``;
    const fresh = await this.maker.store.query(
      sql`SELECT number, id FROM (SELECT number FROM ${identifier(mentioned)} ${isNew}) JOIN (${allIds(numbers.space)}) USING (number) ORDER BY number`,
      this.run.signal,
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
      const inOrder = freshNumbers.length === 0 || freshNumbers[0] >= (this.base?.ids[kind].size ?? 0);
      const both = base && sql`SELECT * FROM ${identifier(base)} UNION ALL BY NAME SELECT * FROM ${identifier(added)}`;
      await maker.create(
        name,
        both ? (inOrder ? both : sql`SELECT * FROM (${both}) ORDER BY ${index}`) : sql`SELECT ${join(columns)} FROM ${identifier(added)}`,
      );
    }
    const [rows] = indexesOf(await this.maker.store.query(sql`SELECT count(*)::INTEGER AS n FROM ${identifier(name)}`), 'n');
    return { table: name, rows, sum, people: null, mergedSum: emptySum };
  }

  async #readStatement(name: string, personOf: Map<number, number>): Promise<Statement> {
    const rows = await this.maker.store.query(sql`SELECT * FROM ${identifier(name)}`, this.run.signal);
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
    const rows = await this.maker.store.query(sql`
      WITH members AS (SELECT number, person FROM ${identifier(people)} UNION SELECT person, person FROM ${identifier(people)})
      SELECT string_agg(id_kind || ' ' || id, chr(10) ORDER BY id_kind, id) AS ids
      FROM members JOIN (${allIds(ids)}) USING (number) GROUP BY person`);
    return sumOfEntities({ id: textFrom(rows.getChild('ids')!), attributes: new Map() }, 'merged');
  }

  /** A person of several ids goes by the first in byte order, because which one has the lowest number depends on what came first. */
  async #idsToHash({ numbers, ids }: Entities, people: string | null, space: IdSpace): Promise<TextColumn> {
    if (people === null) return ids;
    const rows = await this.maker.store.query(sql`
      WITH members AS (SELECT number, person FROM ${identifier(people)} UNION SELECT person, person FROM ${identifier(people)})
      SELECT person, min(id) AS id FROM members JOIN (${allIds(space)}) USING (number) GROUP BY person`);
    const first = textFrom(rows.getChild('id')!);
    const firstOf = new Map(Array.from(indexesOf(rows, 'person'), (person, row) => [person, first.pool.text(first.codes[row])]));
    const codes = ids.codes.map((code, row) => (firstOf.has(numbers[row]) ? ids.pool.internText(firstOf.get(numbers[row])!) : code));
    return { kind: 'text', codes, pool: ids.pool };
  }
}

const noTexts = (): TextColumn => ({ kind: 'text', codes: new Int32Array(0), pool: new TextPool(1) });
