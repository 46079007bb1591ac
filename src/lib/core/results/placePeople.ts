import { UserError } from '../base/errors';
import type { CampaignPeople } from './people';
import type { ResultFinding } from './outcomes';

/**
 * With a smaller share of the smaller side found on the other, the two do not belong together. Of a log of orders most
 * people are others' customers, and few of the campaign's have to be in it; a table of outcomes lists the campaign's.
 */
const leastShared = { lines: 0.001, table: 0.1 };

/**
 * Which of the outcomes' people are whom of the campaign, by id as it is written.
 * @param lines of each id, how many lines it has
 * @throws UserError `results_ids_kind` where the ids are of another kind, `results_other_experiment` where next to nobody is shared
 */
export function placePeople(
  file: string,
  ids: readonly string[],
  people: CampaignPeople,
  lines: readonly number[],
  kind: keyof typeof leastShared = 'lines',
): { placeOf: Int32Array; findings: ResultFinding[] } {
  const places = new Map(people.ids.map((id, place) => [id, place]));
  const placeOf = Int32Array.from(ids, (id) => places.get(id) ?? -1);
  const found = placeOf.reduce((sum, place) => sum + (place >= 0 ? 1 : 0), 0);
  const present = lines.reduce((sum, count) => sum + (count > 0 ? 1 : 0), 0);
  if (found < leastShared[kind] * Math.min(present, people.ids.length) || found === 0) throw strangers(file, ids, people, found);
  const strange = ids.findIndex((_, code) => placeOf[code] < 0 && lines[code] > 0);
  if (strange < 0) return { placeOf, findings: [] };
  const count = placeOf.reduce((sum, place, code) => sum + (place < 0 && lines[code] > 0 ? 1 : 0), 0);
  const values = { count, total: present, example: ids[strange], file };
  const message = `${count} of the ${present} people in "${file}" were not in the campaign, "${ids[strange]}" among them; what they did is left out.`;
  return { placeOf, findings: [{ code: 'results_not_exported', message, values }] };
}

function strangers(file: string, ids: readonly string[], people: CampaignPeople, found: number): UserError {
  const [theirs, ours] = [kindOf(ids), kindOf(people.ids)];
  const values = { file, found, people: people.ids.length, theirs: ids[0] ?? '', ours: people.ids[0] ?? '', campaign: people.campaign };
  if (theirs !== ours) {
    return new UserError(
      'results_ids_kind',
      `The ids of "${file}" look like ${kindWords[theirs]} ("${values.theirs}"), and the campaign's like ${kindWords[ours]} ("${values.ours}").`,
      'Export the outcomes with the same id that the campaign has, or name the column that holds it.',
      { ...values, theirKind: theirs, ourKind: ours },
    );
  }
  return new UserError(
    'results_other_experiment',
    `${found} of the people in "${file}" are among the ${people.ids.length} of the campaign "${people.campaign}": these are the outcomes of another one.`,
    'Choose the outcomes of this campaign, or the export that they belong to.',
    values,
  );
}

type IdKind = 'email' | 'sha256' | 'md5' | 'phone' | 'number' | 'text';

const kindWords: Record<IdKind, string> = {
  email: 'e-mail addresses',
  sha256: 'SHA-256 hashes',
  md5: 'MD5 hashes',
  phone: 'phone numbers',
  number: 'numbers',
  text: 'names of their own',
};

const looks: readonly [IdKind, RegExp][] = [
  ['email', /^[^@\s]+@[^@\s]+$/],
  ['sha256', /^[0-9a-f]{64}$/i],
  ['md5', /^[0-9a-f]{32}$/i],
  ['phone', /^\+?\d[\d -]{9,}$/],
  ['number', /^\d+$/],
];

/** What most of some ids look like. */
function kindOf(ids: readonly string[]): IdKind {
  const sample = ids.slice(0, 200);
  return looks.find(([, look]) => sample.filter((id) => look.test(id)).length > sample.length / 2)?.[0] ?? 'text';
}
