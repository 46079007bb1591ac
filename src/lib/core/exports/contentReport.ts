/** How ready one column of the source is for a field of a platform, in customers. */
export interface FieldReadiness {
  /** The file's header. */
  field: string;
  /** What it is taken from; `user` is the customer's id. */
  trait: string;
  /** Used as they were. */
  valid: number;
  /** Used after normalising changed them: case, spaces, a country code. */
  mended: number;
  rejected: number;
  /** Nothing was there. */
  empty: number;
}

/** What did not fit, by customer. */
export interface Reject {
  user: string;
  /** A field that is left empty, or absent where the whole row is left out. */
  field?: string;
  reason: string;
}

/** What came of the values while an export's table was read. */
export class ContentReport {
  readonly rejects: Reject[] = [];
  /** One for each field that is taken from a trait, in the file's order. */
  readonly readiness: FieldReadiness[] = [];

  /** What came of some of the values, counted elsewhere. */
  add({ rejects, readiness }: { rejects: readonly Reject[]; readiness: readonly FieldReadiness[] }): void {
    for (const reject of rejects) this.rejects.push(reject);
    this.columns(readiness.map(({ field, trait }) => ({ field, trait }))).forEach((column, c) => {
      for (const part of ['valid', 'mended', 'rejected', 'empty'] as const) column[part] += readiness[c][part];
    });
  }

  /** Begins the columns, once. */
  columns(fields: readonly { field: string; trait: string }[]): FieldReadiness[] {
    if (this.readiness.length === 0)
      this.readiness.push(...fields.map((field) => ({ ...field, valid: 0, mended: 0, rejected: 0, empty: 0 })));
    return this.readiness;
  }
}
