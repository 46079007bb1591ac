import type { Mapping } from '$lib/core/schema/roles';

/** What an order says of its lines where they do not: whose it is, and when. */
export const givenByOrders = ['user', 'time'] as const;

/** What this needs to know of a source in the making. */
interface Candidate {
  mapping: Mapping | null;
  preview: { preset: string | null } | null;
  included: readonly unknown[];
  report: unknown;
  /** What gives it buyer and time: then it can give them to no other. */
  ordersInUse: unknown;
}

/** Whether rows are lines of orders that another file has to say more about. */
export function needsOrders(mapping: Mapping | null): boolean {
  return mapping?.kind === 'events' && mapping.roles.order !== undefined && givenByOrders.some((role) => mapping.roles[role] === undefined);
}

/** Whether rows say of an order whose it is and when it was, so that its lines can take both from them. */
export function isOfOrders(mapping: Mapping | null): boolean {
  return (
    mapping?.kind === 'events' && mapping.roles.order !== undefined && givenByOrders.every((role) => mapping.roles[role] !== undefined)
  );
}

/** Sources that have the orders of these lines, perhaps; the likeliest first. */
export function ordersFor<Source extends Candidate>(lines: Source, sources: readonly Source[]): Source[] {
  return sources
    .filter((source) => source !== lines && isOfOrders(source.mapping))
    .filter(({ included, report, ordersInUse }) => included.length > 0 && report === null && ordersInUse === null)
    .sort((a, b) => likeness(lines, b) - likeness(lines, a));
}

/**
 * The source that lines take buyer and time from without a question: of the same platform, or with the order id under
 * the same name; any other file of orders only where it is the only one and no other platform's.
 */
export function surelyOrdersOf<Source extends Candidate>(lines: Source, sources: readonly Source[]): Source | null {
  const [first, ...others] = ordersFor(lines, sources);
  if (!first) return null;
  return likeness(lines, first) > 1 || (others.length === 0 && likeness(lines, first) === 1) ? first : null;
}

/** 3: of the same platform; 2: the order id has the same name; 1: perhaps; 0: of another platform. */
function likeness({ mapping, preview }: Candidate, orders: Candidate): 0 | 1 | 2 | 3 {
  const [mine, theirs] = [preview?.preset, orders.preview?.preset];
  if (mine && theirs) return mine === theirs ? 3 : 0;
  return plain(mapping?.roles.order) === plain(orders.mapping?.roles.order) ? 2 : 1;
}

/** Order ID, order_id and OrderId are one name. */
const plain = (name = '') => name.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '');
