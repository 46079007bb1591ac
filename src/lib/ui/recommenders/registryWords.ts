import type { LackOfWeights } from '$lib/work/registry/entry';
import type { ModelLine } from '$lib/work/operations/registry';
import { m } from '$lib/paraglide/messages';

export const lackWords: Record<LackOfWeights, () => string> = {
  measured: m.registry_lacks_measured,
  room: m.registry_lacks_room,
  deleted: m.registry_lacks_deleted,
  erased: m.registry_lacks_erased,
};

/** NDCG at the longest list of its comparison; undefined where it was in none. */
export function scoreOf({ measured }: Pick<ModelLine, 'measured'>): { metric: string; value: number; margin?: number } | undefined {
  const k = measured?.protocol.cutoffs.at(-1);
  const metric = `ndcg@${k}`;
  if (!measured || measured.metrics[metric] === undefined) return undefined;
  return { metric, value: measured.metrics[metric], margin: measured.margins?.[metric] };
}

export const orders = ['when', 'name', 'score', 'seconds', 'bytes'] as const;
export type Order = (typeof orders)[number];

export const orderWords: Record<Order, () => string> = {
  when: m.registry_sort_when,
  name: m.registry_sort_name,
  score: m.registry_sort_score,
  seconds: m.registry_sort_seconds,
  bytes: m.registry_sort_bytes,
};

/** Lines in an order; what is not known comes last. */
export function sorted(lines: readonly ModelLine[], order: Order): ModelLine[] {
  const last = Infinity;
  const rank: Record<Exclude<Order, 'name'>, (line: ModelLine) => number> = {
    when: ({ at }) => (at ? -Date.parse(at) : last),
    score: (line) => -(scoreOf(line)?.value ?? -last),
    seconds: ({ seconds }) => seconds ?? last,
    bytes: ({ bytes, hasWeights }) => (hasWeights ? bytes : last),
  };
  if (order === 'name') return lines.toSorted((a, b) => a.name.localeCompare(b.name));
  return lines.toSorted((a, b) => rank[order](a) - rank[order](b) || a.name.localeCompare(b.name));
}
