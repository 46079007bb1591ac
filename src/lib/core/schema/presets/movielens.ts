import type { Mapping } from '../roles';
import { columnNamed, type PresetSample, type SourcePreset } from './preset';

/**
 * MovieLens (files.grouplens.org/datasets/movielens, the READMEs of 100k, 1M and latest): `u.data`, `ratings.dat` with
 * `::` (both without a header) and `ratings.csv`, and the films and people beside them.
 */
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

function films({ header, delimiter, columns, fileName }: PresetSample): Partial<Mapping> | undefined {
  const named = columnNamed(columns);
  const [item, name, category] = [named('movieid'), named('title'), named('genres')];
  if (header && item && name && category && columns.length === 3) return { kind: 'items', roles: { item, title: name, category } };
  // Films of the 1M set: number, title, genres with pipes.
  if (!header && delimiter === '::' && columns.length === 3 && /movies/i.test(fileName))
    return { kind: 'items', roles: { item: columns[0].name, title: columns[1].name, category: columns[2].name } };
  if (header || delimiter !== '|' || columns.length !== 24) return undefined;
  const [id, title, released] = columns;
  return { kind: 'items', roles: { item: id.name, title: title.name, createdAt: released.name } };
}

function people({ header, delimiter, columns, fileName }: PresetSample): Partial<Mapping> | undefined {
  const isPeople = (delimiter === '|' && /u\.user$/.test(fileName)) || (delimiter === '::' && /users/i.test(fileName));
  if (header || columns.length !== 5 || !isPeople) return undefined;
  return { kind: 'users', roles: { user: columns[0].name } };
}
