import { Random } from '$lib/core/base/random';
import { dateOfDay, dayNumber } from '$lib/core/schema/days';

/**
 * Orders of sixteen cities over 26 weeks, one line an order: a promotion in four of them from 4 to 17 May 2026 brings a
 * third more orders, and the week after it a fifth fewer. Cities differ in size, and all have the same weeks.
 */
export const citySales = {
  from: '2026-05-04',
  to: '2026-05-17',
  treated: ['city 00', 'city 03', 'city 07', 'city 11'],
  lift: 1 / 3,
  dip: -0.2,
  ...makeSales(),
};

function makeSales() {
  const random = new Random(20260504);
  const first = dayNumber('2026-01-05');
  const [from, to] = [dayNumber('2026-05-04'), dayNumber('2026-05-18')];
  const treated = new Set([0, 3, 7, 11]);
  const orders = ['customer,order,day,amount'];
  const customers = ['customer,city'];
  let next = 0;
  for (let city = 0; city < 16; city++) {
    const name = `city ${String(city).padStart(2, '0')}`;
    for (let who = 0; who < 8; who++) customers.push(`${name} c${who},${name}`);
    for (let day = first; day < first + 26 * 7; day++) {
      const during = treated.has(city) ? (day >= from && day < to ? 4 / 3 : day >= to && day < to + 7 ? 0.8 : 1) : 1;
      const weekday = 1 + 0.3 * Number((day + 3) % 7 > 4);
      const mean = (1.5 + 0.35 * city) * weekday * during;
      for (let count = poisson(random, mean); count > 0; count--) {
        orders.push(
          `${name} c${Math.floor(random.uniform() * 8)},o${next++},${dateOfDay(day)} 12:00,${(20 + 20 * random.uniform()).toFixed(2)}`,
        );
      }
    }
  }
  return { orders: orders.join('\n') + '\n', customers: customers.join('\n') + '\n' };
}

function poisson(random: Random, mean: number): number {
  let [count, product] = [-1, 1];
  do {
    count++;
    product *= random.uniform();
  } while (product > Math.exp(-mean));
  return count;
}
