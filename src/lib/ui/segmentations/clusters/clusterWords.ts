import { m } from '$lib/paraglide/messages';
import type { ClusterGroup } from '$lib/core/predictions/report';
import type { TraitKind } from '$lib/core/profiles/traits';
import { format } from '$lib/state/format.svelte';
import { traitName, traitValue } from '../../traitNames';

/** A figure of a trait as coordinates have it: yes/no are 1 and 0, dates milliseconds. */
export function placedValue(kind: TraitKind, value: number | null): string {
  if (value === null) return '–';
  if (kind === 'boolean') return traitValue('boolean', value >= 0.5, format());
  if (kind === 'date') return format().date(new Date(value).toISOString().slice(0, 19));
  return traitValue(kind, value, format());
}

/** Rousseeuw's own words for a silhouette: over .7 strong, over .5 fair, over .25 weak (Kaufman & Rousseeuw 1990, table 4). */
export function qualityWords(silhouette: number): string {
  if (silhouette > 0.7) return m.clusters_quality_strong();
  if (silhouette > 0.5) return m.clusters_quality_fair();
  return silhouette > 0.25 ? m.clusters_quality_weak() : m.clusters_quality_none();
}

/** What sets a group apart from the others, the greatest effect first. */
export function apart(
  { traits }: ClusterGroup,
  kindOf: (trait: string) => TraitKind,
  most = 3,
): { words: string; more: boolean; what: string }[] {
  return traits
    .flatMap(({ trait, difference }) => (difference && Math.abs(difference.effect) >= 0.147 ? [{ trait, ...difference }] : []))
    .sort((a, b) => Math.abs(b.effect) - Math.abs(a.effect))
    .slice(0, most)
    .map(({ trait, effect, low, high }) => {
      const isDate = kindOf(trait) === 'date';
      const words =
        effect > 0 ? (isDate ? m.clusters_apart_later : m.clusters_apart_more) : isDate ? m.clusters_apart_earlier : m.clusters_apart_less;
      const figure = (value: number) => format().fixed(value, 2);
      return {
        words: words({ trait: traitName(trait) }),
        more: effect > 0,
        what: m.clusters_apart_interval({ effect: figure(effect), low: figure(low), high: figure(high) }),
      };
    });
}
