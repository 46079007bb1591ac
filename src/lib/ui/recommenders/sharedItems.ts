/** Items that more than one list names, and at least half of them: where models are many, two of them agree on nearly everything. */
export function sharedItems(lists: readonly (readonly { itemId: string }[])[]): Set<string> {
  const times = new Map<string, number>();
  for (const list of lists) for (const { itemId } of list) times.set(itemId, (times.get(itemId) ?? 0) + 1);
  const filled = lists.filter((list) => list.length > 0).length;
  const least = Math.max(2, Math.ceil(filled / 2));
  return new Set([...times].filter(([, count]) => count >= least).map(([id]) => id));
}
