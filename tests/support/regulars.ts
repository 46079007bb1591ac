import { Random } from '../../src/lib/core/base/random';
import { addDays } from '../../src/lib/core/schema/asOf';

/** 60 customers, of whom every other one orders every week or so from January to April 2026, and the others once. */
export function regularsCsv(): string {
  const random = new Random(2);
  const lines = ['user,item,time,price'];
  for (let n = 0; n < 60; n++) {
    let day = random.below(10);
    do {
      lines.push(`c${String(n).padStart(2, '0')},tea,${addDays('2026-01-01', day)} 10:00:00,${5 + random.below(20)}`);
      day += 5 + random.below(9);
    } while (n % 2 === 0 && day < 120);
  }
  return `${lines.join('\n')}\n`;
}
