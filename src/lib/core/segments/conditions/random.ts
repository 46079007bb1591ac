import { z } from '../../base/shape';
import { emptyCondition, pick, type ConditionKind } from '../condition';
import { gap, phrase } from '../phrase';

const percent = z.number().min(0).max(100);
const schema = z.strictObject({ random: z.strictObject({ name: z.string().max(120), from: percent, to: percent }) });

/**
 * A part of everyone drawn by lot, for tests and hold-outs: `{ random: { name: spring, from: 0, to: 50 } }` is the first
 * half of the draw "spring", and `from: 50, to: 100` the other.
 */
export type RandomRule = z.infer<typeof schema>;

export const randomCondition: ConditionKind<RandomRule> = {
  key: 'random',
  schema,
  check({ random: { name, from, to } }) {
    if (!name) return [emptyCondition()];
    if (from >= 0 && to <= 100 && from < to) return [];
    return [
      {
        code: 'random_bounds',
        message: `From ${from} % to ${to} % is no part of a draw.`,
        hint: 'Give two percentages from 0 to 100, the smaller first.',
        values: { from, to },
      },
    ];
  },
  meaning: ({ random }) => ({ kind: 'bucket', bucket: random }),
  refersTo: () => [],
  readBack: ({ random: { name, from, to } }) =>
    phrase('segments_say_random', { name: gap.text(name), from: gap.number(from), to: gap.number(to) }),
  form: [
    { part: 'words', words: 'segments_random_draw' },
    {
      part: 'text',
      label: 'segments_random_name',
      read: ({ random }) => random.name,
      write: ({ random }, name) => ({ random: { ...random, name: name ?? '' } }),
    },
    bound('from', 'segments_random_from'),
    { part: 'words', words: 'segments_random_until' },
    bound('to', 'segments_random_to'),
  ],
  fresh: () => ({ random: { name: 'A/B', from: 0, to: 50 } }),
  sample(random) {
    const from = random.below(60);
    return { random: { name: pick(random, ['spring', 'autumn', '春季测试']), from, to: from + 1 + random.below(100 - from) } };
  },
};

function bound(end: 'from' | 'to', label: string): NonNullable<ConditionKind<RandomRule>['form']>[number] {
  return {
    part: 'number',
    label,
    min: 0,
    max: 100,
    unit: 'segments_percent_unit',
    read: ({ random }) => random[end],
    write: ({ random }, value) => ({ random: { ...random, [end]: value ?? (end === 'from' ? 0 : 100) } }),
  };
}
