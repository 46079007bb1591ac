import type { Mapping } from '../roles';
import type { PresetSample, SourcePreset } from './preset';

/** MovieLens: `u.data` and `ratings.dat` (no header), `ratings.csv`, and the films and people beside `u.data`. */
export const movielens: SourcePreset = {
  id: 'movielens',
  name: 'MovieLens',
  isDataset: true,
  recognise: (sample) => ratings(sample) ?? films(sample) ?? people(sample),
};

function ratings({ header, columns }: PresetSample): Partial<Mapping> | undefined {
  if (columns.length !== 4) return undefined;
  const [user, item, rating, time] = columns;
  const named = header && /^movie_?id$/i.test(item.name) && /^rating$/i.test(rating.name);
  const isId = (column: PresetSample['columns'][number]) => column.type === 'integer';
  const isRating = rating.values.every((value) => /^[0-5](\.[05])?$/.test(value));
  const shaped = !header && isId(user) && isId(item) && isRating && time.time?.format.kind === 'unix-seconds' && time.type === 'time';
  if (!named && !shaped) return undefined;
  return {
    kind: 'events',
    roles: { user: user.name, item: item.name, rating: rating.name, time: time.name },
    timeFormat: { kind: 'unix-seconds' },
    defaultEvent: 'product_rated',
  };
}

function films({ header, delimiter, columns }: PresetSample): Partial<Mapping> | undefined {
  if (header || delimiter !== '|' || columns.length !== 24) return undefined;
  const [id, title, released] = columns;
  return { kind: 'items', roles: { item: id.name, title: title.name, createdAt: released.name } };
}

function people({ header, delimiter, columns, fileName }: PresetSample): Partial<Mapping> | undefined {
  if (header || delimiter !== '|' || columns.length !== 5 || !/u\.user$/.test(fileName)) return undefined;
  return { kind: 'users', roles: { user: columns[0].name } };
}
