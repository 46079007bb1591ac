import type { RunContext } from '../lib/core/base/run';
import type { IdentityPreview } from '../lib/core/store/dataset/identityPreview';
import { mergingOf } from '../lib/work/dataRules';
import type { Desk } from '../lib/work/desk';
import { count } from './help';

/** What merging people by their ids came to; null where the plan merges nobody. */
export async function mergedPeople(desk: Desk, run: RunContext): Promise<IdentityPreview | null> {
  const { data, plan } = desk.state;
  if (!data || !plan.identity?.merge.length) return null;
  const { identityPreview } = await import('../lib/core/store/dataset');
  return desk.read(run, async ({ signal }) => identityPreview(await desk.store(), data.version, mergingOf(plan), signal));
}

/** What somebody should know who merges by ids that they have not looked at. */
export function notesOnPeople({ kinds, by }: IdentityPreview, merge: readonly { kind: string }[]): string[] {
  const known = new Set(kinds.map(({ kind }) => kind));
  const missing = merge.filter(({ kind }) => !known.has(kind)).map(({ kind }) => `identity: no file has ids of the kind "${kind}".`);
  const shared = by.flatMap(({ kind, limit, overLimit, alarms: [first] }) =>
    overLimit === 0
      ? []
      : [
          `identity: ${count(overLimit)} of kind "${kind}" are shared by more than ${limit} ids and merge nobody, such as "${first.id}" with ${count(first.people)}.`,
        ],
  );
  return [...missing, ...shared];
}

/** `43 ids are 28 people; 14 of them have several ids` */
export function peopleInWords({ ids, people, merged }: Pick<IdentityPreview, 'ids' | 'people' | 'merged'>): string {
  return `${count(ids)} ids are ${count(people)} people; ${count(merged)} of them have several ids`;
}
