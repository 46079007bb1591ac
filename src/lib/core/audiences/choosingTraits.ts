import { namesIn } from '../segments/names';
import type { Rule } from '../segments/rule';

interface Audience {
  from: string;
  top?: { by: string };
}

/**
 * The traits that decide who is in an audience, each once: those of its segment's conditions, of all segments that
 * these name, and the one by which the best are chosen.
 */
export function choosingTraits({ from, top }: Audience, segments: readonly { id: string; rule: Rule }[]): string[] {
  const traits = new Set<string>();
  const seen = new Set<string>();
  const open = [from];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    const segment = segments.find((held) => held.id === id);
    if (!segment || seen.has(id)) continue;
    seen.add(id);
    for (const trait of namesIn(segment.rule, 'trait')) traits.add(trait);
    open.push(...namesIn(segment.rule, 'segment'));
  }
  if (top) traits.add(top.by);
  return [...traits];
}
