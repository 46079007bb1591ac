import type { MeasureWindow } from '../../measures/measure';

/** Something that a text says, and the text without it. */
export type Extracted<T> = { found?: T; left: string };

/** One comparison with numbers, however it is said. */
export interface TypedComparison {
  operator: 'atLeast' | 'atMost' | 'moreThan' | 'lessThan' | 'exactly' | 'between' | 'top' | 'bottom';
  low: number;
  high: number;
  isPercent: boolean;
}

const number = String.raw`(\d[\d,]*(?:\.\d+)?)\s*(万|千|k\b|%)?`;
const date = String.raw`(\d{4}-\d{2}-\d{2})`;
const span = String.raw`(days?|d|weeks?|w|months?|years?|天|日|周|星期|个月|月|年)`;

/** Full-width figures and signs as half-width ones, in lower case. */
export function foldTyped(text: string): string {
  return text.normalize('NFKC').toLowerCase().replace(/\s+/g, ' ').trim();
}

/** "not", "没有" … at the beginning. */
export function extractNot(text: string): Extracted<true> {
  return first(text, [
    [
      /^(?:did not|didn['’]t|has not|hasn['’]t|have not|not|no|without|never|从未|从没|未曾|没有|没|未|不在|不是|非|无|排除)\s*/,
      () => true,
    ],
  ]);
}

/** "in the last 90 days", "近 90 天", "30 到 90 天前", "since 2026-05-01" … */
export function extractWindow(text: string): Extracted<MeasureWindow> {
  return first<MeasureWindow>(text, [
    [new RegExp(`(?:between )?(\\d+)\\s*(?:-|–|~|to|and|到|至)\\s*(\\d+)\\s*(?:days ago|天前|天以前|天之前)`), ([, a, b]) => ago(a, b)],
    [
      new RegExp(`(?:in |within |during |over )?(?:the )?(?:last|past|within|最近|近|过去)\\s*(\\d+)\\s*${span}(?:之内|以内|内|里)?`),
      ([, n, unit]) => within(n, unit),
    ],
    [new RegExp(`(\\d+)\\s*${span}(?:之内|以内|内)`), ([, n, unit]) => within(n, unit)],
    [new RegExp(`(?:between |from )?${date}\\s*(?:-|–|~|to|and|until|到|至)\\s*${date}`), ([, from, to]) => ({ from, to })],
    [new RegExp(`(?:since|from|自)\\s*${date}(?:起|以来)?|${date}\\s*(?:起|以来|之后)`), ([, a, b]) => ({ from: a ?? b })],
    [new RegExp(`(?:until|till|截至|截止)\\s*${date}|${date}\\s*(?:之前|以前|为止)`), ([, a, b]) => ({ to: a ?? b })],
  ]);
}

/** "at least 3", "≥ 3", "3 次以上", "between 3 and 5", "top 20 %", "前 20%" … */
export function extractComparison(text: string): Extracted<TypedComparison> {
  const times = String.raw`\s*(?:times?|x\b|次|单|件|个|元|天|days?)?`;
  const one = (operator: TypedComparison['operator']) => (parts: string[]) => comparison(operator, parts[1], parts[2]);
  return first<TypedComparison>(text, [
    [
      new RegExp(`(?:is )?(?:in )?(?:the )?(?:top|best)\\s*${number}|(?:排名)?前\\s*${number}`),
      ([, a, b, c, d]) => comparison('top', a ?? c, b ?? d),
    ],
    [
      new RegExp(`(?:is )?(?:in )?(?:the )?(?:bottom|worst)\\s*${number}|(?:排名)?后\\s*${number}`),
      ([, a, b, c, d]) => comparison('bottom', a ?? c, b ?? d),
    ],
    [
      new RegExp(
        `(?:is )?(?:between|介于|在)\\s*${number}\\s*(?:and|-|–|~|到|至|和)\\s*${number}${times}(?:之间)?|${number}\\s*(?:-|–|~|到|至)\\s*${number}${times}`,
      ),
      ([, a, b, c, d, e, f, g, h]) => ({ ...comparison('between', a ?? e, b ?? f), high: amount(c ?? g, d ?? h) }),
    ],
    [new RegExp(`(?:is )?(?:at least|no less than|min(?:imum)?|>=|≥|至少|不少于|不低于)\\s*${number}${times}`), one('atLeast')],
    [new RegExp(`${number}\\s*(?:\\+|(?:times )?or more(?: times)?|(?:次|单|件|个|元|天)?(?:及以上|或以上|以上))`), one('atLeast')],
    [new RegExp(`(?:is )?(?:at most|no more than|max(?:imum)?|<=|≤|至多|最多|不超过|不多于|不高于)\\s*${number}${times}`), one('atMost')],
    [new RegExp(`${number}\\s*(?:or (?:less|fewer)|(?:次|单|件|个|元|天)?(?:及以下|或以下|以下|以内))`), one('atMost')],
    [new RegExp(`(?:is )?(?:more than|greater than|above|over|>|超过|大于|多于|高于)\\s*${number}${times}`), one('moreThan')],
    [new RegExp(`(?:is )?(?:less than|fewer than|below|under|<|少于|小于|低于|不足)\\s*${number}${times}`), one('lessThan')],
    [new RegExp(`(?:is )?(?:exactly|equals?|==?|正好|刚好|恰好|等于)\\s*${number}${times}`), one('exactly')],
    [/(?:at least )?\bonce\b|(?:至少)?一次/, () => comparison('atLeast', '1')],
    [/(?:at least )?\btwice\b|(?:至少)?两次/, () => comparison('atLeast', '2')],
    [new RegExp(`${number}\\s*(?:times?\\b|x\\b|次|单)`), one('atLeast')],
    [new RegExp(`(?:is )?${number}`), one('exactly')],
  ]);
}

function first<T>(text: string, ways: readonly [RegExp, (parts: string[]) => T][]): Extracted<T> {
  for (const [pattern, read] of ways) {
    const parts = pattern.exec(text);
    if (parts) return { found: read(parts), left: `${text.slice(0, parts.index)} ${text.slice(parts.index + parts[0].length)}`.trim() };
  }
  return { left: text };
}

function comparison(operator: TypedComparison['operator'], value: string, scale?: string): TypedComparison {
  const low = amount(value, scale);
  return { operator, low, high: low, isPercent: scale === '%' };
}

function amount(value: string, scale?: string): number {
  const times = scale === '万' ? 10_000 : scale === '千' || scale === 'k' ? 1000 : 1;
  return Number(value.replaceAll(',', '')) * times;
}

function within(count: string, unit: string): MeasureWindow {
  const days = /^(w|周|星期)/.test(unit) ? 7 : /^(m|个?月)/.test(unit) ? 30 : /^(y|年)/.test(unit) ? 365 : 1;
  return { withinDays: Math.min(36500, Math.max(1, Number(count) * days)) };
}

function ago(a: string, b: string): MeasureWindow {
  const days = [Number(a), Number(b)].map((each) => Math.min(36500, Math.max(1, each)));
  return { fromDaysAgo: Math.max(...days), toDaysAgo: Math.min(...days) };
}
