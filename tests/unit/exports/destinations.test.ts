import { expect, it } from 'vitest';
import { destinations, findDestination } from '$lib/core/exports/destinations';
import { everyDestinationMust, type Sample } from './everyDestinationMust';

/** Customers of a shop, with what any destination may want of them. */
const customers: Sample = {
  traits: ['email', 'phone', 'country', 'orders', 'note'],
  good: (n) => [`ann.${n}@example.com`, `+86138001380${String(n).padStart(2, '0')}`, 'CN', String(n), `note, "${n}"`],
};

for (const destination of destinations) everyDestinationMust(destination, customers);

it('names the destinations that there are where one is not known', () => {
  expect(new Set(destinations.map(({ id }) => id)).size).toBe(destinations.length);
  expect(() => findDestination('fax')).toThrow('There is no destination "fax".');
});
