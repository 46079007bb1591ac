import { z } from '../base/shape';
import type { Rule } from '../segments/rule';

/** An audience `from: everyone` needs no segment. */
export const everyone = 'everyone';

/**
 * Where an audience takes its people from: a segment's id, `everyone`, or a combination of them:
 * `{ all: [loyal, { not: recent }] }` is who is loyal and not recent.
 */
export type AudienceSource = string | { all: AudienceSource[] } | { any: AudienceSource[] } | { not: AudienceSource };

export const sourceShape: z.ZodType<AudienceSource> = z.lazy(() =>
  z.union([
    z.string(),
    z.strictObject({ all: z.array(sourceShape).min(1) }),
    z.strictObject({ any: z.array(sourceShape).min(1) }),
    z.strictObject({ not: sourceShape }),
  ]),
);

/** The source as a rule, so that a combination is evaluated, counted and explained as segments are. */
export function ruleOfSource(source: AudienceSource): Rule {
  if (typeof source === 'string') return source === everyone ? { all: [] } : { segment: source };
  if ('all' in source) return { all: source.all.map(ruleOfSource) };
  return 'any' in source ? { any: source.any.map(ruleOfSource) } : { not: ruleOfSource(source.not) };
}

/** Ids of the segments that a source names, in its order, each once. */
export function segmentsOfSource(source: AudienceSource): string[] {
  return [...new Set(placesOfSource(source).map(({ segment }) => segment))];
}

/** Where in a source which segment is named: `{ segment: 'recent', path: ['all', 1, 'not'] }`. */
export function placesOfSource(source: AudienceSource, path: PropertyKey[] = []): { segment: string; path: PropertyKey[] }[] {
  if (typeof source === 'string') return source === everyone ? [] : [{ segment: source, path }];
  if ('not' in source) return placesOfSource(source.not, [...path, 'not']);
  const [key, parts] = 'all' in source ? (['all', source.all] as const) : (['any', source.any] as const);
  return parts.flatMap((part, i) => placesOfSource(part, [...path, key, i]));
}

/** The source with every id of a segment as `nameOf` has it, for files and the command line: `loyal and not recent`. */
export function sourceText(source: AudienceSource, nameOf: (segment: string) => string = (id) => id): string {
  if (typeof source === 'string') return source === everyone ? everyone : nameOf(source);
  const inner = (part: AudienceSource) =>
    typeof part === 'string' || 'not' in part ? sourceText(part, nameOf) : `(${sourceText(part, nameOf)})`;
  if ('not' in source) return `not ${inner(source.not)}`;
  return 'all' in source ? source.all.map(inner).join(' and ') : source.any.map(inner).join(' or ');
}
