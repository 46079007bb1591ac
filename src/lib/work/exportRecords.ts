import { deflateSync, inflateSync } from 'fflate';
import { Bitset } from '../core/base/bitset';
import type { PastExport } from '../core/audiences/contacts';
import type { Manifest } from '../core/exports/types';

/** What was exported once: kept with the workspace, so that the next export can say what has changed since. */
export interface ExportRecord {
  /** ISO instant. */
  at: string;
  asOf: string;
  plan: string;
  data: string;
  files: number;
  rows: number;
  destinations: string[];
  audiences: {
    id: string;
    name: string;
    members: number;
    /** Who, by number; kept of the last records only. */
    people?: string;
    /** SHA-256 of its experiment's salt. */
    salt?: string;
  }[];
  /** Parts of the numbering of people that `people` goes by. */
  numbering: readonly string[];
}

/** Who came to an audience and who went since an export. */
export interface AudienceChanges {
  since: string;
  asOf: string;
  entered: number;
  left: number;
  stay: number;
}

const mostRecords = 24;
/** Characters of who was in them: a million people are up to 170 kB an audience. Of the youngest three it is kept however much it is. */
const mostOfPeople = 4_000_000;
const leastWithPeople = 3;

/** @param numbering of the people that the sets go by */
export function recordOf(manifest: Manifest, members: ReadonlyMap<string, Bitset>, numbering: readonly string[]): ExportRecord {
  const { createdAt: at, asOf, plan, data, files, audiences, exports } = manifest;
  const lists = files.filter(({ role }) => role === undefined || role === 'whole');
  return {
    at,
    asOf,
    plan: plan.sha256,
    data: data.sha256,
    files: files.length,
    rows: lists.reduce((sum, { rows }) => sum + rows, 0),
    destinations: [...new Set(exports.map(({ destination }) => destination))],
    audiences: audiences.map(({ id, name, members: count, experiment }) => ({
      id,
      name,
      members: count,
      people: packed(members.get(id)!),
      ...(experiment && { salt: experiment.salt_sha256 }),
    })),
    numbering,
  };
}

/** The records with another one, the youngest last. */
export function withRecord(records: readonly ExportRecord[], record: ExportRecord): ExportRecord[] {
  const all = [...records, record].slice(-mostRecords);
  let room = mostOfPeople;
  const kept = all.toReversed().map((each, age) => {
    room -= each.audiences.reduce((sum, { people = '' }) => sum + people.length, 0);
    return age < leastWithPeople || room >= 0 ? each : withoutPeople(each);
  });
  return kept.reverse();
}

export function withoutPeople(record: ExportRecord): ExportRecord {
  return { ...record, audiences: record.audiences.map(({ people: _, ...rest }) => rest) };
}

/**
 * Whom the records say that exports addressed, where their numbers are those of the data.
 * @param numbering of the data's people, of whom there are `size`
 */
export function pastOf(records: readonly ExportRecord[], numbering: readonly string[], size: number): PastExport[] {
  return records.flatMap((record) => {
    const known = isGoneOn(record.numbering, numbering);
    return record.audiences.flatMap(({ id, people, salt }): PastExport[] => {
      if (!known || people === undefined) return salt === undefined ? [] : [{ audience: id, asOf: record.asOf, people: { ids: '' }, salt }];
      return [{ audience: id, asOf: record.asOf, people: unpacked(people, size), ...(salt !== undefined && { salt }) }];
    });
  });
}

/** What has changed since the last export that had the audience; null where there is none that can be compared with. */
export function changesSince(
  records: readonly ExportRecord[],
  audience: string,
  now: Bitset,
  numbering: readonly string[],
): AudienceChanges | null {
  const last = records.findLast(({ audiences }) => audiences.some(({ id }) => id === audience));
  const people = last?.audiences.find(({ id }) => id === audience)?.people;
  if (!last || people === undefined || !isGoneOn(last.numbering, numbering)) return null;
  const then = unpacked(people, now.size);
  const stay = now.and(then).count;
  return { since: last.at, asOf: last.asOf, entered: now.count - stay, left: then.count - stay, stay };
}

/** Numbers go on: an earlier numbering is the beginning of a later one, or other people's. */
function isGoneOn(earlier: readonly string[], numbering: readonly string[]): boolean {
  return earlier.every((part, i) => numbering[i] === part);
}

function packed({ words }: Bitset): string {
  const bytes = deflateSync(new Uint8Array(words.buffer, words.byteOffset, words.byteLength));
  let text = '';
  for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return btoa(text);
}

/** @param size people there are by now */
function unpacked(text: string, size: number): Bitset {
  const bytes = inflateSync(Uint8Array.from(atob(text), (character) => character.charCodeAt(0)));
  const then = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength >>> 2);
  const words = new Uint32Array((size + 31) >>> 5);
  words.set(then.subarray(0, words.length));
  return new Bitset(size, words);
}
