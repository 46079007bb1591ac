import { idShape, z } from '../../base/shape';
import { emptyCondition, pick, type ConditionKind } from '../condition';
import { gap, phrase } from '../phrase';

const schema = z.strictObject({ list: idShape });

/** People whose id stands on a list of the plan (`idLists`), under whichever of their ids. */
export type ListRule = z.infer<typeof schema>;

export const listCondition: ConditionKind<ListRule> = {
  key: 'list',
  schema,
  check({ list }, { idLists = [] }) {
    if (!list) return [emptyCondition()];
    if (idLists.some(({ id }) => id === list)) return [];
    return [
      {
        code: 'id_list_unknown',
        message: `There is no list of customers "${list}".`,
        hint: 'Choose one of the lists of this plan, or upload it.',
        values: { list },
      },
    ];
  },
  meaning: ({ list }) => ({ kind: 'list', list }),
  refersTo: ({ list }) => [{ kind: 'list', id: list, at: ['list'] }],
  rename: (rule, { kind, id }, to) => (kind === 'list' && rule.list === id ? { list: to } : rule),
  readBack: ({ list }) => phrase('segments_say_list', { list: gap.idList(list) }),
  fresh: ({ idLists = [] }) => ({ list: idLists[0]?.id ?? '' }),
  sample: (random, { idLists }) => ({ list: pick(random, idLists) }),
};
