/** What page and worker say to each other about the steps of storing. */
export type StepMessage =
  | { type: 'watch'; stopAt: number }
  | { type: 'watching' }
  | { type: 'stopped'; step: number; what: string }
  /** From now on the browser's estimate says that there is room: only writing tells. */
  | { type: 'blind'; isBlind: boolean }
  | { type: 'count' }
  | { type: 'counted'; steps: string[] };

export const stepChannel = () => new BroadcastChannel('muster-kill-steps');
