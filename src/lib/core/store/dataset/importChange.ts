import { Table } from 'apache-arrow';
import type { RunContext } from '../../base/run';
import type { ImportChange } from '../../schema/report';
import { TimeZone } from '../../schema/parse/timeZone';
import type { StagedEvents, StagedSource } from '../../schema/staging/staged';
import { indexesOf, numbersOf } from '../columns';
import { identifier, sql, type Sql } from '../sql';
import type { TableStore } from '../tableStore';
import { int32Column, textColumn } from './arrowColumns';
import { equalBetween } from './equalBetween';
import { writeEvents } from './eventParts';
import { propertiesOfSource } from './eventProperties';
import type { Merging } from './identityKeys';
import { indexName, mentionedNumbers, numberOfRows, presentIn, usesOf, type EntityKind } from './idUses';
import { wouldNumber, type Numbers } from './numbering';
import { borneIds, readPairs } from './personMap';
import { between, countEqual, sharedTime } from './sameRows';
import { kindOf, least, timeRange } from './sourceFacts';
import { TableMaker } from './tableMaker';
import { countMatches, keyColumns } from './upsert';
import { eventsOf, type DatasetSource, type DatasetVersion, type EventPart } from './version';

export interface ChangeQuestion {
  add: readonly { staged: StagedSource; upsertBy?: readonly string[] }[];
  /** Whether a source of the current version would stay. */
  keep: (source: DatasetSource) => boolean;
  timeZone: string;
  /** By which ids people would be one. */
  merging?: Merging;
  run: RunContext;
}

/**
 * What adding staged sources to a version would change. Nothing is: what it puts into the store for the comparison is
 * gone when it answers.
 * @throws Cancelled
 */
export async function importChange(
  store: TableStore,
  current: DatasetVersion | null,
  { add, keep, timeZone, merging = { merge: [] }, run }: ChangeQuestion,
): Promise<ImportChange> {
  const before = current?.sources ?? [];
  const kept = before.filter(keep);
  const removed = before.filter((source) => !keep(source));
  const ranges = add.map(({ staged }) => timeRange(staged.events?.ts.values));
  const change: ImportChange = {
    rows: add.reduce((sum, { staged }) => sum + rowsOf(staged), 0),
    newPeople: 0,
    knownPeople: 0,
    newItems: 0,
    firstTime: least(ranges.map(({ firstEvent }) => firstEvent)),
    lastTime: least(
      ranges.map(({ lastEvent }) => lastEvent),
      true,
    ),
    overlappingDays: 0,
    exactDuplicates: 0,
    equalBetween: 0,
    updatedRows: 0,
    removedRows: removed.reduce((sum, { rows }) => sum + rows, 0),
    removedSources: removed.map(({ id }) => id),
  };
  const maker = await TableMaker.over(store, run.signal);
  try {
    const compared = new Comparison(maker, current, new TimeZone(timeZone), run);
    const numbers = { users: await compared.numbers(add, 'users'), items: await compared.numbers(add, 'items') };
    const people = await compared.people(add, numbers.users, merging);
    const items = await compared.known(numbers.items, 'items');
    change.knownPeople = people.known;
    change.newPeople = people.mentioned - people.known;
    change.newItems = items.mentioned - items.known;
    change.overlappingDays = await compared.overlappingDays(
      add.flatMap(({ staged }) => staged.events ?? []),
      kept,
    );
    for (const { staged, upsertBy } of add) {
      const same = kept.filter(({ kind }) => kind === kindOf(staged));
      if (!staged.events) change.updatedRows += upsertBy ? await compared.updatedEntities(staged, numbers, same) : 0;
      else if (upsertBy) change.updatedRows += await compared.updatedEvents(staged.events, numbers, same, upsertBy);
      else change.exactDuplicates += await compared.exactDuplicates(staged.events, numbers, same);
      await run.breathe();
    }
    const together = add.flatMap(({ staged: { events }, upsertBy }) => (events && !upsertBy ? [events] : []));
    if (together.length > 1) change.equalBetween = await equalBetween(together, run);
    return change;
  } finally {
    await maker.end(false);
  }
}

type NumbersOfBoth = Record<EntityKind, Numbers>;
type WouldNumbers = Awaited<ReturnType<typeof wouldNumber>>;

class Comparison {
  constructor(
    private readonly maker: TableMaker,
    private readonly current: DatasetVersion | null,
    private readonly zone: TimeZone,
    private readonly run: RunContext,
  ) {}

  async numbers(add: ChangeQuestion['add'], kind: EntityKind): Promise<WouldNumbers> {
    return wouldNumber(this.maker, this.current?.ids[kind] ?? { size: 0, parts: [] }, await usesOf(add, kind, this.run), this.run);
  }

  /** How many ids the new rows mention, and of how many of them somebody is there already. */
  async known(numbers: Numbers, kind: EntityKind): Promise<{ mentioned: number; known: number }> {
    const mentioned = mentionedNumbers(numbers);
    const { current } = this;
    if (!current) return { mentioned: mentioned.length, known: 0 };
    const known = mentioned.filter((number) => number < current.ids[kind].size);
    const table = await this.maker.temporary(`would_mention_${kind}`, new Table({ number: int32Column(known) }));
    return {
      mentioned: mentioned.length,
      known: await this.#count(sql`SELECT count(*)::INTEGER AS n FROM ${identifier(table)} m
        SEMI JOIN ${identifier(current.tables[kind])} t ON t.${identifier(indexName[kind])} = m.number`),
    };
  }

  /**
   * How many people the new rows mention, and how many of them are there already: as merging by the ids that the new
   * rows and those of before declare would have it. The limits of shared ids hold as they will after the import.
   */
  async people(add: ChangeQuestion['add'], numbers: WouldNumbers, merging: Merging): Promise<{ mentioned: number; known: number }> {
    if (merging.merge.length === 0) return this.known(numbers, 'users');
    const { maker, current } = this;
    const before = current?.sources ?? [];
    const declared = [...before.map((source) => source.declared), await this.#declared(add, numbers)].flat();
    const parts = [...numbers.space.parts];
    for (const table of numbers.tables) parts.push(await maker.temporary('would_number', table));
    const mentioned = mentionedNumbers(numbers);
    const table = await maker.temporary('would_mention_users', new Table({ number: int32Column(mentioned) }));
    const there = await maker.temporary('would_be_there', presentIn('users', before));
    const present = sql`SELECT number FROM ${identifier(table)} UNION SELECT number FROM ${identifier(there)}`;
    const borne = borneIds([{ declared }], { size: numbers.space.size, parts }, merging, present);
    if (borne === null) return this.known(numbers, 'users');
    const { number, person } = await readPairs(maker.store, borne, merging.merge);
    await this.run.breathe();
    const personOf = Int32Array.from({ length: numbers.space.size }, (_, own) => own);
    number.forEach((raw, i) => (personOf[raw] = person[i]));
    const isThere = new Uint8Array(personOf.length);
    const rows = await maker.store.query(sql`SELECT number FROM ${identifier(there)}`, this.run.signal);
    for (const raw of indexesOf(rows, 'number')) isThere[personOf[raw]] = 1;
    const people = new Set(mentioned.map((raw) => personOf[raw]));
    let known = 0;
    for (const one of people) known += isThere[one];
    return { mentioned: people.size, known };
  }

  /** The ids that the new rows declare of people, as tables. */
  async #declared(add: ChangeQuestion['add'], numbers: Numbers): Promise<DatasetSource['declared']> {
    const declared: DatasetSource['declared'] = [];
    for (const { kind, user, id } of add.flatMap(({ staged }) => staged.links ?? [])) {
      const of = numberOfRows({ id: user }, numbers.ofUse.get(user.pool)!);
      const links = new Table({ number: int32Column(of), id: textColumn(id.codes, id.pool) });
      declared.push({ kind, table: await this.maker.temporary('would_link', links), column: 'id' });
      await this.run.breathe();
    }
    return declared;
  }

  async overlappingDays(events: readonly StagedEvents[], kept: readonly DatasetSource[]): Promise<number> {
    const ranges = events.map(({ ts }) => timeRange(ts.values));
    const range = { firstEvent: least(ranges.map((r) => r.firstEvent)), lastEvent: least(ranges.map((r) => r.lastEvent), true) }; // prettier-ignore
    // Instants lie within a day of the calendar days that they are on.
    const wide = (instant: string | null, days: number) => instant && new Date(Date.parse(instant) + days * 864e5).toISOString();
    const shared = sharedTime({ firstEvent: wide(range.firstEvent, -1), lastEvent: wide(range.lastEvent, 1) }, kept);
    if (!shared) return 0;
    const rows = await this.maker.store.query(
      sql`SELECT DISTINCT (epoch_us(date_trunc('day', local_ts)) // 86400000000)::DOUBLE AS day
        FROM (${eventsOf(shared.others)}) WHERE ${between(shared.from, shared.to)}`,
      this.run.signal,
    );
    const there = new Set(numbersOf(rows, 'day'));
    const both = new Set<number>();
    for (const { ts } of events) {
      const { values } = ts;
      for (let row = 0; row < values.length; row++) {
        const day = Math.floor(this.zone.toLocal(values[row]) / 86_400_000_000);
        if (there.has(day)) both.add(day);
        if ((row & 0xffff) === 0) await this.run.breathe();
      }
    }
    return both.size;
  }

  async exactDuplicates(events: StagedEvents, numbers: NumbersOfBoth, kept: readonly DatasetSource[]): Promise<number> {
    const shared = sharedTime(timeRange(events.ts.values), kept);
    if (!shared) return 0;
    const [from, to] = [Date.parse(shared.from) * 1000, Date.parse(shared.to) * 1000 + 1000];
    const { values } = events.ts;
    const fresh = await this.#written(events, numbers, (row) => values[row] >= from && values[row] <= to);
    return this.#count(countEqual(fresh, shared));
  }

  async updatedEvents(
    events: StagedEvents,
    numbers: NumbersOfBoth,
    kept: readonly DatasetSource[],
    by: readonly string[],
  ): Promise<number> {
    if (kept.length === 0) return 0;
    // What is keyed by a person can only meet rows of people who are there.
    const fresh = await this.#written(events, numbers, () => true, keyColumns(by).includes('user_index'));
    return this.#count(countMatches(kept, fresh, by));
  }

  async updatedEntities(staged: StagedSource, numbers: NumbersOfBoth, kept: readonly DatasetSource[]): Promise<number> {
    const kind = kindOf(staged) as EntityKind;
    const of = numbers[kind].ofUse.get(staged[kind]!.id.pool)!;
    const mentioned = Int32Array.from(new Set(staged[kind]!.id.codes.map((code) => of[code])));
    const table = await this.maker.temporary('would_state', new Table({ number: int32Column(mentioned) }));
    let rows = 0;
    for (const { stated } of kept) {
      if (stated[kind] === null) continue;
      rows += await this.#count(
        sql`SELECT count(*)::INTEGER AS n FROM ${identifier(stated[kind])} SEMI JOIN ${identifier(table)} USING (number)`,
      );
    }
    return rows;
  }

  /** Some of the events as tables beside the parts. */
  async #written(
    events: StagedEvents,
    { users, items }: NumbersOfBoth,
    which: (row: number) => boolean,
    onlyKnown = true,
  ): Promise<Pick<DatasetSource, 'parts' | 'properties'>> {
    const userOfCode = users.ofUse.get(events.user.pool)!;
    const userOfRow = events.user.codes.map((code) => userOfCode[code]);
    const size = onlyKnown ? (this.current?.ids.users.size ?? 0) : Infinity;
    const order = Int32Array.from(userOfRow.keys()).filter((row) => userOfRow[row] < size && which(row));
    const itemOfCode = events.item && items.ofUse.get(events.item.pool);
    const parts: EventPart[] = [];
    await writeEvents(
      { events, order, userOfRow, itemOfCode, zone: this.zone },
      async (slice) => {
        const table = await this.maker.temporary('would_add', slice);
        parts.push({ table, rows: slice.numRows, columns: slice.schema.fields.map(({ name }) => name) });
      },
      this.run,
    );
    return { parts, ...propertiesOfSource(events) };
  }

  async #count(query: Sql): Promise<number> {
    return indexesOf(await this.maker.store.query(query, this.run.signal), 'n')[0];
  }
}

/** Rows of a source as it counts them itself. */
export function rowsOf({ events, users, items }: StagedSource): number {
  return events ? events.rows : Math.max(users?.id.codes.length ?? 0, items?.id.codes.length ?? 0);
}
