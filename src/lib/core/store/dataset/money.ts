import type { Diagnostic } from '../../base/errors';
import type { CurrencyFacts, DatasetFacts } from '../../schema/canonical';
import { orderEvent, refundEvents } from '../../schema/events';
import { indexesOf, numbersOf, textsOf } from '../columns';
import { orderKey } from '../orderKey';
import { identifier, join, sql, type Sql } from '../sql';
import type { TableStore } from '../tableStore';

/** What one unit of a currency is in the plan's, by code. */
export type Rates = Readonly<Record<string, number>>;

/**
 * `price` or `value` of a part with a currency column, in the plan's currency: multiplied by the rate as decimals and
 * rounded half away from zero to ten-thousandths, the same on every engine; NULL without a rate. Casting to fewer places
 * rounds so; two decimals of 18 digits would be multiplied as one of 18, hence the 20. The largest amount times the
 * largest rate has no place in the type, and is NULL rather than an error.
 */
export function inPlanCurrency(name: 'price' | 'value', rates: Rates): Sql {
  const amount = identifier(name);
  const cases = Object.entries(rates)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(
      ([currency, rate]) =>
        sql`WHEN currency = ${currency} THEN TRY_CAST(${amount}::DECIMAL(20,4) * ${rateText(rate)}::DECIMAL(18,12) AS DECIMAL(18,4))`,
    );
  return sql`CASE WHEN currency IS NULL THEN ${amount} ${join(cases, ' ')} END::DECIMAL(18,4) AS ${amount}`;
}

/** The rate as people wrote it, with at most twelve places. */
function rateText(rate: number): string {
  const text = String(rate);
  return /^\d+(\.\d{1,12})?$/.test(text) ? text : rate.toFixed(12);
}

/** Whether any amount is in another currency than the plan's. */
export function hasOtherCurrencies(sources: readonly { parts: readonly { columns: readonly string[] }[] }[]): boolean {
  return sources.some(({ parts }) => parts.some(({ columns }) => columns.includes('currency')));
}

/** What there is in each currency. @param events all events, amounts in their own currency */
export async function readCurrencies(
  store: TableStore,
  events: Sql,
  planCurrency: string,
  rates: Rates,
  signal?: AbortSignal,
): Promise<CurrencyFacts[]> {
  const trade = [orderEvent, ...refundEvents];
  const rows = await store.query(
    sql`SELECT coalesce(currency, ${planCurrency}) AS code, count(*)::INTEGER AS lines,
        count(DISTINCT (user_index, ${orderKey})) FILTER (event = ${orderEvent})::INTEGER AS orders,
        coalesce(sum(value::DECIMAL(38,4)) FILTER (event IN (${trade})), 0)::DOUBLE AS total
      FROM (${events}) WHERE value IS NOT NULL OR price IS NOT NULL GROUP BY 1 ORDER BY lines DESC, code`,
    signal,
  );
  const codes = textsOf(rows, 'code');
  const [lines, orders, totals] = [indexesOf(rows, 'lines'), indexesOf(rows, 'orders'), numbersOf(rows, 'total')];
  return codes.map((code, i) => {
    const currency = String(code);
    const rate = currency === planCurrency ? 1 : (rates[currency] ?? null);
    return { currency, lines: lines[i], orders: orders[i], total: totals[i], rate };
  });
}

/** Says that a source has amounts in other currencies, of which some have no rate. */
export function amountsWithoutRate(
  source: { parts: readonly { columns: readonly string[] }[] },
  { currencies = [], currency }: Pick<DatasetFacts, 'currencies' | 'currency'>,
): Diagnostic[] {
  const without = currencies.filter(({ rate }) => rate === null).map((entry) => entry.currency);
  if (without.length === 0 || !hasOtherCurrencies([source])) return [];
  const values = { currencies: without.join(', '), currency };
  return [
    {
      code: 'amounts_without_rate',
      severity: 'warning',
      message: `Amounts in ${values.currencies} are in no sum.`,
      hint: `Say what one unit is worth in ${currency}, under "Amounts in other currencies".`,
      values,
    },
  ];
}

/** The rates of currencies that the data has. */
export function ratesInUse(currencies: readonly CurrencyFacts[], planCurrency: string): Rates {
  return Object.fromEntries(
    currencies.flatMap(({ currency, rate }) => (rate === null || currency === planCurrency ? [] : [[currency, rate]])),
  );
}
