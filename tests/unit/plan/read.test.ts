import { describe, expect, it } from 'vitest';
import { UserError } from '$lib/core/base/errors';
import { readPlan } from '$lib/core/plan/read';
import { planHash, writePlan } from '$lib/core/plan/write';

const teaShop = `
muster: 2
name: Win back tea lovers
timeZone: Asia/Shanghai
currency: CNY
sources:
  - { id: orders, files: [orders.csv] }
segments:
  - id: champions
    rfm: { cells: ["5[45][45]"] }
  - id: win-back
    name: 沉睡的茶客
    all:
      - { trait: daysSinceLastOrder, between: [60, 180] }
      - { event: order_completed, atLeast: 2, withinDays: 365 }
      - not: { segment: champions }
models:
  - { id: tastes, algorithm: ials, options: { factors: 32 } }
  - { id: will-buy, algorithm: logistic, target: { event: order_completed, withinDays: 30 } }
audiences:
  - { id: spring-mail, from: win-back, top: { by: will-buy, count: 5000 }, consent: email }
lists:
  - { id: spring-picks, for: spring-mail, model: tastes }
exports:
  - { audience: spring-mail, destination: csv }
  - { list: spring-picks, destination: [parquet, jsonl] }
`;

function problemsOf(text: string): string {
  try {
    readPlan(text);
  } catch (error) {
    if (error instanceof UserError) return error.message;
    throw error;
  }
  return 'no problem';
}

const change = (from: string, to: string): string => {
  expect(teaShop).toContain(from);
  return teaShop.replace(from, to);
};

describe('readPlan', () => {
  it('reads what a person writes by hand, with defaults filled in', () => {
    const { plan } = readPlan(teaShop);
    expect(plan.asOf).toBe('latest');
    expect(plan.segments[0]).toEqual({ id: 'champions', rule: { rfm: { bins: 5, method: 'quintile', cells: ['5[45][45]'] } } });
    expect(plan.models.map((model) => model.kind)).toEqual(['recommender', 'prediction']);
    expect(plan.models[1]).toMatchObject({ task: 'propensity', learner: 'logistic', options: {} });
    expect(plan.audiences[0].top).toEqual({ by: 'score:will-buy', count: 5000 });
    expect(plan.lists[0]).toMatchObject({ size: 10 });
    expect(plan.exports).toEqual([
      { audience: 'spring-mail', destination: 'csv' },
      { list: 'spring-picks', destination: 'parquet' },
      { list: 'spring-picks', destination: 'jsonl' },
    ]);
  });

  it('reads back what it writes, in YAML and in JSON', () => {
    const { plan } = readPlan(teaShop);
    for (const format of ['yaml', 'json'] as const) {
      const text = writePlan(plan, format);
      expect(readPlan(text).plan).toEqual(plan);
      expect(writePlan(readPlan(text).plan, format)).toBe(text);
    }
  });

  it('writes a text in which one changed number is one changed line', () => {
    const { plan } = readPlan(teaShop);
    const before = writePlan(plan).split('\n');
    const after = writePlan({ ...plan, seed: 2 }).split('\n');
    expect(after.filter((line, i) => line !== before[i])).toEqual(['seed: 2']);
    expect(before.slice(0, 3)).toEqual(['muster: 2', 'name: Win back tea lovers', 'timeZone: Asia/Shanghai']);
  });

  it('has one hash for one meaning', () => {
    const { plan } = readPlan(teaShop);
    expect(planHash(readPlan(writePlan(plan, 'json')).plan)).toBe(planHash(plan));
    expect(planHash(readPlan(change('CNY', 'USD')).plan)).not.toBe(planHash(plan));
  });
});

describe('a plan with a mistake is refused with the place and the way out', () => {
  it.each([
    [
      'an unknown segment',
      change('segment: champions', 'segment: champs'),
      'segments[1].rule.all[2].not.segment names the segment "champs"',
      'There are: champions, win-back.',
    ],
    [
      'a circle',
      change('rfm: { cells: ["5[45][45]"] }', 'all: [{ segment: win-back }]'),
      'in a circle: champions → win-back → champions',
      'Take one',
    ],
    [
      'a segment of itself',
      change('rfm: { cells: ["5[45][45]"] }', 'not: { segment: champions }'),
      'in a circle: champions → champions',
      '',
    ],
    ['the same id twice', change('id: win-back', 'id: champions'), 'segments[1] has the id "champions"', 'Give it another id.'],
    [
      'an unknown algorithm',
      change('algorithm: ials', 'algorithm: magic'),
      'models[0]: There is no recommender "magic".',
      'Choose one of: popularity',
    ],
    ['an unknown option', change('factors: 32', 'factor: 32'), 'models[0]: ials has no option "factor".', 'Its options are: factors'],
    ['an option out of range', change('factors: 32', 'factors: -1'), 'models[0]: Option "factors" of ials is -1.', 'It can be from 1'],
    [
      'an unknown learner',
      change('algorithm: logistic', 'algorithm: horoscope'),
      'models[1]: There is no learner "horoscope".',
      'Choose one of: logistic',
    ],
    ['an unknown audience', change('for: spring-mail', 'for: summer-mail'), 'lists[0].for names the audience "summer-mail"', ''],
    [
      'a list by a prediction',
      change('model: tastes', 'model: will-buy'),
      'lists[0].model names the recommender "will-buy"',
      'There are: tastes.',
    ],
    ['top by an unknown score', change('by: will-buy', 'by: "score:wont-buy"'), 'audiences[0].top.by names the prediction "wont-buy"', ''],
    ['an unknown destination', change('destination: csv', 'destination: fax'), 'exports[0].destination must be one of: spreadsheet,', ''],
    [
      'a misspelt key',
      change('consent: email', 'consents: email'),
      'audiences[0] has a key that is not known: consents.',
      'Correct its spelling',
    ],
    [
      'a misspelt comparison',
      change('between: [60, 180]', 'betwen: [60, 180]'),
      'segments[1].rule.all[0] has a key that is not known: betwen.',
      '',
    ],
    [
      'no comparison',
      change(', between: [60, 180]', ''),
      'segments[1].rule.all[0] compares daysSinceLastOrder with nothing.',
      'Give exactly one comparison',
    ],
    ['two comparisons', change('between: [60, 180]', 'atLeast: 1, atMost: 2'), 'in 2 ways at once', ''],
    [
      'no condition',
      change('not: { segment: champions }', 'nor: { segment: champions }'),
      'segments[1].rule.all[2] is none of the things',
      'all, any, not',
    ],
    ['text for a number', change('withinDays: 365', 'withinDays: year'), 'segments[1].rule.all[1].withinDays must be a number.', ''],
    [
      'an id with a slash',
      change('id: spring-mail', 'id: ../spring'),
      'audiences[0].id is not written as it must be: letters, digits, - and _, at most 64.',
      '',
    ],
    ['a name too long', change('Win back tea lovers', 'tea'.repeat(41)), 'name must be at most 120 characters long.', ''],
    ['an unknown time zone', change('Asia/Shanghai', 'Asia/Nowhere'), 'timeZone "Asia/Nowhere" is not known.', 'IANA name'],
    ['an asOf that is no date', change('currency: CNY', 'asOf: 30th of May'), 'asOf: The plan\'s asOf is "30th of May"', 'Write latest'],
    ['a newer version', change('muster: 2', 'muster: 3'), 'The plan is of version 3, and this Muster reads versions up to 2.', ''],
    ['no version', change('muster: 2', ''), 'does not say which version', ''],
    ['broken YAML', change('currency: CNY', 'currency: "CNY'), 'is not readable as YAML or JSON at line', ''],
    ['a list instead of a plan', '- a\n- b', 'the plan is not a plan.', ''],
    ['an empty file', '', 'the plan is not a plan.', ''],
  ])('%s', (_, text, what, hint) => {
    const message = problemsOf(text);
    expect(message).toContain(what);
    expect(message).toContain(hint);
  });

  it('names all problems at once', () => {
    const message = problemsOf(change('segment: champions', 'segment: champs').replace('model: tastes', 'model: taste'));
    expect(message).toContain('the plan has 2 problems: ');
    expect(message).toContain('"champs"');
    expect(message).toContain('"taste"');
  });

  it('does not let aliases blow it up', () => {
    const bomb = ['a: &a [x,x,x,x,x,x,x,x,x,x]'];
    for (let i = 0; i < 9; i++) bomb.push(`${'bcdefghij'[i]}: &${'bcdefghij'[i]} [${Array(10).fill(`*${'abcdefghi'[i]}`).join(',')}]`);
    expect(problemsOf(bomb.join('\n'))).toContain('is not readable');
  });
});
