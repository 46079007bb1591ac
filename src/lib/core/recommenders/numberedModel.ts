import { placesOf, type Numbering } from '../math/permute';
import { stateByNumber } from './modelState';
import type { Basket, RecommenderModel } from './recommender';

/** A model that works by place, with customers and items by number; given-up numbers score -Infinity. */
export function numberedModel(model: RecommenderModel, numbering: Numbering, numbers: { users: number; items: number }): RecommenderModel {
  const { userOrder, itemOrder } = numbering;
  const placeOfUser = placesOf(userOrder, numbers.users);
  const placeOfItem = placesOf(itemOrder, numbers.items);
  const places = itemOrder.length;

  /** One row of scores by place into one by number. */
  const spread = (scores: Float32Array, out: Float32Array) => itemOrder.forEach((item, place) => (out[item] = scores[place]));
  const spreadNew = (scores: Float32Array) => {
    const out = new Float32Array(numbers.items).fill(-Infinity);
    spread(scores, out);
    return out;
  };
  const basketByPlace = ({ items, values, events }: Basket): Basket => {
    const known = Array.from(items, (item, at) => ({ place: placeOfItem[item], value: values ? values[at] : 1 })).filter(
      ({ place }) => place >= 0,
    );
    known.sort((a, b) => a.place - b.place);
    return {
      items: Int32Array.from(known, ({ place }) => place),
      values: values && Float32Array.from(known, ({ value }) => value),
      ...eventsByPlace(events ?? { items }),
    };
  };
  /** Of what is in no order of its own the given order is kept, which sorting the items would lose. */
  const eventsByPlace = ({ items, times }: NonNullable<Basket['events']>): Pick<Basket, 'events'> => {
    const isKnown = Array.from(items, (item) => placeOfItem[item] >= 0);
    const own = items.filter((_, at) => isKnown[at]).map((item) => placeOfItem[item]);
    return { events: { items: own, ...(times && { times: times.filter((_, at) => isKnown[at]) }) } };
  };

  return {
    byPlace: { model, numbering },
    async score(users) {
      const scores = await model.score(users.map((user) => placeOfUser[user]));
      const out = new Float32Array(users.length * numbers.items).fill(-Infinity);
      for (let row = 0; row < users.length; row++) {
        spread(scores.subarray(row * places, (row + 1) * places), out.subarray(row * numbers.items, (row + 1) * numbers.items));
      }
      return out;
    },
    state: () => stateByNumber(model.state(), numbering, numbers),
    foldIn: model.foldIn && ((basket) => spreadNew(model.foldIn!(basketByPlace(basket)))),
    similarItems:
      model.similarItems &&
      ((item, k) => model.similarItems!(placeOfItem[item], k).map(({ item: place, score }) => ({ item: itemOrder[place], score }))),
    explain:
      model.explain &&
      ((who, item) => {
        const asked = typeof who === 'number' ? placeOfUser[who] : basketByPlace(who);
        const { contributions, ...sums } = model.explain!(asked, placeOfItem[item]);
        return { ...sums, contributions: contributions.map(({ item: place, amount }) => ({ item: itemOrder[place], amount })) };
      }),
    due: model.due && ((user, item) => model.due!(placeOfUser[user], placeOfItem[item])),
    biases: model.biases && (() => ({ items: spreadNew(model.biases!().items) })),
    dispose: () => model.dispose?.(),
  };
}
