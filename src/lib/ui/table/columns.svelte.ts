import type { TableColumn } from './types';

const narrowest = 56;
const widest = 800;

interface Stored {
  widths: Record<string, number>;
  hidden: Record<string, boolean>;
}

/** Which columns are in sight and how wide, kept per table in this browser. */
export class ColumnLayout {
  #stored = $state.raw<Stored>({ widths: {}, hidden: {} });

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
    return this.#stored.widths[column.id] ?? column.width ?? (isFigure(column) ? 120 : 180);
  }

  setWidth(column: TableColumn, width: number): void {
    const clamped = Math.round(Math.min(widest, Math.max(narrowest, width)));
    this.#write({ ...this.#stored, widths: { ...this.#stored.widths, [column.id]: clamped } });
  }

  reset(): void {
    this.#write({ widths: {}, hidden: {} });
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
