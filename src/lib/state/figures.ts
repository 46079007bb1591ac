/** How a person and a plan want figures written. */
export interface FormatSettings {
  /** BCP 47 tag: `en`, `zh-CN`. */
  locale: string;
  /** IANA name; instants are shown in it. */
  timeZone: string;
  /** ISO 4217. */
  currency: string;
  /** `full` writes 12,345; `short` writes 12.3K, in Chinese 1.2万. */
  numbers: 'full' | 'short';
}

/** What stands where there is no value. */
export const noValue = '–';

type Figure = number | null | undefined;

export type Format = ReturnType<typeof createFormat>;

/** Writers for one set of settings. All give {@link noValue} for null, undefined and NaN. */
export function createFormat(settings: FormatSettings) {
  const { locale, timeZone, currency } = settings;
  const short = settings.numbers === 'short';
  const plain = (digits: number) => intl(locale, { maximumFractionDigits: digits });
  const compact = intl(locale, { notation: 'compact', maximumFractionDigits: 1 });

  /** A figure with at most `digits` decimals (2): 1,234.5. */
  const number = (value: Figure, digits = 2) => known(value, (n) => plain(digits).format(n));
  /** A figure with exactly `digits` decimals, for a column whose figures stand under each other. */
  const fixed = (value: Figure, digits: number) =>
    known(value, (n) => intl(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(n));
  /** How many: whole, or shortened from 10,000 up where the person chose so. */
  const count = (value: Figure) => known(value, (n) => (short && Math.abs(n) >= 10_000 ? compact : plain(0)).format(n));
  /** Always shortened, for axes: 12K, 1.2万. */
  const axis = (value: Figure) => known(value, (n) => (Math.abs(n) >= 10_000 ? compact : plain(Math.abs(n) < 1 ? 4 : 2)).format(n));
  /** Money in the plan's currency. */
  const money = (value: Figure) =>
    known(value, (n) =>
      intl(locale, {
        style: 'currency',
        currency,
        currencyDisplay: 'narrowSymbol',
        ...(short && Math.abs(n) >= 10_000 ? { notation: 'compact', maximumFractionDigits: 1 } : {}),
      }).format(n),
    );
  /** A share 0 … 1 as 12.3 %; with `always`, 12 % is written 12.0 %, for a column. */
  const percent = (share: Figure, digits = 1, always = false) =>
    known(share, (n) =>
      intl(locale, { style: 'percent', minimumFractionDigits: always ? digits : 0, maximumFractionDigits: digits }).format(n),
    );

  /** The p of a test: three decimals, and what is smaller only as that. */
  const p = (value: Figure) => known(value, (n) => (n < 0.001 ? `< ${number(0.001, 3)}` : number(n, 3)));

  const bytes = (value: Figure) =>
    known(value, (n) => {
      const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'];
      const step = Math.min(units.length - 1, n < 1 ? 0 : Math.floor(Math.log10(n) / 3));
      const amount = n / 1000 ** step;
      // The short word for a single unit is "761 byte".
      const unitDisplay = step === 0 ? 'long' : 'short';
      const maximumFractionDigits = amount < 10 && step > 0 ? 1 : 0;
      return intl(locale, { style: 'unit', unit: units[step], unitDisplay, maximumFractionDigits }).format(amount);
    });

  /** A span of seconds in its two largest units: 2 min 5 s, 0.3 s. */
  const duration = (seconds: Figure) =>
    known(seconds, (n) => {
      const unit = (value: number, name: string, digits = 0) =>
        intl(locale, { style: 'unit', unit: name, unitDisplay: 'short', maximumFractionDigits: digits }).format(value);
      if (n < 10) return unit(n, 'second', 1);
      const whole = Math.round(n);
      if (whole < 60) return unit(whole, 'second');
      if (whole < 3600) return join(unit(Math.floor(whole / 60), 'minute'), whole % 60 && unit(whole % 60, 'second'));
      const minutes = Math.round(whole / 60);
      return join(unit(Math.floor(minutes / 60), 'hour'), minutes % 60 && unit(minutes % 60, 'minute'));
    });

  const days = (value: Figure, digits = 1) =>
    known(value, (n) => intl(locale, { style: 'unit', unit: 'day', unitDisplay: 'long', maximumFractionDigits: digits }).format(n));

  /** A day. Text without an offset is local already; an instant (with `Z` or an offset) is moved into the plan's zone. */
  const date = (iso: string | null | undefined) => time(iso, { year: 'numeric', month: 'short', day: 'numeric' });
  const dateTime = (iso: string | null | undefined) =>
    time(iso, { year: 'numeric', month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  /** The end of what counts: an instant at midnight is told as the end of the day before, "Oct 31, 2026, 24:00". */
  const until = (iso: string | null | undefined) => {
    if (!iso || !/^\d{4}-\d\d-\d\d(T00:00(:00(\.0+)?)?)?$/.test(iso)) return dateTime(iso);
    return `${date(dayBefore(iso))} 24:00`;
  };
  const month = (iso: string | null | undefined) => time(iso, { year: 'numeric', month: 'short' });

  function time(iso: string | null | undefined, options: Intl.DateTimeFormatOptions): string {
    if (!iso) return noValue;
    const isLocal = !/(Z|[+-]\d\d:?\d\d)$/.test(iso);
    const instant = new Date(isLocal ? `${iso.length === 10 ? `${iso}T00:00:00` : iso.replace(' ', 'T')}Z` : iso);
    if (Number.isNaN(instant.getTime())) return iso;
    return new Intl.DateTimeFormat(locale, { ...options, timeZone: isLocal ? 'UTC' : timeZone }).format(instant);
  }

  return { settings, number, fixed, count, axis, money, percent, p, bytes, duration, days, date, dateTime, until, month };
}

/**
 * Reads what a person typed as a number: grouping marks, full-width digits, a percent sign, K, M, 千, 万 and 亿.
 * @returns undefined where it is not a number
 */
export function parseNumber(text: string): number | undefined {
  const half = text.normalize('NFKC').replace(/[\s,_]/g, '');
  const match = /^([+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)(%|k|m|千|万|亿)?$/i.exec(half);
  if (!match) return undefined;
  const factor = { '': 1, '%': 0.01, k: 1e3, m: 1e6, 千: 1e3, 万: 1e4, 亿: 1e8 }[(match[2] ?? '').toLowerCase()] ?? 1;
  return factor === 1 ? Number(match[1]) : Number((Number(match[1]) * factor).toPrecision(15));
}

/** `2026-11-01…` → `2026-10-31`. */
export function dayBefore(iso: string): string {
  return new Date(Date.parse(`${iso.slice(0, 10)}T00:00:00Z`) - 86_400_000).toISOString().slice(0, 10);
}

export function dayAfter(iso: string): string {
  return new Date(Date.parse(`${iso.slice(0, 10)}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);
}

function known(value: Figure, write: (value: number) => string): string {
  return value === null || value === undefined || Number.isNaN(value) ? noValue : write(value);
}

function join(...parts: (string | 0)[]): string {
  return parts.filter(Boolean).join(' ');
}

const writers = new Map<string, Intl.NumberFormat>();

/** Making an Intl.NumberFormat costs more than a hundred uses of it. What rounds to nothing has no sign. */
function intl(locale: string, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = locale + JSON.stringify(options);
  let writer = writers.get(key);
  if (!writer) writers.set(key, (writer = new Intl.NumberFormat(locale, { signDisplay: 'negative', ...options })));
  return writer;
}
