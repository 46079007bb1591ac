/** Column names from a header's cells: trimmed, unnamed ones numbered, repeated ones told apart (`price`, `price 2`). */
export function headerNames(cells: readonly string[]): string[] {
  const taken = new Set<string>();
  return cells.map((cell, index) => {
    const name = cell.trim() || `column${index + 1}`;
    let free = name;
    for (let n = 2; taken.has(free); n++) free = `${name} ${n}`;
    taken.add(free);
    return free;
  });
}
