import { everyone, type AudienceSource } from '$lib/core/audiences/source';

/** A combination as the form has it: in one or all of these segments, and in none of those. */
export interface SourceForm {
  join: 'all' | 'any';
  include: string[];
  exclude: string[];
}

/** null where a combination is more than the form can show: it was written by hand, and stays as it is. */
export function formOfSource(source: AudienceSource): SourceForm | null {
  if (typeof source === 'string') return { join: 'all', include: source === everyone ? [] : [source], exclude: [] };
  if ('not' in source) return typeof source.not === 'string' ? { join: 'all', include: [], exclude: [source.not] } : null;
  if ('any' in source) return areIds(source.any) ? { join: 'any', include: source.any, exclude: [] } : null;
  const form: SourceForm = { join: 'all', include: [], exclude: [] };
  for (const part of source.all) {
    if (typeof part === 'string') form.include.push(...(part === everyone ? [] : [part]));
    else if ('not' in part && typeof part.not === 'string') form.exclude.push(part.not);
    else if ('any' in part && areIds(part.any) && form.include.length === 0) Object.assign(form, { join: 'any', include: part.any });
    else return null;
  }
  const joined = source.all.some((part) => typeof part === 'object' && 'any' in part);
  const alone = source.all.some((part) => typeof part === 'string' && part !== everyone);
  return joined && alone ? null : form;
}

/** The shortest source that means the same. */
export function sourceOfForm({ join, include, exclude }: SourceForm): AudienceSource {
  if (exclude.length === 0 && include.length < 2) return include[0] ?? everyone;
  const wanted: AudienceSource[] = join === 'any' && include.length > 1 ? [{ any: include }] : include;
  if (exclude.length === 0) return join === 'any' ? { any: include } : { all: include };
  const parts = [...wanted, ...exclude.map((id) => ({ not: id }))];
  return parts.length === 1 ? parts[0] : { all: parts };
}

function areIds(parts: readonly AudienceSource[]): parts is string[] {
  return parts.every((part) => typeof part === 'string' && part !== everyone);
}
