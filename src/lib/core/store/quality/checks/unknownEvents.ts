import { passiveEvents, standardEvents } from '../../../schema/events';
import { good, shownExamples, type CheckKind } from '../check';

/** Events that Muster knows no meaning of: they are kept, and conditions can ask for them, but they are no order and no view. */
export const unknownEvents: CheckKind = {
  id: 'unknown-events',
  async look({ version }) {
    const { eventCounts, events } = version.facts;
    if (events === 0) return null;
    const known: readonly string[] = [...standardEvents, ...passiveEvents];
    const unknown = eventCounts.filter(({ event }) => !known.includes(event));
    if (unknown.length === 0) return good(eventCounts.length);
    const rows = unknown.reduce((sum, { count }) => sum + count, 0);
    return {
      verdict: rows === events ? 'warning' : 'note',
      count: unknown.length,
      of: eventCounts.length,
      examples: unknown.slice(0, 2 * shownExamples).map(({ event, count }) => ({ event, rows: count })),
      values: { count: unknown.length, rows },
    };
  },
};
