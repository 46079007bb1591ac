import { attributesFrom } from './readBack';
import { Table } from 'apache-arrow';
import { canonicalTables } from '../../schema/canonical';
import type { RunContext } from '../../base/run';
import type { TimeZone } from '../../schema/parse/timeZone';
import type { TextColumn } from '../../schema/staging/columns';
import { numbersFrom, textFrom } from '../../schema/staging/fromArrow';
import { TextPool } from '../../schema/staging/textPool';
import { indexesOf } from '../columns';
import { identifier, join, Sql, sql } from '../sql';
import { int32Column, textColumn } from './arrowColumns';
import { addSums, emptySum, sumOfEntities, sumOfNumbered, type ContentSum } from './contentSum';
import { entityTable } from './entityTable';
import type { Merging } from './identityKeys';
import { idName, indexName, mentionedNumbers, presentIn, type EntityKind } from './idUses';
import { shortHash } from './names';
import { allIds, plainId, type Numbers } from './numbering';
import { peopleTable, readPeople } from './personMap';
import { mergeStatements, type Entities, type Statement, type Survivorship } from './survivorship';
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
  /** By which ids they are. */
  by: Merging;
  /** Which values count, and whether that is another rule than before. */
  survivorship: Survivorship;
  rulesChanged: boolean;
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
    const states =
      change.added.some(({ stated }) => stated[kind] !== null) || change.rulesChanged || (change.zoneChanged && kind === 'users');
    const mentioned = mentionedNumbers(numbers);
    if (current && !change.isShort && !states && !change.merging && mentioned.length === 0) {
      const rows = kind === 'users' ? current.facts.users : current.facts.items;
      return { table: current.tables[kind], rows, sum: current.sums[kind], people: null, mergedSum: emptySum };
    }
    const otherKinds = kind === 'users' && (await this.#hasOtherKinds(numbers.space));
    const isFirst = !current && !change.isShort && !states;
    if (isFirst && !change.merging && !otherKinds && numbers.fresh.length < 2) return this.#first(kind, numbers);
    const mentionedTable = await maker.temporary(`mentioned_${kind}`, new Table({ number: int32Column(mentioned) }));
    const base = current?.tables[kind];
    if (!change.isShort && !states && !change.merging && !otherKinds)
      return this.#extended(kind, numbers, base, mentionedTable, current?.sums[kind] ?? emptySum);

    const present = await maker.temporary(
      `present_${kind}`,
      change.isShort || change.merging || !base
        ? presentIn(kind, change.sources)
        : sql`SELECT ${identifier(indexName[kind])} AS number FROM ${identifier(base)} UNION SELECT number FROM ${identifier(mentionedTable)}`,
    );
    const people = change.merging ? await peopleTable(maker, change.sources, numbers.space, change.by, present) : null;
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
    if (people !== null || otherKinds) entities.ids = await this.#shownIds(entities, people, present, numbers.space);
    await this.run.breathe();
    const statements: Statement[] = [];
    for (const source of change.sources) {
      const name = source.stated[kind];
      if (name !== null) statements.push(await this.#readStatement(source, name, personOf));
      await this.run.breathe();
    }
    const merged = mergeStatements(entities, statements, numbers.space.size, change.survivorship);
    const mergedSum = people === null ? emptySum : await this.#sumOfMerged(people, numbers.space);
    const sum = sumOfEntities({ id: entities.ids, attributes: merged }, kind);
    await this.run.breathe();
    const numbered = sumOfNumbered(entities.ids.codes, entities.ids.pool, entities.numbers, kind);
    const name = `${kind}_${shortHash([sum, numbered, this.zone.name])}`;
    const table = await maker.put(name, () => entityTable(kind, entities, merged, this.zone));
    return { table, rows: entities.numbers.length, sum, people, mergedSum };
  }

  /** Whether any id is one of a kind of its own: then what somebody is shown as depends on the others. */
  async #hasOtherKinds(space: IdSpace): Promise<boolean> {
    const [some] = indexesOf(
      await this.maker.store.query(
        sql`SELECT count(*)::INTEGER AS n FROM (SELECT 1 FROM (${allIds(space)}) WHERE id_kind <> ${plainId} LIMIT 1)`,
      ),
      'n',
    );
    return some > 0;
  }

  /** The first ids of all, of which nothing is said: they are all at hand. */
  async #first(kind: EntityKind, { fresh: [fresh] }: Numbers) {
    const ids: TextColumn = fresh ? { kind: 'text', codes: fresh.codes, pool: fresh.ids } : noTexts();
    const numbers = fresh?.numbers ?? new Int32Array(0);
    const sum = sumOfEntities({ id: ids, attributes: new Map() }, kind);
    await this.run.breathe();
    const name = `${kind}_${shortHash([sum, sumOfNumbered(ids.codes, ids.pool, numbers, kind), this.zone.name])}`;
    await this.run.breathe();
    const table = this.maker.putMeanwhile(name, () => entityTable(kind, { numbers, ids }, new Map(), this.zone));
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

  async #readStatement(source: DatasetSource, name: string, personOf: Map<number, number>): Promise<Statement> {
    const rows = await this.maker.store.query(sql`SELECT * FROM ${identifier(name)}`, this.run.signal);
    const attributes = attributesFrom(rows);
    const at = rows.getChild('at');
    const numbers = indexesOf(rows, 'number');
    return {
      source: source.id,
      ridesAlong: source.kind === 'events',
      numbers: personOf.size === 0 ? numbers : numbers.map((number) => personOf.get(number) ?? number),
      ...(at && { times: numbersFrom(at).values }),
      attributes,
    };
  }

  /** Which ids are one person, whatever their numbers: each group by its ids in byte order. */
  async #sumOfMerged(people: string, ids: IdSpace): Promise<string> {
    const rows = await this.maker.store.query(sql`
      WITH members AS (SELECT number, person FROM ${identifier(people)} UNION SELECT person, person FROM ${identifier(people)})
      SELECT string_agg(id_kind || ' ' || id, chr(10) ORDER BY id_kind, id) AS ids
      FROM members JOIN (${allIds(ids)}) USING (number) GROUP BY person`);
    return sumOfEntities({ id: textFrom(rows.getChild('ids')!), attributes: new Map() }, 'merged');
  }

  /**
   * A person of several ids goes by the first of them, plain ones before others and in byte order, because which one
   * has the lowest number depends on what came first. An id of another kind that is written like an id of somebody
   * else has its kind before it: `email:ann@x.org`.
   */
  async #shownIds({ numbers, ids }: Entities, people: string | null, present: string, space: IdSpace): Promise<TextColumn> {
    const { store } = this.maker;
    const person = people === null ? sql`number` : sql`coalesce(p.person, r.number)`;
    const map = people === null ? sql`` : sql`LEFT JOIN ${identifier(people)} p USING (number)`;
    // Only whoever has several ids, or one of another kind, can go by another one than that of the number.
    const rows = await store.query(sql`
      WITH named AS (
        SELECT ${person} AS person, id_kind, id FROM ${identifier(present)} r ${map} JOIN (${allIds(space)}) USING (number)
      ),
      alike AS (SELECT id FROM named GROUP BY id HAVING count(DISTINCT id_kind) > 1),
      shown AS (
        SELECT person, arg_min({ 'kind': id_kind, 'id': id }, (CASE WHEN id_kind = ${plainId} THEN '' ELSE id_kind END) || chr(1) || id) AS first
        FROM named GROUP BY person HAVING count(*) > 1 OR min(id_kind) <> ${plainId}
      )
      SELECT person, CASE WHEN first.kind <> ${plainId} AND first.id IN (FROM alike) THEN first.kind || ':' || first.id ELSE first.id END AS id
      FROM shown`);
    const shown = textFrom(rows.getChild('id')!);
    const shownOf = new Map(Array.from(indexesOf(rows, 'person'), (of, row) => [of, shown.pool.text(shown.codes[row])]));
    const codes = ids.codes.map((code, row) => {
      const text = shownOf.get(numbers[row]);
      return text === undefined ? code : ids.pool.internText(text);
    });
    return { kind: 'text', codes, pool: ids.pool };
  }
}

const noTexts = (): TextColumn => ({ kind: 'text', codes: new Int32Array(0), pool: new TextPool(1) });
