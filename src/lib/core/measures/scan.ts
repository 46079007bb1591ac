import type { DataTables } from '../store/dataScope';
import { join, type Sql } from '../store/sql';
import { passiveEvents, refundEvents, orderEvent } from '../schema/events';
import type { Dialect } from './dialect';
import { duckdb } from './duckdb';
import { isKept, keptPlace } from './kept';
import { eventsOf, type EventMeasure, type MeasureColumn, type MeasureWindow, type PropertyFilter } from './measure';
import { orderKeyIn } from './orderKey';
import { resolveWindow } from './window';

/** Between the levels of a category path. */
export const pathSeparator = ' / ';

/**
 * What can stand in FROM: the lines before asOf, and as lines of their own what undone orders take back, so that a sum of
 * `value` over sales and refunds is net. Columns are those of {@link EventScan}, and `taken_back`.
 */
export function netLines({ tables, asOf }: { tables: DataTables; asOf: string }, dialect: Dialect = duckdb): Sql {
  const scan = new EventScan(dialect, tables, asOf);
  scan.takeBack();
  return scan.relation([]);
}

/**
 * One pass over the events before asOf, with the columns that measures look at: `user_index`, `item_index`, `event`,
 * `local_ts`, `day`, `order_key`, the properties, and what they ask of the items, which is worked out per item and
 * joined. Conditions are asked for first (they note what they need), then the relation.
 */
export class EventScan {
  #ofItems = new Map<string, Sql>();
  /** Columns of kept properties that are asked for. */
  #ofEvents = new Set<string>();
  #takesBack = false;
  #withPieces = false;

  constructor(
    readonly dialect: Dialect,
    private readonly tables: DataTables,
    readonly asOf: string,
  ) {}

  /** A property as an expression over the scan's columns; NULL where the event lacks it. */
  column(column: MeasureColumn): Sql {
    const { sql } = this.dialect;
    if (isKept(column)) {
      const place = keptPlace(column);
      if (place.table === 'item') return this.#itemColumn(this.dialect.identifier(place.column));
      this.#ofEvents.add(place.column);
      return this.dialect.identifier(place.column);
    }
    switch (column) {
      case 'item':
        return this.#itemColumn(sql`coalesce(title, item_id)`);
      case 'category':
      case 'brand':
        return this.#itemColumn(this.dialect.identifier(column));
      case 'order':
        return sql`order_key`;
      case 'time':
        return sql`local_ts`;
      case 'hour':
        return this.dialect.hourOf(sql`local_ts`);
      case 'weekday':
        return this.dialect.weekdayOf(sql`local_ts`);
      default:
        return this.dialect.identifier(column);
    }
  }

  /** What tells two values of a property apart: two items may bear one title. */
  key(column: MeasureColumn): Sql {
    return column === 'item' ? this.dialect.sql`nullif(item_index, -1)` : this.column(column);
  }

  /** Pieces that changed hands, less those that came back: of a refund, and of what an undone order takes back, they are negative. */
  pieces(): Sql {
    this.#withPieces = true;
    return this.dialect.sql`pieces`;
  }

  ofEvents(measure: Pick<EventMeasure, 'events'>): Sql {
    const { sql } = this.dialect;
    const events = eventsOf(measure);
    if (events === null) return sql`event NOT IN (${passiveEvents})`;
    return events.length === 1 ? sql`event = ${events[0]}` : sql`event IN (${events})`;
  }

  inWindow(window: MeasureWindow | undefined): Sql[] {
    const { sql, timestamp } = this.dialect;
    const { from, to } = resolveWindow(window, this.asOf);
    return [
      ...(from === null ? [] : [sql`local_ts >= ${timestamp(from)}`]),
      ...(to === this.asOf ? [] : [sql`local_ts < ${timestamp(to)}`]),
    ];
  }

  where(filter: PropertyFilter): Sql {
    const { sql, identifier, startsWith } = this.dialect;
    if (!('oneOf' in filter)) {
      const column = sql`CAST(${this.column(filter.property)} AS DOUBLE)`;
      const { atLeast, atMost, moreThan, lessThan } = filter;
      const bounds = [
        ...(atLeast === undefined ? [] : [sql`${column} >= ${atLeast}`]),
        ...(atMost === undefined ? [] : [sql`${column} <= ${atMost}`]),
        ...(moreThan === undefined ? [] : [sql`${column} > ${moreThan}`]),
        ...(lessThan === undefined ? [] : [sql`${column} < ${lessThan}`]),
      ];
      return bounds.length === 0 ? sql`${column} IS NOT NULL` : sql`(${join(bounds, ' AND ')})`;
    }
    const { property, oneOf } = filter;
    if (isKept(property)) {
      const { table, column } = keptPlace(property);
      if (table === 'item') return this.#itemColumn(sql`CAST(${identifier(column)} AS STRING) IN (${oneOf})`);
      return sql`${this.column(property)} IN (${oneOf})`;
    }
    switch (property) {
      case 'item':
        return this.#itemColumn(sql`item_id IN (${oneOf})`);
      case 'brand':
        return this.#itemColumn(sql`brand IN (${oneOf})`);
      case 'category': {
        const paths = oneOf.map((path) => sql`category = ${path} OR ${startsWith(sql`category`, sql`${path + pathSeparator}`)}`);
        return this.#itemColumn(sql`(${join(paths, ' OR ')})`);
      }
      default:
        return sql`${identifier(property)} IN (${oneOf})`;
    }
  }

  /** Asks for the money that undone orders take back (see {@link lines}) as events of their own, `taken_back`. */
  takeBack(): void {
    this.#takesBack = true;
  }

  get takesBack(): boolean {
    return this.#takesBack;
  }

  /** What can stand in FROM: the events for which all these conditions hold. */
  relation(conditions: readonly Sql[]): Sql {
    const { sql, identifier } = this.dialect;
    const items = [...this.#ofItems].map(([name, expression]) => sql`${expression} AS ${identifier(name)}`);
    const where = conditions.length === 0 ? sql`` : sql`WHERE ${join(conditions, ' AND ')}`;
    const joined =
      items.length === 0
        ? sql`e`
        : sql`e LEFT JOIN (SELECT item_index AS item_number, ${join(items)} FROM ${identifier(this.tables.items)}) i ON i.item_number = e.item_index`;
    return sql`(SELECT * FROM ${this.#lines()} ${joined} ${where})`;
  }

  /**
   * A refund or cancellation that names neither money (in whatever currency) nor item takes its whole order back: what its sales brought, less
   * what was refunded of it before. Each line of the order comes once more with its money the other way round, at the
   * time of that event. Only lines of sales and refunds are taken back, though others (a cart) may share the key where
   * a file has no order ids.
   */
  #lines(): Sql {
    const { sql, identifier, timestamp, dayOf } = this.dialect;
    const kept = (of = sql``) => join([sql``, ...[...this.#ofEvents].map((column) => sql`${of}${identifier(column)}`)]);
    const sold = sql`coalesce(quantity, CASE WHEN event = ${orderEvent} THEN 1 ELSE 0 END)`;
    const pieces = this.#withPieces ? sql`, CASE WHEN event IN (${refundEvents}) THEN -abs(${sold}) ELSE ${sold} END AS pieces` : sql``;
    const seen = sql`(
      SELECT user_index, item_index, event, local_ts, ${dayOf(sql`local_ts`)} AS day, ${orderKeyIn(this.dialect)} AS order_key,
        value, price, quantity, rating, channel, campaign, device${this.#takesBack ? sql`, currency` : sql``}${pieces}${kept()}
      FROM ${identifier(this.tables.events)} WHERE local_ts < ${timestamp(this.asOf)})`;
    if (!this.#takesBack) return seen;
    const money = [orderEvent, ...refundEvents];
    return sql`(
      SELECT *, FALSE AS taken_back FROM ${seen}
      UNION ALL
      SELECT s.user_index, s.item_index, u.event, u.local_ts, ${dayOf(sql`u.local_ts`)} AS day, s.order_key, -s.value AS value, s.price,
        NULL AS quantity, NULL AS rating, s.channel, s.campaign, s.device, s.currency${this.#withPieces ? sql`, -s.pieces AS pieces` : sql``}${kept(sql`s.`)}, TRUE AS taken_back
      FROM (SELECT * FROM ${seen} WHERE event IN (${money}) AND value IS NOT NULL) s
      JOIN (
        SELECT user_index, order_key, min(local_ts) AS local_ts, min(event) AS event FROM ${seen}
        WHERE event IN (${refundEvents}) AND value IS NULL AND currency IS NULL AND item_index < 0 GROUP BY user_index, order_key
      ) u ON u.user_index = s.user_index AND u.order_key = s.order_key)`;
  }

  #itemColumn(expression: Sql): Sql {
    const known = [...this.#ofItems].find(([, { text }]) => text === expression.text);
    const name = known?.[0] ?? `of_item_${this.#ofItems.size}`;
    this.#ofItems.set(name, expression);
    return this.dialect.identifier(name);
  }
}
