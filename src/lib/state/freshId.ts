/** An id for a plan made from a name, and not taken yet: `Win back` → `Win-back`, `Win-back-2`. */
export function freshId(name: string, taken: readonly string[]): string {
  const stem =
    name
      .replace(/[^\p{L}\p{N}]+/gu, '-')
      .replace(/^-+|-+$/g, '')
      .slice(0, 56) || 'item';
  let id = stem;
  for (let n = 2; taken.includes(id); n++) id = `${stem}-${n}`;
  return id;
}
