import { stableJson } from '../base/hash';
import type { Plan } from './schema';

/**
 * A plan that somebody opened, joined with the one that is there: its traits, tags, segments, lists, models, audiences,
 * groups of these and exports come in, in place of those of the same id; all others stay. Which files the data is from and how they are read
 * stays, as these are the data's. Where there is no data yet, name, time zone, currency, date and seed come along.
 */
export function joinPlan(present: Plan, opened: Plan, hasData: boolean): Plan {
  const { name, timeZone, currency, asOf, seed } = opened;
  return {
    ...present,
    ...(hasData ? {} : { name, timeZone, currency, seed, ...(asOf === undefined ? {} : { asOf }) }),
    traits: byId(present.traits, opened.traits),
    segments: byId(present.segments, opened.segments),
    models: byId(present.models, opened.models),
    audiences: byId(present.audiences, opened.audiences),
    lists: byId(present.lists, opened.lists),
    ...(opened.sharing ? { sharing: byId(present.sharing ?? [], opened.sharing) } : {}),
    ...(opened.tags ? { tags: byId(present.tags ?? [], opened.tags) } : {}),
    ...(opened.idLists ? { idLists: byId(present.idLists ?? [], opened.idLists) } : {}),
    exports: [...present.exports, ...opened.exports.filter((one) => !present.exports.some((own) => stableJson(own) === stableJson(one)))],
  };
}

function byId<Part extends { id: string }>(present: readonly Part[], opened: readonly Part[]): Part[] {
  const places = new Map(present.map(({ id }, place) => [id, place]));
  const joined = [...present];
  for (const part of opened) {
    const place = places.get(part.id);
    if (place === undefined) joined.push(part);
    else joined[place] = part;
  }
  return joined;
}
