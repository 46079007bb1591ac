import { Random } from '../../src/lib/core/base/random';

/**
 * 400 subscribers and no event: whoever pays by the month leaves more often, `notice` is only sent to those who leave, and
 * of every fifth nobody knows yet.
 */
export function subscribersCsv(): string {
  const random = new Random(3);
  const lines = ['customer_id,contract,months,fee,code,notice,left'];
  for (let n = 0; n < 400; n++) {
    const monthly = random.uniform() < 0.5;
    const months = random.below(60);
    const leaves = random.uniform() < 1 / (1 + Math.exp(-(monthly ? 2 : -2) + months / 20));
    const left = n % 5 === 0 ? '' : leaves ? 'Yes' : 'No';
    const notice = left === '' ? '' : leaves ? 'sent' : 'none';
    const fee = 10 + (monthly ? 5 : 0) + months / 4;
    lines.push(
      `s${String(n).padStart(3, '0')},${monthly ? 'monthly' : 'yearly'},${months},${fee.toFixed(2)},${1000 + n},${notice},${left}`,
    );
  }
  return `${lines.join('\n')}\n`;
}
