/** The views of one segment, in the order of their tabs; `?view=` names one. */
export const segmentViews = ['rule', 'who', 'time', 'overlap', 'portrait', 'versions'] as const;
export type SegmentView = (typeof segmentViews)[number];
