import { driftLimitNames, driftLimitsSchema, type DriftLimit } from './limits';
import { segmentPrefix } from './spreads';
import type { DriftExcess, DriftReport } from './driftReport';

const mostTraits = 10;

/** The report as a page of Markdown, for whoever gets the job's mail. */
export function driftMarkdown({ since, now, audiences, models, gone, exceeded }: DriftReport): string {
  const lines = [
    '# Drift',
    '',
    `As of ${now.asOf}, compared with the run of ${since.createdAt} (as of ${since.asOf}).`,
    now.planSha256 === since.planSha256 ? 'The plan is the same.' : 'The plan is another one.',
    now.dataSha256 === since.dataSha256 ? 'The data is the same.' : 'The data is other data.',
    '',
    '## Limits',
    '',
    ...(exceeded.length === 0 ? ['Nothing lies beyond its limit.'] : exceeded.map((excess) => `- ${excessText(excess)}`)),
    '',
    '## Audiences',
    '',
    '| audience | then | now | change | traits shifted |',
    '|---|---:|---:|---:|---:|',
    ...audiences.map(({ id, then, now: members, change, shifted }) =>
      row(id, then === null ? 'new' : number(then), number(members), percent(change), number(shifted)),
    ),
    ...gone.audiences.map((id) => row(id, '', 'gone', '', '')),
  ];
  for (const { id, mix } of audiences) {
    if (mix.length === 0) continue;
    lines.push('', `### ${plain(id)}`, '', '| trait | PSI | then | now |', '|---|---:|---:|---:|');
    for (const { id: trait, psi, then, now: today } of mix.slice(0, mostTraits)) {
      const isShare = trait.startsWith(segmentPrefix);
      const value = (middle: number | null) => (middle === null ? '' : isShare ? percent(middle, '') : number(middle));
      lines.push(row(trait, psi.toFixed(3), value(then), value(today)));
    }
    if (mix.length > mostTraits) lines.push('', `${mix.length - mostTraits} more traits shifted less.`);
  }
  if (models.length > 0) {
    lines.push('', '## Models', '', '| model | measure | then | now | change |', '|---|---|---:|---:|---:|');
    for (const { id, score, quality } of models) {
      if (score)
        lines.push(row(id, 'PSI of the score', '', score.psi.toFixed(3), ''), row(id, 'KS of the score', '', score.ks.toFixed(3), ''));
      for (const { measure, then, now: today, change } of quality)
        lines.push(row(id, measure, then.toFixed(4), today.toFixed(4), percent(change)));
    }
  }
  return `${lines.join('\n')}\n`;
}

/** One sentence on what lies beyond a limit. */
export function excessText({ limit, of, what, value, most }: DriftExcess): string {
  const limitText = `the limit ${nameOf(limit)} is ${isPlain(limit) ? most : `${number(most * 100)} %`}`;
  switch (limit) {
    case 'size':
      return `${plain(of)}: ${value === null ? 'had nobody before' : `${percent(value)} customers`}; ${limitText}.`;
    case 'mixPsi':
      return `${plain(of)}: ${plain(what ?? '')} has shifted, PSI ${value!.toFixed(3)}; ${limitText}.`;
    case 'scorePsi':
      return `${plain(of)}: its score has shifted, PSI ${value!.toFixed(3)}; ${limitText}.`;
    case 'scoreKs':
      return `${plain(of)}: its score has shifted, KS ${value!.toFixed(3)}; ${limitText}.`;
    case 'quality':
      return `${plain(of)}: ${what} ${percent(value)}; ${limitText}.`;
  }
}

const isPlain = (limit: DriftLimit) => limit === 'mixPsi' || limit === 'scorePsi' || limit === 'scoreKs';
const nameOf = (limit: DriftLimit) => driftLimitNames[Object.keys(driftLimitsSchema.shape).indexOf(limit)];

function row(...cells: string[]): string {
  return `| ${cells.map(plain).join(' | ')} |`;
}

/** Names are a person's own: none may be read as a part of the page. */
function plain(text: string): string {
  return text.replace(/[\r\n]+/g, ' ').replace(/[\\|<>`*_[\]#]/g, (character) => `\\${character}`);
}

const number = (value: number) => (Math.abs(value) < 10 ? Number(value.toPrecision(3)) : Math.round(value)).toLocaleString('en');

function percent(change: number | null, sign = '+'): string {
  if (change === null) return '';
  return `${change < 0 ? '−' : sign}${(Math.abs(change) * 100).toFixed(1)} %`;
}
