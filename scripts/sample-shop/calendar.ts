import { truth } from './truth';
import { firstAbove } from './draws';

/** Seconds since 1970 (UTC) of the first local midnight. China keeps UTC+8 all year. */
export const startSeconds = Date.parse(`${truth.firstDay}T00:00:00+08:00`) / 1000;

/** Days (with fraction) from the first local midnight to a local day and hour. */
export function dayOf(localDay: string, hour = 0): number {
  return (Date.parse(`${localDay}T00:00:00+08:00`) / 1000 - startSeconds) / 86400 + hour / 24;
}

export const monthFactors: readonly number[] = [1.02, 0.88, 0.97, 0.98, 1.03, 1.04, 0.94, 0.95, 1.02, 1.0, 1.12, 1.06];
/** Sunday first. */
export const weekdayFactors: readonly number[] = [1.1, 0.95, 0.94, 0.96, 0.98, 1.01, 1.08];
/** Month-day from, to, factor. */
export const peaks: readonly { name: string; from: string; to: string; factor: number }[] = [
  { name: '618', from: '06-16', to: '06-18', factor: 1.9 },
  { name: 'Mid-Autumn', from: '09-18', to: '09-25', factor: 1.15 },
  { name: 'Double 11 warm-up', from: '11-01', to: '11-09', factor: 1.2 },
  { name: 'Double 11', from: '11-10', to: '11-11', factor: 2.8 },
  { name: 'Double 12', from: '12-12', to: '12-12', factor: 1.7 },
  { name: 'New Year stock-up', from: '01-28', to: '02-08', factor: 1.3 },
  { name: 'Spring Festival', from: '02-15', to: '02-22', factor: 0.55 },
];
/** Share of activity by local hour. */
const hourFactors = [14, 8, 4, 2, 2, 4, 10, 22, 38, 52, 60, 58, 62, 54, 48, 48, 50, 52, 58, 70, 86, 92, 70, 36];

/** Activity of each local day, with mean 1 over the shop's days. */
export const dayFactors: Float64Array = (() => {
  const factors = Float64Array.from({ length: truth.days }, (_, day) => {
    const date = new Date((startSeconds + day * 86400 + 8 * 3600) * 1000);
    const monthDay = date.toISOString().slice(5, 10);
    let factor = monthFactors[date.getUTCMonth()] * weekdayFactors[date.getUTCDay()];
    for (const peak of peaks) if (monthDay >= peak.from && monthDay <= peak.to) factor *= peak.factor;
    return factor;
  });
  const mean = factors.reduce((sum, factor) => sum + factor, 0) / factors.length;
  return factors.map((factor) => factor / mean);
})();

/** Shop time at the end of each hour: time that runs fast when the shop is busy, and equals `days` at the end. */
const shopTimeAtHourEnd: Float64Array = (() => {
  const hourTotal = hourFactors.reduce((sum, factor) => sum + factor, 0);
  const ends = new Float64Array(truth.days * 24);
  let total = 0;
  for (let hour = 0; hour < ends.length; hour++) {
    total += (dayFactors[Math.floor(hour / 24)] * hourFactors[hour % 24]) / hourTotal;
    ends[hour] = total;
  }
  return ends;
})();

/** Calendar days since the start → shop time. Orders are Poisson in shop time, so seasons need no thinning. */
export function toShopTime(day: number): number {
  const hour = Math.min(Math.max(Math.floor(day * 24), 0), shopTimeAtHourEnd.length - 1);
  const before = hour === 0 ? 0 : shopTimeAtHourEnd[hour - 1];
  return before + (day * 24 - hour) * (shopTimeAtHourEnd[hour] - before);
}

/** Shop time → calendar days since the start. */
export function toCalendar(shopTime: number): number {
  const hour = firstAbove(shopTimeAtHourEnd, shopTime);
  const before = hour === 0 ? 0 : shopTimeAtHourEnd[hour - 1];
  return (hour + (shopTime - before) / (shopTimeAtHourEnd[hour] - before)) / 24;
}
