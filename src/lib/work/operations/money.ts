import { UserError } from '../../core/base/errors';
import type { Plan } from '../../core/plan/schema';
import { greatestRate, leastRate } from '../../core/schema/bounds';
import { madeBy } from '../dataRules';
import { viewOf, withData, type DataState, type WorkspaceView } from '../workspace';
import { writes } from './context';

/**
 * Says what one unit of other currencies is in the plan's, in place of all rates of before: a currency that is left out
 * has none, and its amounts are in no sum. No event is read again; it is one step back.
 * @throws UserError `rate_invalid`, `no_data`, `workspace_read_only`
 */
export const moneyRates = writes<{ rates: Readonly<Record<string, number>> }, WorkspaceView>(async ({ rates: given }, epoch) => {
  const { data } = epoch.state;
  if (!data)
    throw new UserError('no_data', 'This workspace has no data yet.', 'Import a file of events or orders on the Data screen first.');
  const { currency } = data;
  const rates = checkedRates(given, currency);
  const { withRules } = await import('../../core/store/dataset');
  const version = await withRules(await epoch.desk.store(), data.version, { ...madeBy({ ...data, rates }), run: epoch });
  const { rates: _, ...rest } = data;
  const next: DataState = { ...rest, version, ...(rates && { rates }), shipped: false };
  return viewOf(await epoch.commit((state) => withData(state, next, data)));
});

function checkedRates(given: Readonly<Record<string, number>>, planCurrency: string): Plan['rates'] {
  const rates = Object.entries(given).filter(([currency]) => currency !== planCurrency);
  for (const [currency, rate] of rates) {
    if (/^[A-Z]{3}$/.test(currency) && rate >= leastRate && rate <= greatestRate) continue;
    throw new UserError(
      'rate_invalid',
      `${rate} is no rate for ${currency}.`,
      `Say what one unit of it is worth in ${planCurrency}: a number above 0 and below a million.`,
      { rate: String(rate), currency, planCurrency },
    );
  }
  return rates.length > 0 ? Object.fromEntries(rates) : undefined;
}
