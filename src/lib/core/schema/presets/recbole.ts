import { typed } from '../reshape/typedHeader';
import { columnNamed, present, type PresetSample, type SourcePreset } from './preset';

/**
 * RecBole's atomic files (recbole.io/docs/user_guide/data/atomic_files.html): tabs between columns, a header of names
 * with types (`user_id:token`), one file each for interactions (.inter), users and items; times in seconds.
 */
export const recbole: SourcePreset = {
  id: 'recbole',
  name: 'RecBole',
  recognise(sample) {
    if (!isAtomic(sample) || isGraph(sample)) return undefined;
    const plain = sample.columns.map(({ name }) => ({ name: name.replace(typed, '') }));
    const named = columnNamed(plain);
    const [user, item] = [named('userid', 'sessionid'), named('itemid')];
    const times = named('timestamp', 'time');
    const base = { reshape: 'typed-header' };
    if (user && item) {
      const rating = named('rating');
      return {
        ...base,
        kind: 'events',
        roles: present({ user, item, rating, time: times }),
        ...(times && { timeFormat: { kind: 'unix-seconds' } }),
        defaultEvent: rating ? 'product_rated' : 'product_viewed',
      };
    }
    if (user) return { ...base, kind: 'users', roles: { user } };
    if (!item) return undefined;
    const facts = { title: named('title', 'movietitle', 'name', 'itemname'), category: named('class', 'genre', 'category', 'categories') };
    return { ...base, kind: 'items', roles: present({ item, ...facts, brand: named('brand'), price: named('price') }) };
  },
  unneeded: (sample) => (isAtomic(sample) && isGraph(sample) ? 'links_not_needed' : undefined),
};

function isAtomic({ header, columns }: PresetSample): boolean {
  return header && columns.length > 1 && columns.every(({ name }) => typed.test(name));
}

/** Knowledge graphs and social networks: .kg, .link, .net. */
function isGraph({ columns }: PresetSample): boolean {
  return columns.some(({ name }) => /^(head_id|tail_id|relation_id|entity_id|source_id|target_id):/.test(name));
}
