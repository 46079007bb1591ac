import { idShape, z } from '../base/shape';
import { textKey } from '../base/textKey';

/** Characters of one list, some 700,000 ids: the plan travels and is saved whole, and a larger list is a table of its own. */
export const longestIdList = 8_000_000;

/** A list of customers' ids that somebody uploaded or pasted. */
export const idListSchema = z.strictObject({
  id: idShape,
  name: z.string().max(120).optional(),
  /** One id a line, exactly as in the files; one long text is saved and compared a hundred times faster than as many short ones. */
  ids: z.string().max(longestIdList),
  /** The file that it came from. */
  from: z.string().max(260).optional(),
  /** When, as an ISO instant. */
  added: z.string().max(40).optional(),
});
export type IdList = z.infer<typeof idListSchema>;

/** The ids of a list, each once, in their order. */
export function idsOf({ ids }: Pick<IdList, 'ids'>): string[] {
  return [...new Set(ids.split('\n'))].filter((id) => id !== '');
}

/** The text of a list of these ids; empty ones and repetitions go. An id with a line break in it cannot be on a list. */
export function idText(ids: Iterable<string>): string {
  const kept = new Set<string>();
  for (const id of ids) if (id !== '' && !/[\r\n]/.test(id)) kept.add(id);
  return [...kept].join('\n');
}

/** The list without some of its ids; the same one where it has none of them. */
export function withoutIds(list: IdList, gone: ReadonlySet<string>): IdList {
  const ids = idsOf(list);
  const left = ids.filter((id) => !gone.has(id));
  return left.length === ids.length ? list : { ...list, ids: left.join('\n') };
}

const known = new WeakMap<object, string>();

/** Names what a list holds: worked out once for each object. */
export function idListKey(list: Pick<IdList, 'ids'>): string {
  const key = known.get(list) ?? textKey(list.ids);
  known.set(list, key);
  return key;
}
