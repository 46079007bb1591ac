/*
 * What Arrow's messages and footers are written in. A table begins with how far before it its list of members lies; the
 * list has its own size, the table's, and for each member where in the table it is.
 */

export const viewOf = ({ buffer, byteOffset, byteLength }: Uint8Array) => new DataView(buffer, byteOffset, byteLength);

/** Where the table begins that the buffer from `start` on is about. */
export const rootOf = (view: DataView, start: number) => start + view.getUint32(start, true);

/** Where in a table a member is, by its place in the list of members; 0 where the table has no such member. */
export function memberOf(view: DataView, table: number, slot: number): number {
  const members = table - view.getInt32(table, true);
  return slot < view.getUint16(members, true) ? view.getUint16(members + slot, true) : 0;
}

/** What a member of a table points to; 0 where the table has no such member. */
export function follow(view: DataView, table: number, slot: number): number {
  const member = memberOf(view, table, slot);
  return member === 0 ? 0 : rootOf(view, table + member);
}
