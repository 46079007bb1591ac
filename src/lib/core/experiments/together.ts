/**
 * The level at which each of several intervals is made, so that all of them together hold at `level` whatever they share: each
 * may miss with the share of the chance to miss that is its own (Bonferroni; Dunn, JASA 1961, 56:52–64). A test that looks
 * whether such an interval leaves out zero and one whose p is multiplied ({@link pTogether}) say the same, which intervals do
 * not do beside Holm's step-down p: those that agree with it have no end where it rejects (Strassburger & Bretz, Statistics in
 * Medicine 2008, 27:4914–4927).
 */
export function levelTogether(level: number, intervals: number): number {
  return 1 - (1 - level) / Math.max(1, intervals);
}

/** A p value as one of several that are looked at together (Bonferroni). */
export function pTogether(p: number, tests: number): number {
  return Math.min(1, p * Math.max(1, tests));
}
