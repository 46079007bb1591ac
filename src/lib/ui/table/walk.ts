/** A cell of the grid; row -1 is the header. */
export interface Place {
  row: number;
  column: number;
}

/** What a key asks of the grid. */
export type Step =
  | { does: 'go'; to: Place; extends: boolean }
  | { does: 'open' }
  | { does: 'copy' }
  /** Chooses the row or lets it go; with Shift all from the last one. Only where rows can be chosen. */
  | { does: 'choose'; isRange: boolean }
  | { does: 'chooseAll' }
  /** Pixels by which the active header's column becomes wider. */
  | { does: 'resize'; by: number };

const resizeStep = 16;

/** The step that a key press means at a place of a grid with so many rows, columns and rows a page; null where it means none. */
export function stepOf(
  event: Pick<KeyboardEvent, 'key' | 'altKey' | 'shiftKey' | 'ctrlKey' | 'metaKey'>,
  { row, column }: Place,
  grid: { rows: number; columns: number; page: number; chooses?: boolean },
): Step | null {
  const isCommand = event.ctrlKey || event.metaKey;
  const go = (to: Place): Step => ({
    does: 'go',
    to: { row: clamp(to.row, -1, grid.rows - 1), column: clamp(to.column, 0, grid.columns - 1) },
    extends: event.shiftKey,
  });
  if (isCommand && event.key.toLowerCase() === 'c') return { does: 'copy' };
  if (grid.chooses && isCommand && event.key.toLowerCase() === 'a') return { does: 'chooseAll' };
  if (grid.chooses && row >= 0 && event.key === ' ') return { does: 'choose', isRange: event.shiftKey };
  if (event.altKey && row === -1 && event.key === 'ArrowLeft') return { does: 'resize', by: -resizeStep };
  if (event.altKey && row === -1 && event.key === 'ArrowRight') return { does: 'resize', by: resizeStep };
  switch (event.key) {
    case 'ArrowDown':
      return go({ row: row + 1, column });
    case 'ArrowUp':
      return go({ row: row - 1, column });
    case 'ArrowRight':
      return go({ row, column: column + 1 });
    case 'ArrowLeft':
      return go({ row, column: column - 1 });
    case 'PageDown':
      return go({ row: row + grid.page, column });
    case 'PageUp':
      return go({ row: Math.max(0, row - grid.page), column });
    case 'Home':
      return go({ row: isCommand ? 0 : row, column: 0 });
    case 'End':
      return go({ row: isCommand ? grid.rows - 1 : row, column: grid.columns - 1 });
    case 'Enter':
    case ' ':
      return { does: 'open' };
    default:
      return null;
  }
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}
