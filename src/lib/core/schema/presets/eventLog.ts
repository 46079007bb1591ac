import { standardEventOf } from '../parse/eventNames';
import type { SourcePreset } from './preset';

/**
 * A log of behaviour: who, what, which event, when, one row each; with a header that says so, or without one as in
 * Taobao's UserBehavior (user, item, category, behaviour, unix time).
 */
export const eventLog: SourcePreset = {
  id: 'event-log',
  name: 'Event log',
  recognise({ header, columns }) {
    const event = columns.find(
      (column) => column.distinct > 0 && column.distinct <= 50 && column.values.some((value) => standardEventOf(value) !== undefined),
    );
    const time = columns.findLast((column) => column.type === 'time');
    if (!event || !time || columns.length < 4) return undefined;
    if (header) return { kind: 'events' };
    const taobao = columns.length === 5 && columns.indexOf(event) === 3 && columns.indexOf(time) === 4;
    if (!taobao) return { kind: 'events' };
    const [user, item, category] = columns;
    return { kind: 'events', roles: { user: user.name, item: item.name, category: category.name, event: event.name, time: time.name } };
  },
};
