import { idShape, localDateShape, z } from '../../base/shape';
import { textKey } from '../../base/textKey';

/** Before the id of a trait that is a tag of the plan: `tag:vip`. */
export const tagPrefix = 'tag:';

/** Characters of all people of one tag, some 600,000 of them: the plan travels and is saved whole. */
export const longestTag = 8_000_000;
export const longestLabel = 80;
export const longestNote = 300;

const givenSchema = z.strictObject({
  /** A person a line: an id exactly as in the files; of a tag with labels, then a tab and the label. */
  people: z.string().max(longestTag),
  /** Who gave it. */
  by: z.string().max(80).optional(),
  /** On which day. */
  on: localDateShape.optional(),
  note: z.string().max(longestNote).optional(),
  /** The file that it came from. */
  from: z.string().max(260).optional(),
});

/** A tag that people were given by hand or by a file, and not by a rule. */
export const tagSchema = z.strictObject({
  id: idShape,
  name: z.string().max(120).optional(),
  /** What it means, in the words of whoever gives it. */
  what: z.string().max(longestNote).optional(),
  /** `yes`, where it is left out: one has it or not. `label`: one has one of several labels. */
  kind: z.enum(['yes', 'label']).optional(),
  /** The later one counts, where somebody has two labels. */
  given: z.array(givenSchema).max(50_000),
});
export type Tag = z.infer<typeof tagSchema>;

/** One giving: to whom, by whom, when and why. */
export type Given = z.infer<typeof givenSchema>;

/** What is known of a person's tag. */
export interface TagOfPerson extends Omit<Given, 'people'> {
  /** Empty of a tag without labels. */
  label: string;
}

/** A person and their label as a line of a tag; `undefined` where no line can hold the id. */
export function personLine(id: string, label = ''): string | undefined {
  if (id === '' || /[\t\r\n]/.test(id)) return undefined;
  const text = label.replace(/\s+/g, ' ').trim().slice(0, longestLabel);
  return text === '' ? id : `${id}\t${text}`;
}

/** The ids and labels of a tag in their order; somebody may stand there twice. */
export function peopleOf({ given }: Pick<Tag, 'given'>): { id: string; label: string }[] {
  return linesOf(given.map(({ people }) => people).join('\n')).map((line) => {
    const [id, label = ''] = line.split('\t');
    return { id, label };
  });
}

/** What a person has who goes by these ids: what was given last; undefined where they have it not. */
export function tagOf({ given }: Pick<Tag, 'given'>, ids: readonly string[]): TagOfPerson | undefined {
  for (const { people, ...rest } of given.toReversed()) {
    const text = `\n${people}\n`;
    const at = Math.max(...ids.flatMap((id) => [text.lastIndexOf(`\n${id}\n`), text.lastIndexOf(`\n${id}\t`)]));
    if (at < 0) continue;
    const [, label = ''] = text.slice(at + 1, text.indexOf('\n', at + 1)).split('\t');
    return { label, ...rest };
  }
  return undefined;
}

/** The tag given to these people, too; what they had of it before is replaced. Ids that no line can hold are left out. */
export function giveTag(tag: Tag, ids: readonly string[], { label, ...how }: Omit<TagOfPerson, 'label'> & { label?: string }): Tag {
  const lines = ids.flatMap((id) => personLine(id, tag.kind === 'label' ? label : '') ?? []);
  if (lines.length === 0) return tag;
  const { given, ...rest } = takeTag(tag, ids);
  const last = given.at(-1);
  // One after the other, for the same reason: one giving.
  if (last && sameHow(last, how))
    return { ...rest, given: [...given.slice(0, -1), { ...last, people: [last.people, ...lines].join('\n') }] };
  return { ...rest, given: [...given, { people: lines.join('\n'), ...how }] };
}

/** The tag without these people; the same one where none of them has it. */
export function takeTag(tag: Tag, ids: Iterable<string>): Tag {
  const gone = new Set(ids);
  let changed = false;
  const given = tag.given.flatMap((one) => {
    const lines = linesOf(one.people);
    const left = lines.filter((line) => !gone.has(idOf(line)));
    if (left.length === lines.length) return [one];
    changed = true;
    return left.length === 0 ? [] : [{ ...one, people: left.join('\n') }];
  });
  return changed ? { ...tag, given } : tag;
}

/** How many lines it has: people, as long as nobody stands there twice. */
export function sizeOf({ given }: Pick<Tag, 'given'>): number {
  return given.reduce((sum, { people }) => sum + linesOf(people).length, 0);
}

/** Characters of its people, which {@link longestTag} bounds. */
export function lengthOf({ given }: Pick<Tag, 'given'>): number {
  return given.reduce((sum, { people }) => sum + people.length + 1, 0);
}

/** Names who has a tag and which label: its name, notes and dates are no part. Worked out once for each object. */
export function tagKey(tag: Pick<Tag, 'id' | 'kind' | 'given'>): string {
  const key = known.get(tag) ?? `${tag.id} ${tag.kind ?? 'yes'} ${textKey(tag.given.map(({ people }) => people).join('\n'))}`;
  known.set(tag, key);
  return key;
}
const known = new WeakMap<object, string>();

function linesOf(people: string): string[] {
  return people === '' ? [] : people.split('\n').filter((line) => line !== '');
}

function idOf(line: string): string {
  const tab = line.indexOf('\t');
  return tab < 0 ? line : line.slice(0, tab);
}

function sameHow(one: Given, how: Omit<Given, 'people'>): boolean {
  return one.by === how.by && one.on === how.on && one.note === how.note && one.from === how.from;
}
