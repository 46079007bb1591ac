/** The version that this Muster writes; a plan names its own under `muster`. */
export const planVersion = 2;

/** A plan as it was read: nothing is known of it yet. */
export type PlanDocument = Record<string, unknown>;

/** Turns a plan of version `from` into one of the next version. */
export interface Migration {
  from: number;
  /** What changed, one sentence, shown to the person whose plan was brought forward. */
  what: string;
  migrate(document: PlanDocument): PlanDocument;
}
