import type { ArmResult, CampaignResult, MetricEffect, Verdict } from './campaignResult';
import { peoplePer } from './verdict';

/** A campaign's result as lines for a terminal. */
export function resultText(result: CampaignResult): string {
  const { campaign, span, windowDays, arms, sampleRatio, results, level, eachLevel } = result;
  const when = span ? `, ${span.from} to ${span.to} (${windowDays} days)` : '';
  const each = results.length > 1 ? ` (${percent(eachLevel)} each, so that they hold for all ${results.length} arms together)` : '';
  return [
    `${campaign}${when}`,
    ...results.map(({ verdict }) => verdictText(verdict)),
    '',
    ...arms.map(
      ({ id, people, sent }) =>
        `${id}: ${count(people)} people${sent === null || sent === people || sent === 0 ? '' : `, ${count(sent)} of them sent`}`,
    ),
    ...(sampleRatio ? [`Split as it was meant: p = ${sampleRatio.p.toPrecision(2)} (χ² ${sampleRatio.chiSquare.toFixed(2)}).`] : []),
    ...results.flatMap((found) => ['', `${found.arm} beside ${arms[0].id}, ${percent(level)} intervals${each}:`, ...armLines(found)]),
  ].join('\n');
}

/** One sentence with the power that the test had. */
export function verdictText(verdict: Verdict): string {
  const { code, arm, difference, low, high, detectable, level } = verdict;
  const what = thing(verdict);
  const interval = `(${percent(level)}: ${digits(low)} to ${digits(high)})`;
  const power = detectable === null ? '' : `; the test could have seen ${digits(detectable)} with 80 % power`;
  switch (code) {
    case 'more':
      return `${arm} brought ${digits(difference)} more ${what} ${interval}${power}.`;
    case 'fewer':
      return `${arm} brought ${digits(-difference)} fewer ${what} (${percent(level)}: ${digits(-high)} to ${digits(-low)})${power}.`;
    case 'unseen':
      return `No effect of ${arm} was seen: ${signed(difference)} ${what} ${interval}${power}.`;
    case 'unreliable':
      return `Nothing can be said of ${arm}: the split is not the one that was meant, so a difference of ${signed(difference)} ${what} need not be its effect.`;
  }
}

function thing({ metric, kind, isMoney, per }: Verdict): string {
  const name = metric === 'ordered' ? 'buyers' : metric.startsWith('did:') ? `people with ${metric.slice(4)}` : metric;
  if (kind === 'ratio') return `of ${name}`;
  return isMoney ? `${name} per person` : `${name} per ${per} people`;
}

function armLines({ metrics, strata, profit, looks }: ArmResult): string[] {
  const lines = metrics.map((metric) => metricLine(metric));
  const last = looks.at(-1);
  if (last)
    lines.push(
      `  looked at every day: ${digits(100 * last.low)} to ${digits(100 * last.high)} per 100 people after ${last.day} days, p = ${last.p.toPrecision(2)}`,
    );
  if (profit) {
    const { incrementalRevenue, cost, profit: earned } = profit;
    lines.push(`  incremental revenue ${money(incrementalRevenue)}`, `  cost ${digits(cost)}, profit ${money(earned)}`);
  }
  if (strata) {
    lines.push(`  by group (intervals and p corrected for ${strata.groups.length}; groups differ: p = ${strata.differ.p.toPrecision(2)}):`);
    for (const { name, effect, adjustedP } of strata.groups)
      lines.push(
        `    ${name}: ${signed(effect.difference * 100)} per 100 people (${digits(effect.low * 100)} to ${digits(effect.high * 100)}), p = ${adjustedP.toPrecision(2)}`,
      );
  }
  return lines;
}

function metricLine(metric: MetricEffect): string {
  const { id, effect, adjustedP, cuped, bayes } = metric;
  const per = peoplePer(metric);
  const range = (each: { difference: number; low: number; high: number }) =>
    `${signed(each.difference * per)} (${digits(each.low * per)} to ${digits(each.high * per)})`;
  const relative = effect.relative === null ? '' : `, ${signed(effect.relative * 100)} %`;
  const known = cuped ? `; with what was known before ${range(cuped)}, ${percent(cuped.explained)} explained` : '';
  const better = bayes ? `; better with a chance of ${percent(bayes.better)}` : '';
  return `  ${id}${per === 1 ? '' : ` per ${per} people`}: ${digits(effect.control * per)} → ${digits(effect.treated * per)}, ${range(effect)}${relative}, p = ${adjustedP.toPrecision(2)}${known}${better}`;
}

const money = ({ value, low, high }: { value: number; low: number; high: number }) =>
  `${digits(value)} (${digits(low)} to ${digits(high)})`;
const count = (value: number) => value.toLocaleString('en');
const percent = (share: number) => `${Number((share * 100).toFixed(1))} %`;
const signed = (value: number) => `${value > 0 ? '+' : ''}${digits(value)}`;

/** Three digits that count, without an exponent. */
function digits(value: number): string {
  const size = Math.abs(value);
  return value.toLocaleString('en', size >= 100 ? { maximumFractionDigits: 0 } : { maximumSignificantDigits: 3 });
}
