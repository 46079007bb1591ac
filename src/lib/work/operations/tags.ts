import { UserError } from '../../core/base/errors';
import { readProfileIds } from '../../core/profiles/profilesPage';
import { reportTag, type TagReport } from '../../core/profiles/tags/tagColumns';
import { membersOf } from '../../core/segments/evaluate';
import type { Rule } from '../../core/segments/rule';
import { reads } from './context';
import { peopleOfId } from './profiles';

export type { TagReport } from '../../core/profiles/tags/tagColumns';

/** Whom a tag of the plan names. @throws UserError `tag_unknown`, `no_data` */
export const tagReport = reads<{ tag: string }, TagReport>(async ({ tag: id }, epoch) => {
  const tag = epoch.plan.tags?.find((candidate) => candidate.id === id);
  if (!tag) throw new UserError('tag_unknown', `There is no tag "${id}".`, 'Choose one of the tags of this plan.', { tag: id });
  return reportTag({ ...(await epoch.data()), personIds: await epoch.personIds() }, tag, epoch);
});

/** The ids of the customers of a table of them, one a line: of a segment, where a rule is given, and of a search. */
export const peopleIds = reads<{ rule?: Rule; search?: string }, { ids: string; count: number }>(async ({ rule, search = '' }, epoch) => {
  const scope = await epoch.segments();
  const members = rule && (await membersOf(scope, rule, epoch));
  const alsoFound = search.trim() ? await peopleOfId(search.trim(), epoch) : undefined;
  const ids = await readProfileIds(scope, search, members, epoch.signal, alsoFound);
  return { ids: ids.join('\n'), count: ids.length };
});
