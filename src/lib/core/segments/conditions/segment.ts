import { idShape, z } from '../../base/shape';
import { emptyCondition, pick, type ConditionKind } from '../condition';
import { gap, phrase } from '../phrase';

const schema = z.strictObject({ segment: idShape });

/** Members of another segment of the plan. */
export type SegmentRule = z.infer<typeof schema>;

export const segmentCondition: ConditionKind<SegmentRule> = {
  key: 'segment',
  schema,
  check({ segment }, { segments }) {
    if (segments.some(({ id }) => id === segment)) return [];
    if (!segment) return [emptyCondition()];
    return [
      {
        code: 'segment_unknown',
        message: `There is no segment "${segment}".`,
        hint: 'Choose one of the segments of this plan.',
        values: { segment },
      },
    ];
  },
  meaning: ({ segment }) => ({ kind: 'membership', segment }),
  refersTo: ({ segment }) => [{ kind: 'segment', id: segment, at: ['segment'] }],
  rename: (rule, { kind, id }, to) => (kind === 'segment' && rule.segment === id ? { segment: to } : rule),
  readBack: ({ segment }) => phrase('segments_say_segment', { segment: gap.segment(segment) }),
  form: [
    { part: 'words', words: 'segments_member_of' },
    {
      part: 'segment',
      label: 'segments_member_of',
      read: ({ segment }) => segment,
      write: (rule, segment) => ({ ...rule, segment: segment ?? '' }),
    },
  ],
  fresh: ({ segments }) => ({ segment: segments[0]?.id ?? '' }),
  sample: (random, { segments }) => ({ segment: pick(random, segments) }),
};
