import { TimeZone } from '../../schema/parse/timeZone';
import { identifier, join, sql } from '../sql';
import { shortHash } from './names';
import type { TableMaker } from './tableMaker';
import type { DatasetSource } from './version';

/** The same events with the local times of another zone, in parts of their own; instants stay as they are. */
export async function rezoned(maker: TableMaker, sources: readonly DatasetSource[], zone: TimeZone): Promise<DatasetSource[]> {
  const moved: DatasetSource[] = [];
  for (const source of sources) {
    if (source.parts.length === 0) {
      moved.push(source);
      continue;
    }
    const stretches = zone.stretches(Date.parse(source.firstEvent!) * 1000, Date.parse(source.lastEvent!) * 1000 + 1000);
    const offset = join(
      [
        ...stretches.map(
          ({ start, offset }, i) => sql`${i === 0 ? sql`WHEN TRUE` : sql`WHEN ts >= make_timestamp(${start})`} THEN ${offset}`,
        ),
      ].reverse(),
      ' ',
    );
    const parts = [];
    for (const part of source.parts) {
      const table = `events_part_${shortHash([part.table, zone.name])}_0`;
      await maker.create(
        table,
        sql`SELECT * REPLACE (ts + to_microseconds((CASE ${offset} END)::BIGINT) AS local_ts) FROM ${identifier(part.table)}`,
      );
      parts.push({ ...part, table });
    }
    moved.push({ ...source, parts });
  }
  return moved;
}
