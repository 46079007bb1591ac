import type { TableColumn } from './types';

const narrowest = 56;
const widest = 800;
/** How far a column of text gives way to the others before the table scrolls, and how far it grows into empty room. */
const narrowestText = 104;
const widestText = 420;

interface Stored {
  widths: Record<string, number>;
  hidden: Record<string, boolean>;
}

/** Which columns are in sight and how wide, kept per table in this browser. */
export class ColumnLayout {
  #stored = $state.raw<Stored>({ widths: {}, hidden: {} });
  /** Pixels that the table has; 0 while it is not known. */
  room = $state(0);
  #fitted = $derived.by(() => this.#fit());

  constructor(
    private readonly all: () => readonly TableColumn[],
    private readonly storageKey: string | undefined,
  ) {
    this.#stored = read(storageKey);
  }

  get visible(): TableColumn[] {
    return this.all().filter((column) => !this.isHidden(column));
  }

  isHidden(column: TableColumn): boolean {
    return this.#stored.hidden[column.id] ?? column.hidden ?? false;
  }

  setHidden(column: TableColumn, hidden: boolean): void {
    this.#write({ ...this.#stored, hidden: { ...this.#stored.hidden, [column.id]: hidden } });
  }

  widthOf(column: TableColumn): number {
    return this.#fitted.get(column.id) ?? this.#wished(column);
  }

  setWidth(column: TableColumn, width: number): void {
    const clamped = Math.round(Math.min(widest, Math.max(narrowest, width)));
    this.#write({ ...this.#stored, widths: { ...this.#stored.widths, [column.id]: clamped } });
  }

  reset(): void {
    this.#write({ widths: {}, hidden: {} });
  }

  #wished(column: TableColumn): number {
    return this.#stored.widths[column.id] ?? column.width ?? (isFigure(column) ? 112 : 180);
  }

  /** Columns of text that nobody has set share what is missing or left over, so that all are in sight where that is possible. */
  #fit(): Map<string, number> {
    const columns = this.visible;
    const fitted = new Map(columns.map((column) => [column.id, this.#wished(column)]));
    const texts = columns.filter((column) => !isFigure(column) && this.#stored.widths[column.id] === undefined);
    if (!this.room || texts.length === 0) return fitted;
    const spare = this.room - columns.reduce((sum, column) => sum + this.#wished(column), 0);
    const textWidth = texts.reduce((sum, column) => sum + this.#wished(column), 0);
    for (const column of texts) {
      const wished = this.#wished(column);
      const share = Math.floor(wished + (spare * wished) / textWidth);
      fitted.set(column.id, Math.min(Math.max(share, Math.min(wished, column.least ?? narrowestText)), Math.max(wished, widestText)));
    }
    return fitted;
  }

  #write(stored: Stored): void {
    this.#stored = stored;
    if (this.storageKey) localStorage.setItem(keyOf(this.storageKey), JSON.stringify(stored));
  }
}

/** Right-aligned, tabular figures. */
export function isFigure(column: TableColumn): boolean {
  return !['text', 'boolean', undefined].includes(column.kind);
}

const keyOf = (key: string) => `muster:columns:${key}`;

function read(key: string | undefined): Stored {
  const nothing = { widths: {}, hidden: {} };
  if (!key) return nothing;
  try {
    return { ...nothing, ...(JSON.parse(localStorage.getItem(keyOf(key)) ?? '{}') as Partial<Stored>) };
  } catch {
    return nothing;
  }
}
