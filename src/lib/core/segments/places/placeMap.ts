/** One square of a map of places. */
export interface PlaceTile {
  /** ISO 3166: `FR`, of provinces the part after `CN-`. */
  id: string;
  /** In the square. */
  short: { en: string; zh: string };
  name: { en: string; zh: string };
  column: number;
  row: number;
}

/**
 * Squares instead of borders: every place is as easy to see and to hit as the next, a claim about where a border runs is
 * none of ours, and the whole map is a page of text (docs/decisions/0058).
 */
export interface PlaceMap {
  id: 'countries' | 'provinces';
  tiles: readonly PlaceTile[];
  /** The tile of a value as files have it; undefined where it names no place of this map. */
  find(value: string): string | undefined;
}

/** What does not tell one way of writing a name from another: case, accents, full width, spaces, dots and marks. */
export function foldedPlace(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{Mark}/gu, '')
    .toLowerCase()
    .replace(/&/g, 'and')
    .replace(/[^\p{Letter}\p{Number}]/gu, '');
}

/** Rows of codes of two letters, `..` where there is nothing. */
export function placesIn(grid: string): { id: string; column: number; row: number }[] {
  return grid
    .trim()
    .split('\n')
    .flatMap((line, row) =>
      line
        .trim()
        .split(/\s+/)
        .flatMap((id, column) => (id === '..' ? [] : [{ id, column, row }])),
    );
}
