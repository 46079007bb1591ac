import { expect, it } from 'vitest';
import { exclusionWeights } from '$lib/core/recommendations/exclusion';
import { defaultEventWeights } from '$lib/core/store/interactionQueries';

const excluded = (kind: 'bought' | 'seen', eventNames: string[], modelEvents = defaultEventWeights) =>
  Object.keys(exclusionWeights(kind, modelEvents, eventNames)).filter((event) => eventNames.includes(event));

it('a shop’s list leaves out what was ordered, not what was only looked at', () => {
  expect(excluded('bought', ['product_viewed', 'product_added', 'order_completed'])).toEqual(['order_completed']);
});

it('a list on ratings leaves out what was rated: who has judged it has had it', () => {
  expect(excluded('bought', ['product_rated'])).toEqual(['product_rated']);
  expect(excluded('bought', ['product_viewed', 'order_completed', 'product_reviewed'])).toEqual(['order_completed', 'product_reviewed']);
});

it('where no event says that a customer has an item, what the model learnt from does', () => {
  expect(excluded('bought', ['product_viewed', 'product_clicked'])).toEqual(['product_viewed', 'product_clicked']);
  expect(excluded('bought', ['song_played', 'page_viewed'], { song_played: 1 })).toEqual(['song_played']);
});

it('seen is anything that was done with an item', () => {
  expect(excluded('seen', ['product_viewed', 'song_played', 'order_completed'])).toEqual([
    'product_viewed',
    'song_played',
    'order_completed',
  ]);
});
