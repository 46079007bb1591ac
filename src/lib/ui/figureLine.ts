/** One figure of a thing in `Figures.svelte`. */
export interface FigureLine {
  /** Tells it from the others, of other things too: what was uncovered of one is covered again for the next. */
  key: string;
  term: string;
  text: string;
  /** What it counts. */
  definition?: string;
  /** It says who somebody is, and shows when it is asked for. */
  isHidden?: boolean;
}
