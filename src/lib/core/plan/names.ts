import { longestName } from '../base/longestName';

export { longestName };

/**
 * A name that a plan can always hold: spaces at its ends gone, and cut with … after a whole character where it is
 * too long. Every place that makes a name uses it, so that no name ever keeps a plan from being saved.
 */
export function boundedName(name: string, longest = longestName): string {
  const trimmed = name.trim();
  if (trimmed.length <= longest) return trimmed;
  let cut = '';
  for (const { segment } of graphemes.segment(trimmed)) {
    if (cut.length + segment.length + 1 > longest) break;
    cut += segment;
  }
  return `${cut.trimEnd()}…`;
}

/**
 * The name for something new beside things with the `taken` names: itself where it is free, otherwise counted on:
 * `Champions` → `Champions 2` → `Champions 3`, never `Copy of Copy of …`. Within {@link longestName}.
 */
export function freshName(name: string, taken: readonly string[]): string {
  const given = boundedName(name);
  if (!taken.includes(given)) return given;
  // `Champions 2` beside `Champions` is its copy and counts on; `Top 10` alone is a name.
  const counted = /^(.*\S) \d+$/.exec(given)?.[1];
  const stem = counted !== undefined && taken.includes(counted) ? counted : given;
  for (let n = 2; ; n++) {
    const next = `${boundedName(stem, longestName - ` ${n}`.length)} ${n}`;
    if (!taken.includes(next)) return next;
  }
}

/** The language makes no difference to where a character ends; a fixed one keeps this the same everywhere. */
const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });
