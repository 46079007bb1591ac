import { Cancelled, UserError } from '$lib/core/base/errors';
import type { Mapping } from '$lib/core/schema/roles';
import type { OpenedFiles } from '$lib/work/operations/files';
import { needsOrders, ordersFor, surelyOrdersOf } from './orderPairs';
import type { SourceDraft } from './sourceDraft.svelte';

/** What finding the orders of lines needs of the wizard. */
export interface PairingHost {
  /** The sources in the making; replaced whole where the person starts over. */
  sources: readonly SourceDraft[];
  /** The tables of more files, as sources that were looked at. */
  lookInto(files: readonly File[]): Promise<{ drafts: SourceDraft[]; skipped: OpenedFiles['skipped'] }>;
  /** How the orders of a source of the plan are read; undefined where it has none. */
  ordersMappingOf(sourceId: string): Mapping | undefined;
}

/** Lines take buyer and time from these orders; with null, from none, which come in by themselves then. */
export async function pair(host: PairingHost, lines: SourceDraft, orders: SourceDraft | null): Promise<void> {
  lines.orders = orders;
  const known = lines.into === null ? undefined : host.ordersMappingOf(lines.into);
  // The orders of next month are read as those of this one, so that both are of one source.
  if (orders && !orders.corrects && known) await orders.lookAs(known);
}

/** Order lines and the files of their orders find each other. */
export async function pairAll(host: PairingHost, sources: readonly SourceDraft[]): Promise<void> {
  const all = sources.filter(({ included }) => included.length > 0);
  for (const lines of all) {
    const orders = needsOrders(lines.mapping) ? surelyOrdersOf(lines, all) : null;
    if (orders) await pair(host, lines, orders);
  }
}

/** The file of the orders, for lines that came without it; why it is none stands with the lines. */
export async function addOrders(host: PairingHost, lines: SourceDraft, files: readonly File[]): Promise<void> {
  if (files.length === 0) return;
  const { sources } = host;
  lines.error = null;
  try {
    const { drafts, skipped } = await host.lookInto(files);
    if (host.sources !== sources) return;
    const [orders] = ordersFor(lines, drafts);
    if (!orders) throw drafts.length > 0 ? noOrders(drafts[0].title) : asError(skipped[0]);
    host.sources = [...sources, orders];
    await pair(host, lines, orders);
  } catch (error) {
    if (!(error instanceof Cancelled) && host.sources === sources) lines.error = error;
  }
}

export const asError = ({ code, message, values }: OpenedFiles['skipped'][number]) => new UserError(code, message, '', values);

const noOrders = (file: string) =>
  new UserError('no_file_of_orders', `"${file}" is no file of orders: it needs an order id, a buyer and a time.`, 'Choose the export that has one row for each order.', { file }); // prettier-ignore
