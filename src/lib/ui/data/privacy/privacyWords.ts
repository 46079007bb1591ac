import { m } from '$lib/paraglide/messages';
import type { ClassReason, ColumnClass } from '$lib/core/schema/privacy/classes';
import type { Erasure } from '$lib/work/operations/privacy';
import { textOf } from '../../catalogue.svelte';

const classWords: Record<ColumnClass, () => string> = {
  identifier: m.privacy_class_identifier,
  contact: m.privacy_class_contact,
  sensitive: m.privacy_class_sensitive,
  'free-text': m.privacy_class_free_text,
};

export function className(of: ColumnClass): string {
  return classWords[of]();
}

/** Why a column has its class, one sentence. */
export function reasonWords({ code, values }: ClassReason): string {
  const about = values.about === undefined ? '' : textOf(`privacy_about_${values.about}`, String(values.about));
  return textOf(`privacy_reason_${code}`, code, { ...values, about });
}

export function channelName(channel: string): string {
  return textOf(`privacy_channel_${channel}`, channel);
}

/** The record that people were erased, for whoever has to show it: when, under which salted hashes, and how many rows went. */
export function erasuresCsv(erasures: readonly Erasure[]): Uint8Array {
  const kinds = [...new Set(erasures.flatMap(({ rows }) => Object.keys(rows)))].sort() as (keyof Erasure['rows'])[];
  const lines = erasures.map(({ at, ids, rows }) => [at, ids.join(' '), ...kinds.map((kind) => String(rows[kind] ?? 0))].join(','));
  return new TextEncoder().encode(
    `\ufeff${[['erased_at', 'id_hashes', ...kinds.map((kind) => `${kind}_rows`)].join(','), ...lines].join('\r\n')}\r\n`,
  );
}
