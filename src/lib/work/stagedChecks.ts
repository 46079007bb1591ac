/** One check of data that is staged or imported. Stands in for the type of `core/store/quality` until that is there. */
export interface QualityCheck {
  id: string;
  verdict: 'good' | 'note' | 'warning' | 'problem';
  count: number;
  of?: number;
  examples: unknown[];
  remedy?: unknown;
  values: Record<string, string | number>;
}

/** What there is to say of staged files before they are imported: nothing, until `core/store/quality` is there. */
export async function checksOf(): Promise<QualityCheck[]> {
  return [];
}
