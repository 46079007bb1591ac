/**
 * Column names from a header's cells: trimmed, unnamed ones numbered, repeated ones told apart (`price`, `price 2`).
 * Names that differ only in case or in their spaces count as repeated: no engine and few people tell them apart.
 */
export function headerNames(cells: readonly string[]): string[] {
  const taken = new Set<string>();
  return cells.map((cell, index) => {
    const name = cell.trim() || `column${index + 1}`;
    let free = name;
    for (let n = 2; taken.has(plain(free)); n++) free = `${name} ${n}`;
    taken.add(plain(free));
    return free;
  });
}

function plain(name: string): string {
  return name.normalize('NFC').toLowerCase().replace(/\s+/g, ' ');
}
