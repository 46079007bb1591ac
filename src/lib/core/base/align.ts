/**
 * The longest common run of two lists, as pairs of places (Wagner & Fischer 1974): what stands between two pairs was taken
 * away or added. Lists are short (lines of a rule), so the table of all prefixes is kept.
 */
export function align<T>(before: readonly T[], after: readonly T[], equal: (a: T, b: T) => boolean): [number, number][] {
  const [rows, columns] = [before.length, after.length];
  const lengths = new Uint32Array((rows + 1) * (columns + 1));
  const at = (i: number, j: number) => i * (columns + 1) + j;
  for (let i = rows - 1; i >= 0; i--)
    for (let j = columns - 1; j >= 0; j--)
      lengths[at(i, j)] = equal(before[i], after[j])
        ? lengths[at(i + 1, j + 1)] + 1
        : Math.max(lengths[at(i + 1, j)], lengths[at(i, j + 1)]);
  const pairs: [number, number][] = [];
  for (let i = 0, j = 0; i < rows && j < columns;) {
    if (equal(before[i], after[j])) pairs.push([i++, j++]);
    else if (lengths[at(i + 1, j)] >= lengths[at(i, j + 1)]) i++;
    else j++;
  }
  return pairs;
}

export type Change = 'same' | 'added' | 'removed';

/** Two texts as one list of lines, each marked by whether both have it. */
export function diffLines(before: string, after: string): { change: Change; text: string }[] {
  const [old, now] = [linesOf(before), linesOf(after)];
  const found: { change: Change; text: string }[] = [];
  let [i, j] = [0, 0];
  for (const [a, b] of [...align(old, now, (x, y) => x === y), [old.length, now.length]]) {
    while (i < a) found.push({ change: 'removed', text: old[i++] });
    while (j < b) found.push({ change: 'added', text: now[j++] });
    if (i < old.length) found.push({ change: 'same', text: old[i] });
    i++;
    j++;
  }
  return found;
}

function linesOf(text: string): string[] {
  const trimmed = text.replace(/\n$/, '');
  return trimmed === '' ? [] : trimmed.split('\n');
}
