/** Items that more than one list names. */
export function sharedItems(lists: readonly (readonly { itemId: string }[])[]): Set<string> {
  const times = new Map<string, number>();
  for (const list of lists) for (const { itemId } of list) times.set(itemId, (times.get(itemId) ?? 0) + 1);
  return new Set([...times].filter(([, count]) => count > 1).map(([id]) => id));
}
