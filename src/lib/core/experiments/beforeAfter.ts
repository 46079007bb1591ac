import { UserError } from '../base/errors';
import { chiSquareUpper, studentQuantile, studentTwoSided } from '../math/distributions';
import { autoregressiveLeastSquares } from '../math/autoregression';
import { errorVariance, type LeastSquares } from '../math/leastSquares';

/** A stretch of days whose level is compared with what would have been without it. */
export interface Stretch {
  id: string;
  /** Day numbers; `to` is not part of it. */
  from: number;
  to: number;
}

export interface StretchEffect extends Stretch {
  /** Of each day, beyond trend and season. */
  perDay: number;
  low: number;
  high: number;
  p: number;
  /** Of all its days. */
  total: number;
}

export interface BeforeAfter {
  effects: StretchEffect[];
  /** What would have been on each day without the stretches, and the days' own values. */
  expected: Float64Array;
  /** Standard deviation of an ordinary day around what is expected of it. */
  spread: number;
  /** Of the effects per day, stretches × stretches in their order. */
  covariance: Float64Array;
  /** Whether the year is among the regressors: only where a whole one lies before. */
  hasYear: boolean;
  /** What has to hold for the effects to mean something, and whether it does. */
  assumptions: {
    /** What is left of days that are like their neighbours once the memory of the day before is taken off. */
    independence: { q: number; lags: number; p: number };
    /** A stretch as long as the first, and of a week at least, put before it: an effect where nothing happened says that the season is not caught. */
    placebo: { perDay: number; low: number; high: number; p: number } | null;
  };
}

const yearDays = 365.2425;
/** A day remembers the day before; with a week's memory intervals come out too narrow, by what it costs to find it. */
const order = 1;
/** Of the test whether anything is left of it. */
const lags = 14;
/** Days before the first stretch that the regressors need. */
const fewestBefore = 28;

/**
 * Days before and after beside each other where no lots were drawn: a regression of the day's value on a straight trend,
 * the weekday, the time of the year (where a whole year lies before) and one level for each stretch, whose errors remember
 * the day before. (Robust covariances instead would be too small: a stretch of three weeks is few days, and its own
 * level takes their mean away; measured in docs/decisions/0089-results.md.)
 * @param values one a day, from `firstDay` on
 * @param known stretches of other promotions or holidays: they have levels of their own, and stay in what is expected
 * @throws UserError `before_after_short` where too few days lie before, `before_after_outside` where a stretch has no days
 */
export function beforeAfter(
  values: Float64Array,
  firstDay: number,
  stretches: readonly Stretch[],
  level = 0.95,
  known: readonly Stretch[] = [],
): BeforeAfter {
  const start = Math.min(...stretches.map(({ from }) => from));
  const days = start - firstDay;
  if (days < fewestBefore) {
    throw new UserError(
      'before_after_short',
      `Only ${Math.max(0, days)} days lie before, and ${fewestBefore} are needed to know the week and the trend.`,
      'Give data that begins earlier.',
      { days: Math.max(0, days), fewest: fewestBefore },
    );
  }
  const outside = [...stretches, ...known].find(({ from, to }) => to <= from || from < firstDay || to > firstDay + values.length);
  if (outside) {
    throw new UserError('before_after_outside', `The data does not reach over "${outside.id}".`, 'Choose days that the data has.', {
      id: outside.id,
    });
  }
  const hasYear = days >= yearDays;
  const { fit, residuals, x } = regress(values, firstDay, [...stretches, ...known], hasYear);
  const own = fit.columns - stretches.length - known.length;
  const expected = Float64Array.from(values, (value, day) => {
    let more = 0;
    stretches.forEach((_, s) => (more += x[day * fit.columns + own + s] * fit.coefficients[own + s]));
    return value - residuals[day] - more;
  });
  const effects = stretches.map((stretch, s): StretchEffect => {
    const found = levelOf(fit, own + s, level);
    return { ...stretch, ...found, total: found.perDay * (stretch.to - stretch.from) };
  });
  const variance = errorVariance(fit);
  return {
    effects,
    expected,
    spread: Math.sqrt(residuals.reduce((sum, residual) => sum + residual * residual, 0) / (fit.rows - fit.columns)),
    covariance: Float64Array.from(
      { length: stretches.length ** 2 },
      (_, i) => variance * fit.inverse[(own + Math.floor(i / stretches.length)) * fit.columns + own + (i % stretches.length)],
    ),
    hasYear,
    assumptions: { independence: ljungBox(fit.residuals, lags, order), placebo: placeboOf(values, firstDay, stretches, level, known) },
  };
}

/** A stretch at the end of the days before, where nothing happened; null where too few are left. */
function placeboOf(
  values: Float64Array,
  firstDay: number,
  stretches: readonly Stretch[],
  level: number,
  known: readonly Stretch[],
): BeforeAfter['assumptions']['placebo'] {
  const [first] = [...stretches].sort((a, b) => a.from - b.from);
  const length = Math.min(Math.max(7, first.to - first.from), Math.floor((first.from - firstDay) / 3));
  const before = first.from - firstDay;
  if (length < 7 || before - length < fewestBefore) return null;
  const fake = { id: 'placebo', from: first.from - length, to: first.from };
  const earlier = known.filter(({ to }) => to <= fake.from);
  const { fit } = regress(values.slice(0, before), firstDay, [fake, ...earlier], before - length >= yearDays);
  return levelOf(fit, fit.columns - 1 - earlier.length, level);
}

function levelOf(fit: LeastSquares, column: number, level: number): { perDay: number; low: number; high: number; p: number } {
  const perDay = fit.coefficients[column];
  const error = Math.sqrt(errorVariance(fit) * fit.inverse[column * fit.columns + column]);
  const degrees = fit.rows - fit.columns;
  const spread = studentQuantile(1 - level, degrees) * error;
  return { perDay, low: perDay - spread, high: perDay + spread, p: studentTwoSided(perDay / error, degrees) };
}

function regress(values: Float64Array, firstDay: number, stretches: readonly Stretch[], hasYear: boolean) {
  const columns = 8 + (hasYear ? 4 : 0) + stretches.length;
  const x = new Float64Array(values.length * columns);
  for (let day = 0; day < values.length; day++) {
    const date = firstDay + day;
    const row = [1, day / values.length];
    // 1970-01-01 was a Thursday; Monday is the one that the others are compared with.
    const weekday = (((date + 3) % 7) + 7) % 7;
    for (let each = 1; each < 7; each++) row.push(weekday === each ? 1 : 0);
    if (hasYear) {
      for (const harmonic of [1, 2]) {
        const angle = (2 * Math.PI * harmonic * date) / yearDays;
        row.push(Math.sin(angle), Math.cos(angle));
      }
    }
    for (const { from, to } of stretches) row.push(date >= from && date < to ? 1 : 0);
    x.set(row, day * columns);
  }
  const found = autoregressiveLeastSquares(x, values, columns, order);
  if (!found) throw new RangeError('a stretch cannot be told from trend and season');
  return { ...found, x };
}

/** Ljung & Box (Biometrika 1978). @param fitted parameters of the memory that was taken off already, which cost degrees of freedom */
export function ljungBox(residuals: Float64Array, lags: number, fitted = 0): { q: number; lags: number; p: number } {
  const n = residuals.length;
  const mean = residuals.reduce((sum, value) => sum + value, 0) / n;
  const whole = residuals.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  let q = 0;
  for (let lag = 1; lag <= lags; lag++) {
    let together = 0;
    for (let i = lag; i < n; i++) together += (residuals[i] - mean) * (residuals[i - lag] - mean);
    q += (whole === 0 ? 0 : together / whole) ** 2 / (n - lag);
  }
  q *= n * (n + 2);
  return { q, lags, p: chiSquareUpper(q, lags - fitted) };
}
