import { standardEventOf } from '../parse/eventNames';
import type { SourcePreset } from './preset';

/** A log of behaviour: who, what, which event, when, one row each; with a header that says so, or without one. */
export const eventLog: SourcePreset = {
  id: 'event-log',
  name: 'Event log',
  recognise({ columns }) {
    const event = columns.find(
      (column) => column.distinct > 0 && column.distinct <= 50 && column.values.some((value) => standardEventOf(value) !== undefined),
    );
    const time = columns.findLast((column) => column.type === 'time');
    return event && time && columns.length >= 4 ? { kind: 'events' } : undefined;
  },
};
