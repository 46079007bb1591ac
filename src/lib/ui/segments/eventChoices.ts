import { eventName } from '../eventNames';

/** Events to choose from: those of the data, and the one that is held though the data lacks it. */
export function eventChoices(held: string | undefined, events: readonly string[]) {
  const known = held === undefined || held === '' ? events : [...new Set([held, ...events])];
  return known.map((event) => ({
    value: event,
    label: eventName(event),
    detail: eventName(event) === event ? undefined : event,
  }));
}
